"""What the invented callers say: the shop's phrases, numbers, and words in no order."""

import random
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voice.stt.grammar import GrammarError, load_lists
from voice.training.cardinals import WORDS, vocabulary
from voice.training.errors import TrainingError
from voice.training.spoken_numbers import anyhow

_NUMBER = "{number}"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_PHRASES = 20_000
_PHRASES = Path(__file__).parent / "phrases"
_VOWELS = "aeiouyąęóáéíúůýěäöü"


@dataclass(frozen=True)
class Texts:
    """What may be said in one language."""

    lang: str
    phrases: tuple[str, ...]
    """Lower-case words with spaces between; `{number}` stands for any number."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word that the model will know, in the order of the alphabet."""
        said = {word for phrase in self.phrases for word in phrase.split() if word != _NUMBER}
        return tuple(sorted(said | vocabulary(self.lang)))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.words)

    def phrase(self, rng: random.Random) -> str:
        """Say one of the phrases, with a number where it has a place for one."""
        said = rng.choice(self.phrases)
        return said.replace(_NUMBER, self.number(rng)) if _NUMBER in said else said

    def number(self, rng: random.Random) -> str:
        """Say a number, or a phrase where the language's numbers are not known."""
        return anyhow(self.lang, rng) if self.lang in WORDS else rng.choice(self.words)

    def sentence(self, rng: random.Random) -> str:
        """Say something that a caller says in earnest: a phrase or a number."""
        return self.number(rng) if self.lang in WORDS and rng.random() < 0.5 else self.phrase(rng)

    def anything(self, rng: random.Random) -> str:
        """Say a sentence, or words of the vocabulary in no order, so that all are heard in all contexts."""
        if rng.random() < 0.8:
            return self.sentence(rng)
        return " ".join(rng.choice(self.words) for _ in range(rng.randint(1, 5)))

    def strange_word(self, rng: random.Random) -> str:
        """Make a word that is not in the vocabulary, from the beginning of one and the end of another."""
        words, known = self.words, self._known
        while True:
            first, second = (rng.choice(words) for _ in range(2))
            made = first[: rng.randint(1, len(first))] + second[rng.randint(0, len(second) - 1) :]
            if made not in known and len(made) > 2 and any(letter in _VOWELS for letter in made):
                return made


def read_phrases(path: Path, lang: str) -> Texts:
    """Read one phrase a line; `#` begins a comment. Raises `TrainingError` naming the line that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise TrainingError(f"cannot read {path}") from None
    except UnicodeDecodeError:
        raise TrainingError(f"{path} is not UTF-8: save it as UTF-8") from None
    phrases = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip().lower()
        if said:
            phrases.append(_checked(said, path, number))
    if not phrases:
        raise TrainingError(f"{path} holds no phrase: write one a line")
    if len(phrases) > _MOST_PHRASES:
        raise TrainingError(f"{path} holds more than {_MOST_PHRASES} phrases: a starter model is small")
    return Texts(lang, tuple(phrases))


def with_grammars(texts: Texts) -> Texts:
    """Add the phrases that recognition listens for, so that no model lacks one of their words."""
    try:
        lists = load_lists(texts.lang)
    except GrammarError:
        return texts
    spoken = (lists.ways_out, lists.yes, lists.no, lists.later, lists.never, lists.fillers, lists.corrections)
    digits = (lists.zeros, lists.digits, lists.double, lists.triple, lists.between, lists.menu)
    return Texts(texts.lang, (*texts.phrases, *(phrase for group in (*spoken, *digits) for phrase in group)))


def starter_phrases(lang: str) -> Path:
    """Give the file of phrases that the starter model of a language is trained with."""
    return _PHRASES / f"{lang}.txt"


def _checked(said: str, path: Path, number: int) -> str:
    words = said.split()
    for word in words:
        if word != _NUMBER and not _WORD.fullmatch(word):
            raise TrainingError(
                f"{path}, line {number}: only words, and {_NUMBER} for a number; write digits as words"
            )
    return " ".join(words)
