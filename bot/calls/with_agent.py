"""What talking to an agent has in common, by whichever way her voice comes."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from bot.calls.context import CallContext
from bot.model.case import RETURNED_PRIORITY
from bot.model.conversation import Channel, State
from bot.model.message import Draft, Heard, Sender, Source
from bot.store import ownership
from voice.stt.recogniser import Transcript

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pass(Generic[T]):
    """How work that lasts as long as an agent has the caller ended."""

    result: T | None
    """None where the caller was passed on before."""
    state: State
    """Whose the conversation is then."""


async def unless_passed_on(context: CallContext, work: Coroutine[Any, Any, T], agent_id: str) -> Pass[T]:
    """Do `work` for as long as this agent has the caller; what she types meanwhile is said."""
    task = asyncio.ensure_future(work)
    try:
        while True:
            moved = asyncio.ensure_future(context.moved())
            try:
                await asyncio.wait([task, moved], return_when=asyncio.FIRST_COMPLETED)
            finally:
                moved.cancel()
                await asyncio.gather(moved, return_exceptions=True)
            if task.done():
                return Pass(task.result(), State.AGENT)
            found = await context.read()
            present = found.conversation
            if present.state is not State.AGENT or present.agent_id != agent_id:
                return Pass(None, present.state)
            context.say_new(found, interruptible=False)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def back_to_queue(context: CallContext, agent_id: str, key: str) -> None:
    """Nobody answers: the caller goes back to the front of the queue, and is told so by the text `key`."""
    deps, at = context.deps, context.deps.clock.now()
    said = [deps.texts.draft(key, context.lang, channel=Channel.PHONE)]
    done = await deps.store.write(
        lambda c: ownership.to_queue(c, context.id, agent_id, said, at, priority=RETURNED_PRIORITY)
    )
    if done is not None:
        context.wake(done.conversation)
        deps.hub.wake(f"agent:{agent_id}")


async def write_down(
    context: CallContext, sender: Sender, author: str | None, name: str | None, transcript: Transcript
) -> None:
    """Store what was said as a message of whoever said it."""
    heard = Heard(Source.SPOKEN, round(transcript.confidence, 3))
    try:
        await context.add(Draft(sender, transcript.text, name, author=author, heard=heard))
    except Exception:  # one line is missing, the ones after it are not
        log.exception("not_written_down", call_id=context.call.id)
