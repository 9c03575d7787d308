"""What the gateway and a speech worker say to each other: short binary frames over a socket pair.

A frame is a kind (1 byte), a turn's number (4), the payload's length (4, big endian) and the payload. Audio
is s16le mono at 8 kHz; everything else is UTF-8 text or JSON. A worker says `READY` once, and then answers
each `FINISH` with one `FINAL` or `ERROR`; nothing follows it for that turn.
"""

import json
import struct
from dataclasses import asdict
from enum import IntEnum
from typing import Any, NamedTuple

from voice.stt.recogniser import Request, Transcript, Word

RATE = 8000
"""Samples a second."""
BYTES_A_SECOND = 2 * RATE
MAX_PAYLOAD = 1024 * 1024
"""Longest payload in bytes, either way."""
_HEADER = struct.Struct("!BII")


class Kind(IntEnum):
    """What a frame is."""

    START = 1
    """To the worker: a turn begins; JSON of its `Request` and of `partials`."""
    AUDIO = 2
    FINISH = 3
    """To the worker: there is no more audio."""
    CANCEL = 4
    READY = 16
    """From the worker: the models are loaded; JSON, what they can do."""
    PARTIAL = 17
    """From the worker: the whole text so far."""
    FINAL = 18
    """From the worker: JSON of the `Transcript`."""
    ERROR = 19
    """From the worker: a code; with turn 0 it is the worker that cannot start, and a sentence."""


class Frame(NamedTuple):
    """One frame."""

    kind: int
    turn: int
    payload: bytes


class FrameError(ValueError):
    """The other side does not speak this protocol."""


def encode(kind: Kind, turn: int, payload: bytes = b"") -> bytes:
    """Write a frame. Raises `FrameError` where the payload is too long."""
    if len(payload) > MAX_PAYLOAD:
        raise FrameError(f"a payload of {len(payload)} bytes is longer than {MAX_PAYLOAD}")
    return _HEADER.pack(kind, turn, len(payload)) + payload


class FrameBuffer:
    """Cuts what a socket delivers into frames. It never holds more than one frame and one delivery."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes; return the frames that they complete. Raises `FrameError` on a length out of bounds."""
        self._held += data
        frames: list[Frame] = []
        at = 0
        while len(self._held) - at >= _HEADER.size:
            kind, turn, length = _HEADER.unpack_from(self._held, at)
            if length > MAX_PAYLOAD:
                raise FrameError(f"a payload of {length} bytes is announced, longer than {MAX_PAYLOAD}")
            end = at + _HEADER.size + length
            if len(self._held) < end:
                break
            frames.append(Frame(kind, turn, bytes(self._held[at + _HEADER.size : end])))
            at = end
        del self._held[:at]
        return frames


def write_json(data: Any) -> bytes:
    """Write a JSON payload."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def write_request(request: Request, *, partials: bool) -> bytes:
    """Write the payload of `START`."""
    return write_json({**asdict(request), "partials": partials})


def read_request(payload: bytes) -> tuple[Request, bool]:
    """Read the payload of `START`: the request, and whether partial texts are wanted."""
    data = json.loads(payload)
    request = Request(data["lang"], data["expecting"], tuple(data["phrases"]))
    return request, bool(data["partials"])


def write_transcript(transcript: Transcript) -> bytes:
    """Write the payload of `FINAL`."""
    return write_json(asdict(transcript))


def read_transcript(payload: bytes) -> Transcript:
    """Read the payload of `FINAL`."""
    data = json.loads(payload)
    return Transcript(
        text=data["text"],
        words=tuple(Word(**word) for word in data["words"]),
        alternatives=tuple(data["alternatives"]),
        whole_vocabulary=data["whole_vocabulary"],
        seconds=data["seconds"],
        decode_seconds=data["decode_seconds"],
    )
