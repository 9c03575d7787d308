"""Utterances to train with, made as they are needed: invented people on telephone lines of all kinds."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from voice.training.channel import RATE, Line, Samples, coloured_noise, through, to_pcm
from voice.training.espeak import Speaker, Spoken
from voice.training.features import CENTRE, SHIFT, Mfcc
from voice.training.lexicon import Lexicon, Phones, words_said
from voice.training.people import invent
from voice.training.texts import Texts

SILENT, STRANGE, IGNORED = 0, -1, -2
"""Labels beside the units, which count from 1: nobody speaks, a word that the model does not know, untold."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance as the network sees it."""

    frames: npt.NDArray[np.float32]
    """(n, features.DIMENSION)"""
    labels: npt.NDArray[np.int32]
    """(n,): the unit's number from 1, or `SILENT`, `STRANGE`, `IGNORED`."""


class Corpus:
    """An endless, reproducible supply of utterances."""

    def __init__(
        self,
        texts: Texts,
        lexicon: Lexicon,
        alone: dict[str, list[Phones]],
        voices: tuple[str, ...],
        speaker: Speaker,
    ) -> None:
        self._texts = texts
        self._lexicon = lexicon
        self._alone = alone
        self._voices = voices
        self._accents = tuple(dict.fromkeys(voice.partition("+")[0] for voice in voices))
        # The commonest accents, which stand first, are heard as often as all others together.
        self._often = [3 if place < 2 else 1 for place in range(len(self._accents))]
        self._speaker = speaker
        self._mfcc = Mfcc()
        self._numbers = {unit: number for number, unit in enumerate(lexicon.units, 1)}

    def utterance(self, seed: int) -> Utterance | None:
        """Make one; None where espeak-ng's alignment cannot be told (a few in a hundred)."""
        rng = random.Random(seed)
        text = self._text(rng)
        spoken = self._speaker.say(
            text, self._voice(rng), rng.randint(100, 215), rng.randint(15, 85), rng.randint(15, 85)
        )
        marks = self._marks(text, spoken)
        if marks is None or len(spoken.samples) < self._speaker.rate // 10:
            return None
        clean = soxr.resample(spoken.samples.astype(np.float32) / 32768, self._speaker.rate, RATE)
        before, after = rng.uniform(0.02, 0.8), rng.uniform(0.02, 1.0)
        quiet = (np.zeros(int(seconds * RATE)) for seconds in (before, after))
        samples = np.concatenate([next(quiet), clean.astype(np.float64), next(quiet)])
        frames = self._mfcc.of(to_pcm(line(samples, rng)))
        times = np.arange(len(frames)) * SHIFT + CENTRE - before
        starts = np.array([-np.inf, *(start for start, _ in marks), len(clean) / RATE])
        numbers = np.array([SILENT, *(number for _, number in marks), SILENT], np.int32)
        return Utterance(frames, numbers[np.searchsorted(starts, times, "right") - 1])

    def _text(self, rng: random.Random) -> str:
        kind = rng.random()
        text = self._texts.anything(rng)
        if kind < 0.12:
            strange = [self._texts.strange_word(rng) for _ in range(rng.randint(1, 4))]
            words = text.split()[: rng.randint(0, 4)]
            at = rng.randint(0, len(words))
            return " ".join([*words[:at], *strange, *words[at:]])
        if kind < 0.3:
            words = text.split()
            return (
                " ".join(word + "," if rng.random() < 0.3 else word for word in words[:-1]) + f" {words[-1]}"
            )
        return text

    def _voice(self, rng: random.Random) -> str:
        accent = rng.choices(self._accents, self._often)[0]
        if rng.random() < 0.4:
            return rng.choice([voice for voice in self._voices if voice.partition("+")[0] == accent])
        return f"{accent}+{self._speaker.imitate(invent(rng))}"

    def _marks(self, text: str, spoken: Spoken) -> list[tuple[float, int]] | None:
        """Give the start of each sound with its label."""
        said = words_said(text.strip(), spoken, self._alone)
        if said is None:
            return None
        labels: dict[float, int] = {}
        for word in said:
            names = self._lexicon.units_of(word.phones)
            for sound, name in zip(word.sounds, names, strict=True):
                known = word.word in self._lexicon.pronunciations
                labels[sound.start] = self._numbers.get(name or "", IGNORED) if known else STRANGE
        for sound in spoken.sounds:
            if sound.word < 0:
                labels[sound.start] = SILENT
        return sorted(labels.items())


def line(samples: Samples, rng: random.Random) -> Samples:
    """Send speech over some line: from a clean one to a bad mobile in a street."""
    samples = _room(samples, rng)
    if rng.random() < 0.5:
        tilt = rng.uniform(-0.5, 0.5)
        samples = samples + tilt * np.concatenate([np.zeros(1), samples[:-1]])
    outside = rng.random() < 0.5
    heard = through(
        samples,
        Line(
            snr_db=rng.uniform(5, 40) if rng.random() < 0.85 else 60,
            seed=rng.randrange(1 << 31),
            low_hz=rng.uniform(80, 380),
            high_hz=rng.uniform(2900, 3850),
            order=rng.randint(1, 6),
            peak_db=rng.uniform(-26, -1),
            noise_slope=rng.uniform(0, 0.8) if rng.random() < 0.5 else 0.0,
            ulaw=rng.random() < 0.7,
        ),
    )
    if outside:
        # Noise that joins after the band, up to half the rate: of the exchange, or of a test's own.
        level = float(np.sqrt(np.mean(heard**2))) * 10 ** (-rng.uniform(10, 45) / 20)
        noise = coloured_noise(len(heard), rng.randrange(1 << 31), rng.choice((0.0, 0.0, 0.4)))
        heard = np.clip(heard + noise * level, -1, 1)
    return heard


def _room(samples: Samples, rng: random.Random) -> Samples:
    if rng.random() > 0.3:
        return samples
    numbers = np.random.default_rng(rng.randrange(1 << 31))
    echoes = np.zeros(800)
    places = numbers.integers(20, 800, 12)
    echoes[places] = numbers.normal(0, 0.25, 12) * np.exp(-places / 300)
    echoes[0] = 1
    size = 1 << (len(samples) + 800).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echoes, size), size)
    return np.asarray(wet[: len(samples)], dtype=np.float64)
