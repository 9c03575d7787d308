"""Requests of the protocol, answered with the dialogues of all languages."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from nlu.dialogue.model import Model
from nlu.dialogue.turn import Dialogue
from nlu.hearing import Hearing
from nlu.protocol import MAX_ALTERNATIVES, Channel, FrameError, Source, TurnResult, decode, encode

logger = logging.getLogger("nlu.service")


class Service:
    """Holds one dialogue a language."""

    def __init__(self, models: Mapping[str, Path], number_pattern: re.Pattern[str] | None = None) -> None:
        self._dialogues = {lang: Dialogue(Model(path), lang, number_pattern) for lang, path in models.items()}
        for dialogue in self._dialogues.values():
            dialogue.warm_up()

    def answer(self, line: bytes) -> bytes:
        """Answer one request line; never raises, and says nothing of what the customer wrote."""
        request_id: Any = None
        try:
            request = decode(line)
            request_id = request.get("id")
            return encode({"id": request_id, **self._answer(request)})
        except FrameError as error:
            return encode({"id": request_id, "error": error.code})
        except Exception as error:  # one bad turn must not end the worker
            logger.error("a turn failed: %s", type(error).__name__)
            return encode({"id": request_id, "error": "failed"})

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request.get("op"):
            case "turn":
                return self._turn(request).to_json()
            case "parse":
                dialogue, text = self._dialogue(request), self._text(request)
                understood = dialogue.parse(text, request.get("expecting"), request.get("question"))
                return {"understood": understood.to_json()}
            case "explain":
                dialogue, text = self._dialogue(request), self._text(request)
                return {"why": dialogue.explain(text, request.get("state"), self._hearing(request))}
            case "ping":
                return {"languages": sorted(self._dialogues)}
        raise FrameError("unknown_op")

    def _turn(self, request: dict[str, Any]) -> TurnResult:
        dialogue, text, state = self._dialogue(request), self._text(request), request.get("state")
        if request.get("input") != "intent":
            return dialogue.say(text, state, self._hearing(request))
        named = request.get("entities") or {}
        if not isinstance(named, dict):
            raise FrameError("invalid_frame")
        entities = [{"entity": str(name), "value": str(value)} for name, value in named.items()]
        return dialogue.signal(text.removeprefix("/"), state, entities)

    def _dialogue(self, request: dict[str, Any]) -> Dialogue:
        dialogue = self._dialogues.get(str(request.get("lang")))
        if dialogue is None:
            raise FrameError("unknown_language")
        return dialogue

    @staticmethod
    def _hearing(request: dict[str, Any]) -> Hearing:
        channel, source = request.get("channel", "chat"), request.get("source", "typed")
        others = request.get("alternatives") or []
        if channel not in get_args(Channel) or source not in get_args(Source) or not isinstance(others, list):
            raise FrameError("invalid_frame")
        alternatives = tuple(str(other) for other in others[:MAX_ALTERNATIVES])
        return Hearing(channel=channel, source=source, alternatives=alternatives)

    @staticmethod
    def _text(request: dict[str, Any]) -> str:
        text = request.get("text")
        if not isinstance(text, str):
            raise FrameError("invalid_frame")
        return text
