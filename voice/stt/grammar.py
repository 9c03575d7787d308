"""What a recognition listens for: lists of phrases by language, and the grammar that a question needs.

libvosk estimates a bigram model from the phrases of a grammar. Numbers are therefore given as all the pairs
of words that may follow each other. Against a flat list of the same words that took the word errors of five
digits at 15 dB from 24.8 to 13.8 % (en), 7.8 to 5.2 % (pl) and 13.0 to 5.2 % (cs), with the starter models.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import yaml

from voice.stt.recogniser import Expecting, RecognitionError

GRAMMARS = Path(__file__).parent / "grammars"
UNKNOWN = "[unk]"
"""What libvosk writes for speech that fits nothing."""
MAX_PHRASES = 5000
DIGIT_WEIGHT = 4
"""How often the pairs of digits are counted: most numbers are said digit by digit."""
MAX_PHRASE = 200
"""Characters of one phrase."""

_OPTIONAL = frozenset(
    ("plain", "willing", "unsure", "postponing", "forbidding", "particles", "joined", "unfinished")
)
Knows = Callable[[str], bool]
"""Whether the speech model has a word."""


class GrammarError(RecognitionError):
    """A list of phrases is missing or wrong; the text names the file and the list."""

    code = "speech_grammar"
    retryable = False


@dataclass(frozen=True, slots=True)
class Lists:
    """A language's phrases, as its file in `grammars/` names and explains them."""

    ways_out: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    later: tuple[str, ...]
    never: tuple[str, ...]
    fillers: tuple[str, ...]
    corrections: tuple[str, ...]
    zeros: tuple[str, ...]
    digits: tuple[str, ...]
    double: tuple[str, ...]
    triple: tuple[str, ...]
    teens: tuple[str, ...]
    tens: tuple[str, ...]
    hundreds: tuple[str, ...]
    after_digit: tuple[str, ...]
    thousands: tuple[str, ...]
    between: tuple[str, ...]
    letters: tuple[str, ...]
    spelling: tuple[str, ...]
    menu: tuple[str, ...]
    plain: tuple[str, ...] = ()
    willing: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    postponing: tuple[str, ...] = ()
    forbidding: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """What libvosk is given."""

    phrases: tuple[str, ...]
    """Never empty; `[unk]` is the last one."""
    dropped: tuple[str, ...]
    """Words that the model does not know, sorted; phrases with one of them were left out."""

    def to_json(self) -> str:
        """Write it as libvosk reads it, which knows no escaped letters."""
        return json.dumps(self.phrases, ensure_ascii=False)


@lru_cache
def load_lists(lang: str, folder: Path = GRAMMARS) -> Lists:
    """Read a language's file. Raises `GrammarError`."""
    path = folder / f"{lang}.yml"
    try:
        # Everything is a string to this loader, which makes no object either: others read `no` as false.
        lists = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError):
        raise GrammarError(f"{path} is missing or is no YAML") from None
    if not isinstance(lists, dict):
        raise GrammarError(f"{path} is no mapping of lists")
    names = {field.name for field in fields(Lists)}
    if unknown := set(lists) - names:
        raise GrammarError(f"{path} has a list that nobody reads: {', '.join(sorted(map(str, unknown)))}")
    if missing := names - set(lists) - _OPTIONAL:
        raise GrammarError(f"{path} lacks {', '.join(sorted(missing))}")
    return Lists(**{name: tuple(_phrases(path, name, value)) for name, value in lists.items()})


def _phrases(path: Path, name: str, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        raise GrammarError(f"{path}: {name} is no list")
    for entry in value:
        if not isinstance(entry, str):
            raise GrammarError(f"{path}: {name} has an entry that is no phrase")
        yield " ".join(entry.lower().split())


def build(lists: Lists, expecting: Expecting, knows: Knows, phrases: Iterable[str] = ()) -> Grammar:
    """Make the grammar for a question out of what the model knows.

    `phrases` are listened for beside the lists. Control characters and whatever is longer than `MAX_PHRASE`
    are left out. Raises `GrammarError` where the model knows nothing of what is expected.
    """
    expected = [*_expected(lists, expecting, knows), *_clean(phrases)]
    dropped: set[str] = set()
    kept: list[str] = []
    number = expecting in ("order_number", "verifier")
    # Beside a number only the keyword: the small words of a sentence sound like digits ('to', 'for').
    ways_out = [phrase for phrase in lists.ways_out if not number or " " not in phrase]
    for phrase in [*expected, *ways_out]:
        missing = [word for word in phrase.split() if not knows(word)]
        dropped.update(missing)
        if phrase and not missing:
            kept.append(phrase)
    if not kept:
        raise GrammarError(f"the speech model knows no word of what is said to {expecting}")
    return Grammar((*kept[:MAX_PHRASES], UNKNOWN), tuple(sorted(dropped)))


def _clean(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        words = "".join(char if char.isalnum() or char in "-'" else " " for char in phrase.lower()).split()
        if words and len(phrase) <= MAX_PHRASE:
            yield " ".join(words)


def _expected(lists: Lists, expecting: Expecting, knows: Knows) -> Iterator[str]:
    if expecting == "menu":
        yield from (*lists.menu, *lists.yes, *lists.no)
        return
    yield from (*lists.yes, *lists.no)
    if expecting == "yes_no":
        yield from (*lists.later, *lists.never)
        return
    yield from (*lists.fillers, *lists.corrections)
    yield from _numbers(lists, knows)
    if expecting == "order_number":
        for group in (lists.letters, lists.spelling):
            # A model without names for letters still knows 'a' and 'i': they would only be misheard.
            if sum(map(knows, group)) * 2 >= len(group):
                yield from group


def _numbers(lists: Lists, knows: Knows) -> Iterator[str]:
    """Yield the number words, and the pairs in which they follow each other."""
    digits = [word for word in (*lists.zeros, *lists.digits) if knows(word)]
    tens = [word for word in lists.tens if knows(word)]
    joined = list(filter(knows, joined_tens(lists)))
    below_hundred = [*digits, *filter(knows, lists.teens), *tens, *joined]
    hundreds = (*lists.hundreds, *lists.after_digit)
    yield from (*lists.zeros, *lists.digits, *lists.teens, *lists.tens, *lists.hundreds, *lists.thousands)
    yield from joined
    yield from list(_pairs(digits, digits)) * DIGIT_WEIGHT
    yield from _pairs((*lists.double, *lists.triple), digits)
    yield from _pairs(tens, lists.digits)
    yield from _pairs(lists.digits, lists.after_digit)
    yield from _pairs(hundreds, (*below_hundred, *lists.between))
    yield from _pairs((*below_hundred, *hundreds), lists.thousands)
    yield from _pairs(lists.thousands, (*lists.hundreds, *below_hundred))
    yield from _pairs(lists.between, below_hundred)


def joined_tens(lists: Lists) -> Iterator[str]:
    """Yield the numbers that are said ones first, in one word: 'třiadvacet'."""
    return (f"{one}{ten}" for one in lists.joined for ten in lists.tens)


def _pairs(firsts: Iterable[str], seconds: Iterable[str]) -> Iterator[str]:
    followers = list(seconds)
    return (f"{first} {second}" for first in firsts for second in followers)
