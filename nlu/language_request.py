"""Asking for a language in so many words: "po polsku proszę", "mluvíte česky?", "English please".

That a language is named makes no request ("instrukcja jest po angielsku", "jak se řekne anglicky okurka"):
the words around it have to be ones of politeness or of talking. What is denied ("nie mówię po czesku", "not
in Polish") is told apart. Works on folded words, so diacritics and case make no difference.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlu.language_words import (
    ADDRESSES,
    ANSWERS,
    FILLERS,
    GENITIVES,
    LANGUAGE_NAMES,
    NIE_REFUSALS,
    NO_THIS_ONE,
    NOT_THIS_ONE,
    OUT_OF,
    POLISHED,
    PREPOSITIONS,
    REFUSALS,
    SOMEBODY,
    TALK,
    THIRD_PERSON,
    TURNS,
)
from nlu.words import fold

_LANGUAGE = {name: language for language, names in LANGUAGE_NAMES.items() for name in names.split()}
_CLAUSE = re.compile(r"[.,;:!?\n()]+| -+ ")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MAX_WORDS = 14
"""A longer clause tells a story in which a language is only mentioned."""
_LONG = 6
"""Letters from which a slip of the keyboard in a language's name is forgiven."""


@dataclass(frozen=True)
class Request:
    """What a message says of languages."""

    wanted: tuple[str, ...] = ()
    """Those asked for, in order; they need not be ones that the bot speaks."""
    refused: frozenset[str] = frozenset()
    """Those that the customer says he does not speak or want."""


def requested(text: str) -> Request:
    """Return which languages `text` asks for and which it refuses; mere mentions are neither."""
    wanted: dict[str, None] = {}
    refused: set[str] = set()
    for clause in _clauses(text):
        named = [(index, names_language(word)) for index, word in enumerate(clause)]
        mentions = [(index, language) for index, language in named if language is not None]
        if not mentions or len(clause) > _MAX_WORDS or not _about_talking(clause):
            continue
        for index, language in mentions:
            if _refuses(clause, index):
                refused.add(language)
            else:
                wanted[language] = None
    return Request(tuple(language for language in wanted if language not in refused), frozenset(refused))


def is_only_request(text: str) -> bool:
    """Tell whether `text` asks for a language and, but for politeness, for nothing else."""
    words = [word for clause in _clauses(text) for word in clause]
    idle = (FILLERS | TALK | ADDRESSES) - ANSWERS
    return bool(requested(text).wanted) and all(word in idle or names_language(word) for word in words)


def _clauses(text: str) -> Iterator[Sequence[str]]:
    for part in _CLAUSE.split(text):
        if words := [fold(word) for word in _WORD.findall(part)]:
            yield words


def names_language(word: str) -> str | None:
    """Return the language that the folded `word` names, a slip of the keyboard in it forgiven."""
    if word in _LANGUAGE or len(word) < _LONG:
        return _LANGUAGE.get(word)
    return _SLIPS.get(word)


def _about_talking(clause: Sequence[str]) -> bool:
    words = [word for word in clause if names_language(word) is None]
    if "polish" in clause and any(word in POLISHED for word in words):
        return False
    if any(word in TALK or word in REFUSALS for word in words):
        return True
    if any(word in THIRD_PERSON for word in words) and any(word in SOMEBODY for word in words):
        return True
    return all(word in FILLERS for word in words)


def _refuses(clause: Sequence[str], index: int) -> bool:
    turns = [at for at, word in enumerate(clause[:index]) if word in TURNS]
    before = list(clause[turns[-1] + 1 if turns else 0 : index])
    while before and before[-1] in PREPOSITIONS:
        before.pop()
    if before and _turns_away(before[-1], clause[index]):
        return True
    if "you" in before:  # "don't you speak English?" asks for it
        return False
    if any(word in REFUSALS for word in before):
        return True
    return any(one == "nie" and other in NIE_REFUSALS for one, other in pairwise(before))


def _turns_away(word: str, name: str) -> bool:
    if word in OUT_OF:
        return name.endswith(GENITIVES)
    return word in NOT_THIS_ONE or (word == "no" and name in NO_THIS_ONE)


def _slips(name: str) -> Iterator[str]:
    """Yield `name` with a letter lost, doubled or swapped with the next one, the first one apart."""
    for at in range(1, len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at] + name[at:]
        if at + 1 < len(name):
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


_SLIPS = {
    slip: language
    for name, language in _LANGUAGE.items()
    if len(name) >= _LONG
    for slip in _slips(name)
    if len(slip) >= _LONG and slip not in _LANGUAGE
}
