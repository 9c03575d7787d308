"""What a call's turns were, for whoever asks about the call: what was heard, said, and how fast."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from bot.calls.deps import CallDeps
from bot.store import calls

log = structlog.get_logger(__name__)
MAX_TURNS = 200
"""Kept of one call."""


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """The caller's side of a turn."""

    text: str | None
    """None for the greeting."""
    confidence: float | None
    ended_at: float | None
    """Time of the event loop at which the speech ended."""
    endpoint_seconds: float | None
    barge_in: bool


GREETING = HeardTurn(None, None, None, None, barge_in=False)


class Turns:
    """The turns of one call, written to SQL as they come."""

    def __init__(self, deps: CallDeps, call_id: str) -> None:
        self._deps = deps
        self._call_id = call_id
        self._turns: list[dict[str, Any]] = []
        self._heard: HeardTurn | None = GREETING
        self._changed = False
        self._writing: asyncio.Task[None] | None = None

    def heard(self, heard: HeardTurn) -> None:
        """Note what the caller said; what is said next answers it, whoever says it."""
        self._heard = heard

    def answered(self, said: str, first_audio: "asyncio.Future[float]") -> None:
        """Complete the turn; how fast the reply was is added when its first audio has left.

        What nobody asked for, such as news while the caller waits, is no turn.
        """
        heard, self._heard = self._heard, None
        if heard is None:
            return
        turn: dict[str, Any] = {
            "heard": heard.text,
            "confidence": None if heard.confidence is None else round(heard.confidence, 3),
            "said": said,
            "endpoint_ms": _ms(heard.endpoint_seconds),
            "reply_ms": None,
            "barge_in": heard.barge_in,
        }
        if len(self._turns) < MAX_TURNS:
            self._turns.append(turn)
        if heard.endpoint_seconds is not None:
            self._deps.measure("endpoint", heard.endpoint_seconds)
        if heard.ended_at is not None:
            ended_at = heard.ended_at

            def stamp(audio: "asyncio.Future[float]") -> None:
                if not audio.cancelled():
                    turn["reply_ms"] = _ms(audio.result() - ended_at)
                    self._deps.measure("reply", audio.result() - ended_at)
                    self._write_soon()

            first_audio.add_done_callback(stamp)
        self._write_soon()

    async def settle(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            await self._writing

    def _write_soon(self) -> None:
        self._changed = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="call-turns")

    async def _write(self) -> None:
        """One write after the other, so that an older state never comes last."""
        while self._changed:
            self._changed = False
            turns = [dict(turn) for turn in self._turns]
            try:
                await self._deps.store.write(lambda c, now=turns: calls.note_turns(c, self._call_id, now))  # type: ignore[misc]
            except Exception:
                log.exception("turns_not_noted", call_id=self._call_id)
                return


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
