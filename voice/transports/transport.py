"""The seam of everything that carries a call's audio: Asterisk, Twilio, a browser.

Inside the house audio is signed 16-bit little-endian mono PCM at 8 kHz. A transport turns what its peer
speaks (rate, law, frame length) into that and back, and knows its own playout clock: what `mark` and
`clear` mean to its peer.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CallStart:
    """What the peer told before any audio."""

    call_id: str
    """UUID; the peer's own where it names one, else made by the transport."""
    caller: str | None = None
    """The caller's number as the peer wrote it; none where it is withheld or not told."""
    called: str | None = None
    """The number or extension that was called."""
    lang: str | None = None
    """Only where the peer knows it, such as the language of the shop's page."""


@dataclass(frozen=True, slots=True)
class Audio:
    """What the caller said, of any length."""

    pcm: bytes
    """8 kHz s16le mono."""


@dataclass(frozen=True, slots=True)
class Digit:
    """A key that was pressed, told out of band."""

    digit: str
    """One of `0123456789*#ABCD`."""


@dataclass(frozen=True, slots=True)
class Played:
    """Everything that was sent before this mark has been played, or thrown away by `clear`."""

    mark: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The peer is gone; nothing comes after it."""

    reason: Literal["caller", "lost", "flooded", "silent", "protocol", "drained"]
    """Hung up; the connection broke; it sent far more than real time; nothing ever came; nonsense came."""


Event = Audio | Digit | Played | HungUp


@dataclass(frozen=True, slots=True)
class TransportInfo:
    """What a transport can do."""

    name: str
    """`audiosocket`, `chan_websocket`, `twilio`, `browser`."""
    digits: bool
    """Keys are told out of band; where not, they are listened for in the audio."""
    buffers: bool
    """The peer keeps audio that was sent ahead, so `clear` is needed to stop a prompt at once."""


class Transport(ABC):
    """One call's leg, from its start to its end. Used from one event loop."""

    info: TransportInfo
    start: CallStart

    @abstractmethod
    async def receive(self) -> Event:
        """Wait for what comes next. The queue behind it is bounded; after `HungUp` it is not called again."""

    @abstractmethod
    def send(self, pcm: bytes) -> None:
        """Send 20 ms (320 bytes); the pacer calls it every 20 ms, with silence where nothing is said.

        Never blocks and never raises: a peer that does not read is given up and reported by `receive`.
        """

    @abstractmethod
    def mark(self, name: str) -> None:
        """Ask for `Played(name)` once everything sent so far has been played."""

    @abstractmethod
    def clear(self) -> None:
        """Throw away what was sent and not played yet; outstanding marks come back."""

    @abstractmethod
    async def hang_up(self) -> None:
        """End our leg; where a dialplan or TwiML stands behind it, that goes on. More than once is once."""
