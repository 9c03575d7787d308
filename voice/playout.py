"""What the caller hears: clips in a queue, music or ringing under them, and a person's live voice.

The pacer takes a frame every 20 ms; nothing here waits or blocks. Whatever stops in the middle fades out
within 5 ms, so that a caller never hears a click. Used from one event loop.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.errors import CentralaError
from voice.audio.jitter import JitterBuffer, faded
from voice.audio.pcm import FRAME_BYTES, RATE, SILENCE, samples, saturated, seconds

_FADE_BYTES = 2 * (RATE * 5 // 1000)
_UNDER_A_CLIP = 0.15
"""Music is this loud while somebody speaks: 16 dB down."""


class PlayoutFullError(CentralaError):
    """More was said at once than a caller would listen to."""

    code = "playout_full"
    retryable = True


@dataclass(frozen=True, slots=True)
class Played:
    """How a clip ended."""

    name: str
    completed: bool
    """Handed out whole; the peer's own buffer may still hold some of it."""
    played_seconds: float
    """How much of it was handed out."""


@dataclass(slots=True, eq=False)
class Playing:
    """A clip that is queued, heard, or over. Await it for its end; whoever stops waiting stops nothing."""

    name: str
    pcm: bytes = field(repr=False)
    interruptible: bool
    done: asyncio.Future[Played] = field(repr=False)
    position: int = 0
    """Bytes handed out."""

    @property
    def played_seconds(self) -> float:
        """How much was handed out so far."""
        return self.position / (2 * RATE)

    def __await__(self) -> Generator[None, None, Played]:
        return asyncio.shield(self.done).__await__()

    def end(self) -> None:
        """Tell who waits how far it came."""
        if not self.done.done():
            self.done.set_result(Played(self.name, self.position >= len(self.pcm), self.played_seconds))


class LiveSource:
    """A person's voice as it arrives from a network: 60 ms are held against its jitter, at most 400 ms."""

    def __init__(self, *, target_seconds: float = 0.06, max_seconds: float = 0.4) -> None:
        self.buffer = JitterBuffer(target_seconds=target_seconds, max_seconds=max_seconds)

    def feed(self, pcm: bytes) -> None:
        """Take audio of any length; the oldest is dropped when too much is held."""
        self.buffer.feed(pcm)

    def next_frame(self) -> bytes:
        """Return 20 ms; silence where nothing has come."""
        return self.buffer.next_frame()


class Playout:
    """The outgoing side of one call."""

    def __init__(self, *, max_clips: int = 32, max_seconds: float = 120.0) -> None:
        self._max_clips = max_clips
        self._max_seconds = max_seconds
        self._clips: deque[Playing] = deque()
        self._loop = b""
        self._loop_at = 0
        self._live: LiveSource | None = None
        self._last_live = SILENCE
        self._muted = False
        self._tail = b""
        """What fades out, to be laid over the next frame."""
        self._fade_in = False
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a clip is heard or waits."""
        return bool(self._clips)

    @property
    def closed(self) -> bool:
        """Whether nothing will be heard any more."""
        return self._closed

    @property
    def interruptible(self) -> bool:
        """Whether a clip is heard that `stop` would stop: only then is a barge-in listened for."""
        return bool(self._clips) and self._clips[0].interruptible

    def play(self, pcm: bytes, *, name: str, interruptible: bool = True) -> Playing:
        """Queue a clip. Raises `PlayoutFullError`; after `close` the clip ends at once, unheard."""
        waiting = sum(seconds(clip.pcm) - clip.played_seconds for clip in self._clips)
        too_long = bool(self._clips) and waiting + seconds(pcm) > self._max_seconds
        if len(self._clips) >= self._max_clips or too_long:
            raise PlayoutFullError(f"{len(self._clips)} clips of {waiting:.0f} s wait already")
        whole = pcm[: len(pcm) & ~1]
        playing = Playing(name, whole, interruptible, asyncio.get_running_loop().create_future())
        if self._closed or not whole:
            playing.end()
        else:
            self._clips.append(playing)
        return playing

    def stop(self) -> int:
        """Stop every interruptible clip, heard or waiting, at once; return how many."""
        return self._stop([clip for clip in self._clips if clip.interruptible])

    def close(self) -> None:
        """End everything, what is not interruptible too; from now on there is silence."""
        self._closed = True
        self._stop(list(self._clips))
        self.loop(None)
        self.live(None)

    def loop(self, pcm: bytes | None) -> None:
        """Play music or ringing over and over, quietly under clips; none ends it."""
        if self._loop:
            self._let_fade(saturated(np.rint(self._looped(_FADE_BYTES) * self._loop_gain())))
        self._loop = b"" if pcm is None or self._closed else pcm[: len(pcm) & ~1]
        self._loop_at = 0

    def live(self, source: LiveSource | None) -> None:
        """Let the caller hear a person; none ends it."""
        if self._live is not None and not self._muted:
            self._let_fade(self._after_live())
        self._live = None if self._closed else source
        self._last_live = SILENCE

    @property
    def muted(self) -> bool:
        """Whether the live voice is kept from the caller; it is still taken, so none of it comes late."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        if muted and not self._muted and self._live is not None:
            self._let_fade(self._after_live())
        self._fade_in = self._muted and not muted
        self._muted = muted

    def hold(self, music: bytes | None = None) -> None:
        """Put the caller on hold: the live voice is muted, `music` plays."""
        self.muted = True
        self.loop(music)

    def unhold(self) -> None:
        """End the hold and its music."""
        self.loop(None)
        self.muted = False

    def next_frame(self) -> bytes:
        """Return the next 20 ms, 320 bytes; silence where nothing is to be heard."""
        gain = self._loop_gain()
        clip, live = self._next_clip(), self._next_live()
        layers = [layer for layer in (clip, live, self._tail) if layer]
        self._tail = b""
        if not self._loop and len(layers) <= 1:
            return layers[0].ljust(FRAME_BYTES, b"\0") if layers else SILENCE
        mix = np.zeros(FRAME_BYTES // 2)
        for layer in layers:
            mix[: len(layer) // 2] += samples(layer)
        if self._loop:
            mix += self._looped(FRAME_BYTES) * gain
        return saturated(np.rint(mix))

    def _loop_gain(self) -> float:
        return _UNDER_A_CLIP if self._clips or (self._live is not None and not self._muted) else 1.0

    def _next_clip(self) -> bytes:
        frame = b""
        while self._clips and len(frame) < FRAME_BYTES:
            clip = self._clips[0]
            part = clip.pcm[clip.position : clip.position + FRAME_BYTES - len(frame)]
            clip.position += len(part)
            frame += part
            if clip.position >= len(clip.pcm):
                self._clips.popleft()
                clip.end()
        return frame

    def _next_live(self) -> bytes:
        if self._live is None:
            return b""
        frame = self._live.next_frame()
        if self._muted:
            return b""
        if self._fade_in:
            frame, self._fade_in = faded(frame, out=False), False
        self._last_live = frame
        return b"" if frame is SILENCE else frame

    def _looped(self, size: int) -> npt.NDArray[np.float64]:
        part = self._loop[self._loop_at : self._loop_at + size]
        while len(part) < size:
            part += self._loop[: size - len(part)]
        self._loop_at = (self._loop_at + size) % len(self._loop)
        return samples(part).astype(np.float64)

    def _after_live(self) -> bytes:
        """Nobody knows what a person would have said next: the last 5 ms mirrored join on without a step."""
        return samples(self._last_live)[: -_FADE_BYTES // 2 - 1 : -1].tobytes()

    def _stop(self, clips: list[Playing]) -> int:
        for clip in clips:
            if clip is self._clips[0] and clip.position:
                self._let_fade(clip.pcm[clip.position : clip.position + _FADE_BYTES])
            self._clips.remove(clip)
            clip.end()
        return len(clips)

    def _let_fade(self, pcm: bytes) -> None:
        """Lay the beginning of what would have come, fading, over the next frame."""
        tail = faded(pcm[:_FADE_BYTES], out=True)
        if self._tail:
            longer, shorter = sorted((self._tail, tail), key=len, reverse=True)
            mix = samples(longer).astype(np.int32)
            mix[: len(shorter) // 2] += samples(shorter)
            tail = saturated(mix)
        self._tail = tail
