"""Rings an endpoint and tells how it went: an agent's phone, or somebody whom a campaign calls."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model.ids import new_id
from voice.ari import events
from voice.ari.client import AriClient, AriGoneError, AriRefusedError, AriUnavailableError
from voice.ari.events import AriEvents, Watch

_GRACE = 5.0
"""Seconds that Asterisk may be late with its own timeout."""


class NotReached(StrEnum):
    """Why nobody answered."""

    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    """It rang."""
    UNREACHABLE = "unreachable"
    """It never rang: not registered, no such number, no network, or Asterisk away."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What came of ringing."""

    channel_id: str | None
    """The channel that answered, in our application now."""
    why: NotReached | None = None
    """Why there is none."""


def why_not(cause: int, *, rang: bool) -> NotReached:
    """Tell a channel's end before its answer by its Q.850 cause, as Asterisk sets it.

    Seen: 486 is 17, 603 is 21, 404 is 1, 480 is 19; a ring timeout and a dead host are both 19, which only
    having rung tells apart.
    """
    if cause == 17:
        return NotReached.BUSY
    if cause == 21:
        return NotReached.DECLINED
    return NotReached.NO_ANSWER if rang and cause != 1 else NotReached.UNREACHABLE


class Ringer:
    """Rings endpoints of one Asterisk."""

    def __init__(self, client: AriClient, listener: AriEvents) -> None:
        self._client, self._events = client, listener

    async def ring(
        self,
        endpoint: str,
        *,
        seconds: int,
        caller_id: str = "",
        args: str = "",
        prefix: str = "centrala-out",
        variables: Mapping[str, str] | None = None,
    ) -> Rung:
        """Ring `endpoint` for so long. Cancelled, it stops ringing."""
        if not self._events.is_up:  # nobody would take the channel once it is answered
            return Rung(None, NotReached.UNREACHABLE)
        channel_id = f"{prefix}-{new_id()}"
        answered = False
        with self._events.watch(channel_id) as watch:
            try:
                await self._client.originate(
                    endpoint,
                    channel_id=channel_id,
                    caller_id=caller_id,
                    seconds=seconds,
                    args=args,
                    variables=variables,
                )
                async with asyncio.timeout(seconds + _GRACE):
                    rung = await self._outcome(channel_id, watch)
                answered = rung.channel_id is not None
                return rung
            except TimeoutError:
                return Rung(None, NotReached.NO_ANSWER)
            except (AriRefusedError, AriGoneError, AriUnavailableError):
                return Rung(None, NotReached.UNREACHABLE)
            finally:
                if not answered:
                    await self._stop(channel_id)

    async def _outcome(self, channel_id: str, watch: Watch) -> Rung:
        rang = False
        while True:
            event = await watch.next()
            match event.type:
                case "Dial" if event.body.get("dialstatus") in ("RINGING", "PROGRESS"):
                    rang = True
                case "ChannelStateChange" if event.body.get("channel", {}).get("state") == "Ringing":
                    rang = True
                case "StasisStart":
                    return Rung(channel_id)
                case "ChannelDestroyed":
                    return Rung(None, why_not(int(event.body.get("cause", 0)), rang=rang))
                case events.RECONNECTED:
                    if await self._has_answered(channel_id):
                        return Rung(channel_id)

    async def _has_answered(self, channel_id: str) -> bool:
        """Look after a gap. Raises `AriGoneError` where it is over."""
        await self._client.channel(channel_id)
        return channel_id in await self._client.app_channels()

    async def _stop(self, channel_id: str) -> None:
        try:
            await self._client.hang_up(channel_id)
        except (AriUnavailableError, AriRefusedError):
            return  # Asterisk's own timeout ends it
