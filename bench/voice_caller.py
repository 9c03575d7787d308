"""A caller whose own waveform is measured: what is said, on a line whose noise never stops.

Begin and end are those of the samples that are sent, not a VAD's: the first and the last one within 40 dB of
the loudest. A frame that leaves now holds the 20 ms before now, as it would from a microphone.
"""

import asyncio
import itertools
import random
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tests.phone_caller import FRAME, PhoneCaller, frame, loud
from voice.training.caller import RATE, speak
from voice.training.channel import bandpass, coloured_noise, speech_level, to_pcm, ulaw_and_back

Floats = npt.NDArray[np.float64]

SAMPLES = FRAME // 2
SPEECH_DB = -20.0
"""How loud everybody speaks, below full scale, pauses left out; `snr_db` is counted from here."""
EDGE_DB = 40.0
NOISE_SECONDS = 15
PAUSE = "|"
"""Where a caller hesitates."""
CROWD = 12


@dataclass(frozen=True)
class Said:
    """An utterance between its first and its last sample of speech."""

    samples: Floats
    text: str
    hesitant: bool


def say(text: str, lang: str, voice: str, rate: int = 150, pause: float = 0.4) -> Said:
    """Speak through a telephone's band, at the usual loudness; `|` is a hesitation of `pause` seconds."""
    parts: list[Floats] = []
    for part in text.split(PAUSE):
        if parts:
            parts.append(np.zeros(round(pause * RATE)))
        parts.append(_edged(_floats(speak(part.strip(), lang, voice, rate))))
    whole = np.concatenate(parts)
    whole *= 10 ** (SPEECH_DB / 20) / speech_level(whole)
    return Said(whole, text, PAUSE in text)


def _edged(samples: Floats) -> Floats:
    banded = bandpass(samples, 300, 3400, 4)
    heard = np.flatnonzero(np.abs(banded) > np.abs(banded).max() * 10 ** (-EDGE_DB / 20))
    return banded[heard[0] : heard[-1] + 1]


def _floats(pcm: bytes) -> Floats:
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768


@lru_cache(maxsize=64)
def noise(kind: str, snr_db: float, seed: int, seconds: float = NOISE_SECONDS) -> Floats:
    """A line's noise, `snr_db` below speech: `line` (white), `street`, `car` (low), `hum` or `crowd`."""
    length = round(seconds * RATE)
    if kind == "crowd":
        raw = _crowd(length, seed)
    elif kind == "hum":
        at = np.arange(length) / RATE
        tones = sum(np.sin(2 * np.pi * 50 * n * at + n) / n**0.5 for n in range(6, 24, 2))
        raw = tones + 0.5 * coloured_noise(length, seed, 0.0)
    else:
        raw = coloured_noise(length, seed, {"line": 0.0, "street": 0.5, "car": 1.0}[kind])
    if kind == "street":  # it passes by: louder and quieter within seconds
        at = np.arange(length) / RATE
        raw = raw * (1 + 0.5 * np.sin(2 * np.pi * at / 2.5 + seed))
    raw = bandpass(raw, 300, 3400, 4)
    scaled: Floats = raw / np.sqrt(np.mean(raw**2)) * 10 ** ((SPEECH_DB - snr_db) / 20)
    return scaled


def _crowd(length: int, seed: int) -> Floats:
    """People who talk at once, each from another place in what they say."""
    dice = random.Random(seed)
    total = np.zeros(length)
    for number in range(CROWD):
        lang, text = _CROWD_SAYS[number % len(_CROWD_SAYS)]
        one = _floats(speak(text, lang, f"{lang}+{dice.choice(_CROWD_VOICES)}", 130 + 10 * (number % 6)))
        total += np.resize(np.roll(one, dice.randrange(len(one))), length)
    return total


_CROWD_SAYS = [
    ("en", "well I told him that we would come over on Saturday, and then he never called me back again"),
    ("pl", "no i wtedy powiedziałam mu, że przyjedziemy dopiero w sobotę po obiedzie, a on nic"),
    ("cs", "tak jsem mu říkala, že přijedeme až v sobotu odpoledne, a on se už vůbec neozval"),
]
_CROWD_VOICES = ("m1", "m3", "m5", "f1", "f2", "f4")


def mixed(background: Floats, speech: Floats | None = None) -> bytes:
    """One frame as it arrives: through mu-law."""
    return to_pcm(ulaw_and_back(background if speech is None else background + speech))


@dataclass
class Uttered:
    """When an utterance was on its way, by the monotonic clock."""

    begun_at: float
    ended_at: float


class LineCaller(PhoneCaller):
    """One call in real time; the noise of its line never stops."""

    def __init__(self, port: int, call_id: str, line: Floats) -> None:
        super().__init__(port, call_id)
        whole = line[: len(line) // SAMPLES * SAMPLES]
        self._line = whole.reshape(-1, SAMPLES)
        self._quiet = [mixed(part) for part in self._line]
        self._speech: list[Floats] = []
        self._sent: asyncio.Future[Uttered] | None = None
        self._edges = (0, 0)
        self._begun_at = 0.0

    async def utter(self, said: Said, offset: int = 0) -> Uttered:
        """Speak, beginning `offset` samples into the next frame; returns when the last sample was sent."""
        padded = np.concatenate([np.zeros(offset), said.samples])
        last = (len(padded) - 1) % SAMPLES
        padded = np.concatenate([padded, np.zeros(SAMPLES - 1 - last)])
        self._edges = (offset, last)
        self._sent = asyncio.get_running_loop().create_future()
        self._speech = list(padded.reshape(-1, SAMPLES)[::-1])
        return await self._sent

    async def _speak(self) -> None:
        next_at, number, begun = time.monotonic(), 0, False
        while True:
            place = number % len(self._line)
            number += 1
            pcm = mixed(self._line[place], self._speech.pop()) if self._speech else self._quiet[place]
            self._writer.write(frame(0x10, pcm))
            now = time.monotonic()
            if self._sent is not None and not begun:
                self._begun_at, begun = now - (SAMPLES - self._edges[0]) / RATE, True
            if self._sent is not None and begun and not self._speech:
                ended_at = now - (SAMPLES - 1 - self._edges[1]) / RATE
                self._sent.set_result(Uttered(self._begun_at, ended_at))
                self._sent, begun = None, False
            next_at += 0.02
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    async def first_audible(self, begin: int, until: float) -> float | None:
        """When the house is heard again, in the frames from number `begin` on; none by the time `until`."""
        while time.monotonic() < until and not self.gone.is_set():
            while begin < len(self.frames):
                at, pcm = self.frames[begin]
                begin += 1
                if loud(pcm):
                    return at
            await asyncio.sleep(0.01)
        return None

    def stall(self, begin: int) -> float:
        """The longest that no frame of the house came, from frame number `begin` on: 20 ms at best."""
        times = [at for at, _ in self.frames[begin:]]
        return max((after - at for at, after in itertools.pairwise(times)), default=0.0)

    async def hushed(self, seconds: float, within: float = 30.0) -> None:
        """Wait until nothing audible has come for so long."""
        deadline, seen, spoke_at = time.monotonic() + within, len(self.frames), time.monotonic()
        while time.monotonic() < deadline and not self.gone.is_set():
            for at, pcm in self.frames[seen:]:
                spoke_at = at if loud(pcm) else spoke_at
            seen = len(self.frames)
            if time.monotonic() - spoke_at > seconds:
                return
            await asyncio.sleep(0.02)
