"""Hears the parties of a talk that runs in Asterisk, each apart, so that the transcript can go on.

A snoop channel hears what one party says (`spy=in`); a bridge joins it to an AudioSocket connection to us,
which names a UUID of ours. Failing to listen never ends a talk.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.errors import CentralaError
from bot.model.ids import new_id
from voice.ari.client import AriClient
from voice.ari.events import AriEvents
from voice.audio.pcm import SILENCE
from voice.transports.transport import Audio, HungUp, Transport

log = structlog.get_logger(__name__)

Party = Literal["caller", "agent"]
Hear = Callable[[Party, bytes], None]
"""Takes what a party said: 8 kHz s16le mono, 20 ms or more."""

PREFIX = "centrala-ear"
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Ear:
    party: Party
    hear: Hear


class Ears:
    """Every listening of a gateway."""

    def __init__(self, client: AriClient, events: AriEvents, audio: str) -> None:
        """`audio` is `host:port` of our AudioSocket, as Asterisk reaches it."""
        self._client, self._events, self._audio = client, events, audio
        self._ears: dict[str, _Ear] = {}

    async def listen(self, channel_id: str, party: Party, hear: Hear) -> None:
        """Hear a channel until cancelled; returns early where it cannot be heard."""
        ear_id = new_id()
        self._ears[ear_id] = _Ear(party, hear)
        try:
            await self._join(channel_id, *_ids(ear_id))
            await asyncio.Event().wait()
        except (CentralaError, TimeoutError) as error:
            log.warning("a party cannot be heard", party=party, why=type(error).__name__)
        finally:
            del self._ears[ear_id]
            await self._end(*_ids(ear_id))

    async def _join(self, channel_id: str, snoop: str, line: str, bridge: str) -> None:
        with self._events.watch(snoop) as snooping, self._events.watch(line) as connecting:
            await self._client.snoop(channel_id, snoop_id=snoop)
            await self._client.external_media(
                self._audio, channel_id=line, call_id=line.removeprefix(f"{PREFIX}-line-")
            )
            async with asyncio.timeout(_SECONDS):
                for watch in (snooping, connecting):
                    while (await watch.next()).type != "StasisStart":
                        pass
            await self._client.create_bridge(bridge)
            await self._client.add_to_bridge(bridge, snoop, line)

    async def _end(self, snoop: str, line: str, bridge: str) -> None:
        ends = (self._client.hang_up(line), self._client.hang_up(snoop), self._client.destroy_bridge(bridge))
        for ended in await asyncio.gather(*ends, return_exceptions=True):
            if isinstance(ended, Exception):
                log.warning("an ear did not end", why=type(ended).__name__)

    async def take(self, transport: Transport) -> bool:
        """Serve a connection if it is one of these ears; returns at its end, or false at once."""
        ear = self._ears.get(transport.start.call_id)
        if ear is None:
            return False
        while not isinstance(event := await transport.receive(), HungUp):
            if isinstance(event, Audio):
                ear.hear(ear.party, event.pcm)
                transport.send(SILENCE)  # Asterisk starves a channel that gets nothing
        return True


def _ids(ear_id: str) -> tuple[str, str, str]:
    return f"{PREFIX}-snoop-{ear_id}", f"{PREFIX}-line-{ear_id}", f"{PREFIX}-bridge-{ear_id}"
