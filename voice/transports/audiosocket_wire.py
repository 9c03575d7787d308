"""Asterisk's AudioSocket on the wire: u8 kind, u16 big-endian length, payload. Pure.

Source: Asterisk's `include/asterisk/res_audiosocket.h` and what was seen from Asterisk 22. Audio is signed
16-bit little-endian mono of any length: 20 ms or 30 ms, as the caller's RTP is.
"""

from dataclasses import dataclass
from enum import IntEnum

from bot.errors import InvalidInputError


class Kind(IntEnum):
    """The kinds that are no audio."""

    HANGUP = 0x00
    UUID = 0x01
    DTMF = 0x03
    ERROR = 0xFF


RATES = {
    0x10: 8_000,
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
    0x17: 96_000,
    0x18: 192_000,
}
"""Samples a second by kind of audio."""

HANGUP = bytes((Kind.HANGUP, 0, 0))
"""Ends the bot's leg; Asterisk's dialplan goes on."""

_HEADER = 3
_KINDS = frozenset((*Kind, *RATES))


@dataclass(frozen=True, slots=True)
class WireFrame:
    """One frame as it came."""

    kind: int
    payload: bytes


def encode(kind: int, payload: bytes) -> bytes:
    """Write a frame; `payload` is at most 65,535 bytes."""
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


class Parser:
    """Bytes as they come from TCP in, whole frames out. Keeps less than one frame: 65,538 bytes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[WireFrame]:
        """Give the frames that are whole; raise `InvalidInputError` at a kind that there is not."""
        data = self._rest + data
        frames, at = [], 0
        while len(data) - at >= _HEADER:
            kind, end = data[at], at + _HEADER + int.from_bytes(data[at + 1 : at + _HEADER], "big")
            if kind not in _KINDS:
                raise InvalidInputError("this is not AudioSocket: unknown kind of frame")
            if len(data) < end:
                break
            frames.append(WireFrame(kind, data[at + _HEADER : end]))
            at = end
        self._rest = data[at:]
        return frames
