"""Which language a customer has gone on in. `detect` changes the language only when that is clear.

A wrong change costs a customer more than a late one: the bot answers in a language that was not asked for. So
one word is never enough, nor are names, numbers, loanwords or a fist on the keyboard; asking for a language is
(`nlu.language_request`). The model is read once, when this module is imported, so never on an event loop.
How it was measured: docs/adr/0006-language-detection.md.
"""

from collections.abc import Sequence
from pathlib import Path

from nlu.language_model import LanguageModel, Word, load, words_of
from nlu.language_request import requested

_MARGIN = 6.0
"""How much likelier, in nats, another language must be before the conversation changes to it."""
_RIVAL = 0.35
"""The most that may speak for the present language, against what speaks for the other one."""
_KNOWN = 2
"""How many different words of the other language have to be known ones."""

_LOANS = frozenset(
    "account agent app back bill black blik bot box business bye cancel card cash cashback chat check checkout "
    "cheers click collect cod code collection consultant courier customer day delivery discount dhl download dpd "
    "email express facebook fedex free friday gift google gls goodbye hello help helpdesk hey hi home human "
    "info inpost install last link live locker login logout mail manager marketing menu minute newsletter nope "
    "number ok okay okey online operator order outlet parcel password pay payment paypal pick pickup please point "
    "promo refund reset restart return sale service shipping shop shopping smart sms sorry start status stop "
    "store support thank thanks thx time top track tracking transfer ups update upgrade visa voucher weekend "
    "wifi yes yeah you zoom".split()
)
"""Words that shops and their customers use in every language: alone they speak for none."""


def detect(text: str, current: str, enabled: Sequence[str]) -> str:
    """Return the language of `enabled` (or `current`) to go on with after `text`.

    `current` stays for whatever is not clear, is empty, or is in a language that is not enabled. Only the
    first `MAX_CHARS` characters are read; about 0.1 ms, no input or output.
    """
    words = words_of(text)
    if not words:
        return current
    asked = requested(text)
    if asked.wanted:
        return _wanted(asked.wanted, current, enabled)
    return decide(_MODEL, words, current, enabled, refused=asked.refused)


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
    ease = 0.4 if current in refused else 1.0
    here = model.languages.index(current)
    evidence = [(word, model.evidence(word)) for word in words if not _neutral(word, model)]
    best, best_margin = current, _MARGIN * ease
    for there, language in enumerate(model.languages):
        if language == current or language not in enabled or language in refused:
            continue
        gains = [(word, scores[there] - scores[here]) for word, scores in evidence]
        pro = sum(gain for _, gain in gains if gain > 0)
        contra = -sum(gain for _, gain in gains if gain < 0)
        known = {word.folded for word, gain in gains if gain > 1 and model.knows(word, there, here)}
        if len(known) >= _KNOWN * ease and contra <= _RIVAL * pro and pro - contra > best_margin:
            best, best_margin = language, pro - contra
    return best


def _neutral(word: Word, model: LanguageModel) -> bool:
    """Whether a word says nothing of a language: a loanword, or a name (a capital within a sentence)."""
    if word.folded in _LOANS:
        return True
    return not word.first and word.raw[:1].isupper() and word.folded not in model.words


def _wanted(wanted: Sequence[str], current: str, enabled: Sequence[str]) -> str:
    if current in wanted:
        return current
    return next((language for language in wanted if language in enabled), current)


_MODEL = load(Path(__file__).with_name("language_model.json"))
