"""Which sounds each word is made of, and the units that the network tells apart.

A unit is a sound with the sounds before and after it inside the same word: the vocabulary is small, so there
is enough speech for each. Words come from espeak-ng, which runs some neighbours together (Polish `nie wiem`):
those are cut where the parts resemble the words said alone.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from voice.training.espeak import SILENCE, Sound, Speaker, Spoken
from voice.training.texts import Texts

Phones = tuple[str, ...]
_BORDER = "#"
_SAMPLE = 4000
_RARE_UNIT = 8
_MOST_VARIANTS = 6
_LEAST_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Said:
    """A word as it was said in a sentence."""

    word: str
    sounds: tuple[Sound, ...]

    @property
    def phones(self) -> Phones:
        """Its sounds' names."""
        return tuple(sound.phone for sound in self.sounds)


@dataclass(frozen=True)
class Lexicon:
    """The words of a model."""

    pronunciations: dict[str, dict[Phones, float]]
    """Ways to say each word, with their share."""
    units: tuple[str, ...]
    """Without silence; in the order of the network's outputs."""

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.units)

    def units_of(self, phones: Phones) -> tuple[str | None, ...]:
        """Name the unit of each sound; None where there was none like it."""
        known = self._known
        return tuple(
            next((name for name in _names(phones, place) if name in known), None)
            for place in range(len(phones))
        )


def learn_lexicon(texts: Texts, speaker: Speaker, voices: tuple[str, ...], rng: random.Random) -> Lexicon:
    """Hear the vocabulary from many voices, alone and in sentences."""
    alone = words_alone(texts, speaker, voices)
    heard: dict[str, Counter[Phones]] = defaultdict(Counter)
    for word, ways in alone.items():
        heard[word].update(ways)
    for _ in range(_SAMPLE):
        text = texts.anything(rng)
        spoken = speaker.say(text, rng.choice(voices), rng.randint(110, 200))
        for said in words_said(text, spoken, alone) or ():
            heard[said.word][said.phones] += 1
    pronunciations = {word: _usual(counts) for word, counts in sorted(heard.items())}
    return Lexicon(pronunciations, _units(pronunciations, heard))


def words_alone(texts: Texts, speaker: Speaker, voices: tuple[str, ...]) -> dict[str, list[Phones]]:
    """Hear every word said alone, once in each accent."""
    accents = sorted({voice.partition("+")[0] for voice in voices})
    alone: dict[str, list[Phones]] = {}
    for word in texts.words:
        for accent in accents:
            phones = tuple(s.phone for s in speaker.say(word, accent, 150).sounds if s.phone != SILENCE)
            if phones and phones not in alone.setdefault(word, []):
                alone[word].append(phones)
    return alone


def words_said(text: str, spoken: Spoken, alone: dict[str, list[Phones]]) -> list[Said] | None:
    """Give each word of a sentence its sounds; None where that cannot be told."""
    words = text.replace(",", " ").split()
    sounds: dict[int, list[Sound]] = defaultdict(list)
    for sound in spoken.sounds:
        if sound.word >= 0:
            sounds[sound.word].append(sound)
    if 0 not in sounds:
        return None
    begins = sorted(sounds)
    said: list[Said] = []
    for begin, end in zip(begins, [*begins[1:], len(words)], strict=True):
        parts = _cut(sounds[begin], words[begin:end], alone)
        if parts is None:
            return None
        said += parts
    return said


def _cut(sounds: list[Sound], words: list[str], alone: dict[str, list[Phones]]) -> list[Said] | None:
    """Share out sounds among the words that were run together."""
    if len(words) == 1:
        return [Said(words[0], tuple(sounds))]
    head, rest = words[0], words[1:]
    if len(words) > 3 or head not in alone or any(word not in alone for word in rest):
        return None
    phones = tuple(sound.phone for sound in sounds)
    behind = tuple(phone for word in rest for phone in alone[word][0])
    at, cost = min(
        (
            (place, _distance(phones[:place], alone[head]) + _distance(phones[place:], [behind]))
            for place in range(1, len(phones))
        ),
        key=lambda found: found[1],
        default=(0, len(phones)),
    )
    if cost * 2 > len(phones):
        return None
    tail = _cut(sounds[at:], rest, alone)
    return None if tail is None else [Said(head, tuple(sounds[:at])), *tail]


def _distance(phones: Phones, ways: Iterable[Phones]) -> int:
    return min(_edits(phones, way) for way in ways)


def _edits(one: Phones, other: Phones) -> int:
    row = list(range(len(other) + 1))
    for i, phone in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (phone != against))
    return row[-1]


def _usual(counts: Counter[Phones]) -> dict[Phones, float]:
    total = sum(counts.values())
    least = max(2, _LEAST_SHARE * total) if total > 3 else 1
    usual = [(phones, count) for phones, count in counts.most_common(_MOST_VARIANTS) if count >= least]
    usual = usual or counts.most_common(1)
    kept = sum(count for _, count in usual)
    return {phones: count / kept for phones, count in usual}


def _units(
    pronunciations: dict[str, dict[Phones, float]], heard: dict[str, Counter[Phones]]
) -> tuple[str, ...]:
    often: Counter[str] = Counter()
    for word, ways in pronunciations.items():
        for phones in ways:
            for place in range(len(phones)):
                often[_names(phones, place)[0]] += heard[word][phones]
    units = {name for name, count in often.items() if count >= _RARE_UNIT}
    # What is rare falls back to its sound alone, whatever stands beside it.
    for ways in pronunciations.values():
        for phones in ways:
            for place in range(len(phones)):
                exact, plain = _names(phones, place)
                if exact not in units:
                    units.add(plain)
    return tuple(sorted(units))


def is_among_neighbours(unit: str) -> bool:
    """Say whether a unit is a sound among its neighbours, and not the sound alone."""
    return "+" in unit and "-" in unit.partition("+")[0].lstrip("-")


def _names(phones: Phones, place: int) -> tuple[str, str]:
    """Name the unit of a sound among its neighbours, and of the sound alone."""
    before = phones[place - 1] if place else _BORDER
    after = phones[place + 1] if place + 1 < len(phones) else _BORDER
    return f"{before}-{phones[place]}+{after}", phones[place]
