"""The OpenAPI 3.1 document, made from the declared routes."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.rest.problem import STATUS_OF_CODE
from bot.rest.route import Access, Route

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable and machine-readable."},
        "detail": {"type": "string", "description": "What is wrong and what mends it."},
    },
}
_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def document(routes: Iterable[Route], version: str, server: str) -> dict[str, Any]:
    """Write the document."""
    routes = list(routes)
    models: list[type[BaseModel]] = []
    for route in routes:
        models += [model for model in (route.body, route.response) if model is not None]
    _, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Centrala",
            "version": version,
            "description": "A switchboard for customer service. The sockets stand in docs/.",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": PROBLEM},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "centrala_session"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "responses": _responses(route),
        "security": [] if route.access is Access.PUBLIC else [{"session": []}, {"bearer": []}],
    }
    if route.access is not Access.PUBLIC:
        operation["description"] = f"For: {route.access.value}."
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        schema = route.query.model_json_schema()
        required = schema.get("required", [])
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": _inline(part, schema)}
            for name, part in schema.get("properties", {}).items()
        ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.body)}
    return operation


def _inline(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Replace a reference into the query's own definitions by what it stands for."""
    reference = part.get("$ref")
    if isinstance(reference, str):
        found: dict[str, Any] = schema["$defs"][reference.rsplit("/", 1)[1]]
        return found
    if "anyOf" in part:
        return part | {"anyOf": [_inline(choice, schema) for choice in part["anyOf"]]}
    return part


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done"}
    if route.response is not None:
        good["content"] = _json(route.response)
    responses = {str(route.status): good}
    if route.nothing is not None:
        responses["204"] = {"description": route.nothing}
    errors = list(route.errors)
    if route.access is not Access.PUBLIC:
        errors += [(STATUS_OF_CODE["unauthenticated"], "unauthenticated"), (403, "forbidden")]
    if route.body is not None or route.query is not None:
        errors.append((400, "invalid_input"))
    if route.body is not None:
        errors.append((STATUS_OF_CODE["too_large"], "too_large"))
    by_status: dict[int, list[str]] = {}
    for status, code in errors:
        by_status.setdefault(status, []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "Codes: " + ", ".join(dict.fromkeys(codes)),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path.removeprefix("/api/v1"))
    return "_".join([route.method.lower(), *words])
