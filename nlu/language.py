"""Which language a customer has gone on in. `detect` changes the language only when that is clear.

A wrong change costs a customer more than a late one: the bot answers in a language that nobody asked for. So
one word is never enough, nor are names, numbers, loanwords or a fist on the keyboard; asking for a language
is (`nlu.language_request`). The model is read once, when this module is imported, so never on an event loop.
How it was measured: docs/adr/0006-language-detection.md.
"""

from collections.abc import Sequence
from pathlib import Path

from nlu.language_model import MAX_CHARS, LanguageModel, Word, load, words_of
from nlu.language_request import Request, names_language, requested
from nlu.language_words import COURTESIES, LOANS

_MIN_WORDS = 3
"""Fewer words than this never change a language; "dobrý den" and "jan kowalski" are no way of telling."""
_MARGIN = 6.0
"""How much likelier, in nats, another language must be before the conversation changes to it."""
_RIVAL = 0.35
"""The most that may speak for the present language, against what speaks for the other one."""
_KNOWN = 1.5
"""How many different words have to be known ones of the other language."""
_STRONG = 2.5
"""From how many nats on an unknown word of `_LONG` letters counts as half a known one."""
_LONG = 5
_NAMES = 2.5
"""How many known words outweigh one name: "Harry Potter and the Goblet of Fire" is no English sentence."""
_FOREIGN = -3.0
"""A word of `_MIXED` letters that speaks so much for the present language makes a message a mixed one, as
where an error message is quoted: "wyskakuje your session has expired"."""
_MIXED = 4
_REFUSED = 0.25
"""What of margin and known words is enough to leave a language that the customer says he does not speak."""


def detect(text: str, current: str, enabled: Sequence[str]) -> str:
    """Return the language of `enabled` (or `current`) to go on with after `text`.

    `current` stays for whatever is not clear, is empty, or is in a language that is not enabled. Only the
    first `MAX_CHARS` characters are read; about 0.1 ms, no input or output.
    """
    text = text[:MAX_CHARS]
    words = words_of(text)
    if not words:
        return current
    asked = requested(text) if any(names_language(word.folded) for word in words) else Request()
    if asked.wanted:
        return _wanted(asked.wanted, current, enabled)
    return decide(_MODEL, words, current, enabled, refused=asked.refused)


def language_of(text: str, guess: str, enabled: Sequence[str]) -> str:
    """Return the language that `text` is clearly in, else `guess`; what it asks for does not count."""
    return decide(_MODEL, words_of(text[:MAX_CHARS]), guess, enabled)


def decide(
    model: LanguageModel,
    words: Sequence[Word],
    current: str,
    enabled: Sequence[str],
    *,
    refused: frozenset[str] = frozenset(),
) -> str:
    """Return the language that `words` are in where they are clearly not in `current`.

    Whoever says that he does not speak `current` (it is among the `refused`) needs to say less.
    """
    if current not in model.languages:
        return current
    ease = _REFUSED if current in refused else 1.0
    if len(words) < _MIN_WORDS * ease:
        return current
    here = model.languages.index(current)
    names = sum(_name(word, model) for word in words)
    evidence = [(word, model.evidence(word)) for word in words if not _neutral(word, model)]
    best, best_margin = current, _MARGIN * ease
    for there, language in enumerate(model.languages):
        if language == current or language not in enabled or language in refused:
            continue
        gains = [
            (word, gain)
            for word, scores in evidence
            if (gain := scores[there] - scores[here]) > 0 or word.folded not in COURTESIES
        ]
        margin = sum(gain for _, gain in gains)
        if margin > best_margin and _clear(model, gains, there, here, names, ease):
            best, best_margin = language, margin
    return best


def _clear(
    model: LanguageModel,
    gains: Sequence[tuple[Word, float]],
    there: int,
    here: int,
    names: int,
    ease: float,
) -> bool:
    """Whether it is words of the language `there` that make the margin, with next to nothing against it."""
    pro = sum(gain for _, gain in gains if gain > 0)
    contra = sum(-gain for _, gain in gains if gain < 0)
    if contra > _RIVAL * pro or any(
        gain <= _FOREIGN and len(word.folded) >= _MIXED and model.knows(word, here, there)
        for word, gain in gains
    ):
        return False
    known = {word.folded: _weight(model, word, gain, there, here) for word, gain in gains}
    if sum(known.values()) < max(_KNOWN, _NAMES * names) * ease:
        return False
    return ease < 1 or any(known[word.folded] == 1 and model.common(word, there) for word, _ in gains)


def _weight(model: LanguageModel, word: Word, gain: float, there: int, here: int) -> float:
    if gain > 1 and model.knows(word, there, here):
        return 1.0
    likely = gain >= _STRONG and len(word.folded) >= _LONG and model.familiar(word, there)
    return 0.5 if likely else 0.0


def _neutral(word: Word, model: LanguageModel) -> bool:
    return word.folded in LOANS or _name(word, model)


def _name(word: Word, model: LanguageModel) -> bool:
    """Whether a word is a name by its looks: a capital within a sentence, and not a word that we know."""
    return not word.first and word.raw[:1].isupper() and word.folded not in model.words


def _wanted(wanted: Sequence[str], current: str, enabled: Sequence[str]) -> str:
    if current in wanted:
        return current
    return next((language for language in wanted if language in enabled), current)


_MODEL = load(Path(__file__).with_name("language_model.json"))
