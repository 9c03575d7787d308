"""Runs a model's graph node after node. Rasa's own runner builds a dask graph for every call."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class SequentialGraphRunner(GraphRunner):
    """Instantiates every node once; the order for a target is worked out at its first run."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[str, list[str]] = {}

    @classmethod
    def create(  # noqa: D102
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> SequentialGraphRunner:
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run the graph up to each of `targets`; `inputs` are the values of its placeholders."""
        wanted = targets or self._schema.target_names
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for target in wanted:
            for name in self._plan(target):
                if name not in done:
                    needs = self._schema.nodes[name].needs.values()
                    done[name] = self._nodes[name](*(done[need] for need in needs))
        return {target: done[target][1] for target in wanted}

    def nodes(self, target: str) -> list[GraphNode]:
        """Return what `target` runs through, in order."""
        return [self._nodes[name] for name in self._plan(target)]

    def _plan(self, target: str) -> list[str]:
        if target not in self._plans:
            order: list[str] = []
            self._visit(target, order)
            self._plans[target] = order
        return self._plans[target]

    def _visit(self, name: str, order: list[str]) -> None:
        if name in order or name not in self._schema.nodes:
            return
        for need in self._schema.nodes[name].needs.values():
            self._visit(need, order)
        order.append(name)
