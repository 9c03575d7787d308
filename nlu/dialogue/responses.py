"""Rasa's responses as data: payloads of the domain with the slots' values filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

_SLOT = re.compile(r"\{(\w+)\}")


class PayloadGenerator(NaturalLanguageGenerator):
    """Chooses the variation whose condition holds and fills it; nothing is random, nothing is text."""

    def __init__(self, domain: Domain) -> None:
        self._responses: dict[str, list[dict[str, Any]]] = domain.responses

    async def generate(  # noqa: D102
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        slots = {name: slot.value for name, slot in tracker.slots.items()}
        for response in self._exact_first(utter_action):
            if all(slots.get(c["name"]) == c["value"] for c in response.get("condition", [])):
                return {"custom": fill(response["custom"], slots)}
        return None

    def _exact_first(self, utter_action: str) -> list[dict[str, Any]]:
        return sorted(self._responses.get(utter_action, []), key=lambda r: "condition" not in r)


def fill(payload: Mapping[str, Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """Put slots into a payload: `"{order_number}"` becomes the slot's value, an empty slot None."""
    return {key: _value(value, slots) for key, value in payload.items()}


def _value(value: Any, slots: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    if whole := _SLOT.fullmatch(value):
        return slots.get(whole.group(1))
    return _SLOT.sub(lambda match: str(slots.get(match.group(1)) or ""), value)
