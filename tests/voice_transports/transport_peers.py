"""What the contract suite needs of a scripted peer: the other side of a transport, on a real socket."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from voice.transports.limits import TransportLimits
from voice.transports.transport import Audio, Digit, Event, HungUp, Played, Transport

WAIT = 20.0
"""Seconds until a condition that must come true is given up."""


class Peer(Protocol):
    """One call from the other side."""

    async def say(self, pcm: bytes) -> None:
        """Send 8 kHz s16le mono of any even length in frames that this peer uses, as fast as they go."""

    async def press(self, digit: str) -> None:
        """Press a key, out of band."""

    async def heard(self, size: int) -> bytes:
        """Wait until `size` bytes of 8 kHz audio have been heard in all, and return everything heard."""

    async def hang_up(self) -> None:
        """End the call the way this peer does it."""

    async def vanish(self) -> None:
        """Break the connection without a word."""

    async def nonsense(self) -> None:
        """Send what the protocol does not allow."""

    async def ended(self) -> None:
        """Wait until our side has ended the leg."""


class Scene(Protocol):
    """A listening gateway side, and what connects to it."""

    async def call(self) -> tuple[Peer, "Leg"]:
        """Connect as a well-behaved peer and return both ends once the call has started."""


@dataclass
class Leg:
    """Our end of a call as `on_call` got it, kept open until `release`."""

    transport: Transport
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def next(self, kind: type[Event], timeout: float = WAIT) -> Event:
        """Wait for the next event of a kind; others before it are dropped. `HungUp` fails, unless wanted."""
        async with asyncio.timeout(timeout):
            while True:
                event = await self.transport.receive()
                if isinstance(event, kind):
                    return event
                assert not isinstance(event, HungUp), f"the call ended: {event.reason}"

    async def audio(self, size: int) -> bytes:
        """Collect audio until there are `size` bytes."""
        heard = b""
        while len(heard) < size:
            event = await self.next(Audio)
            assert isinstance(event, Audio)
            heard += event.pcm
        return heard

    async def digit(self) -> str:
        event = await self.next(Digit)
        assert isinstance(event, Digit)
        return event.digit

    async def played(self) -> str:
        event = await self.next(Played)
        assert isinstance(event, Played)
        return event.mark

    async def hung_up(self) -> str:
        event = await self.next(HungUp)
        assert isinstance(event, HungUp)
        return event.reason


@dataclass
class Legs:
    """`on_call` of a scene: calls queue up here, and each stays until the test lets it go."""

    waiting: asyncio.Queue[Leg] = field(default_factory=asyncio.Queue)
    all: list[Leg] = field(default_factory=list)

    async def on_call(self, transport: Transport) -> None:
        leg = Leg(transport)
        self.all.append(leg)
        self.waiting.put_nowait(leg)
        await leg.done.wait()

    async def next(self) -> Leg:
        async with asyncio.timeout(WAIT):
            return await self.waiting.get()

    def release(self) -> None:
        for leg in self.all:
            leg.done.set()


SceneKind = Callable[[Legs, TransportLimits], AbstractAsyncContextManager[Scene]]
"""Opens a scene: `async with audiosocket_scene(legs, limits) as scene`. Written once a transport."""
