"""Letters of a code among written words: "AB-10 023", "k4471", "sw 1 a"."""

from collections.abc import Sequence
from functools import cached_property

from nlu.numbers.items import Letters
from nlu.numbers.lexicon import NUMBERS, Lexicon, Meaning
from nlu.numbers.tokens import Token

_LONGEST = 4
"""Letters in a row of a code."""
_VOWELS = frozenset("aeiouy")
_NOT_CODES = frozenset(
    word
    for words in (
        "mr mrs ms dr np tj ul sms str mgr inz pan ja ty my on to na do od po za ze we ni by bo co go mi",
        "mu ci se si ho ji mne he she me us of as if it up so is am an hi oh ok tak nie ano jo yes but or",
        "not wtf omg bc pls plz thx tzn cz pl en tel vip dhl dpd ups gls ppl kde kdy kam je jde jak ten tam",
        "the why who how when did has was can any",
    )
    for word in words.split()
)
"""Short words that stand before numbers and are no letters of a code."""


class TypedLetters:
    """Tells which tokens of one text may be letters of a code."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self.has_small = any(token.kind == "word" and token.raw != token.raw.upper() for token in tokens)
        """Whether there are small letters in the text, so that capitals mean something."""

    def at_once(self, at: int, *, in_code: bool) -> Letters | None:
        """Return letters that are written in one with figures, or two capitals before them: "AB-10", "IN 4".

        `in_code`: letters of a code stand just before, so that "9pm" may be their continuation.
        """
        token = self._tokens[at]
        if not (token.text.isascii() and token.text.isalpha()):
            return None
        if self._capitals(at):
            return Letters(token.text.upper(), token.start, token.end)
        after = self._after_figures(at)
        if len(token.text) > _LONGEST or not (after or self._before_figures(at)):
            return None
        meanings = self._lexicon.words.get(token.text, ())
        if after:
            if not in_code and any(m.role == "measure" for m in meanings):
                return None
            return Letters(token.text.upper(), token.start, token.end, sure=True)
        if len(token.text) > 1 and any(m.role in ("cue", "phone", *NUMBERS) and not m.slip for m in meanings):
            return None
        if len(token.text) > 2 and token.raw.islower() and self._single_figure_after(at):
            return None  # "some1"
        small = len(token.text) > 1 and not token.raw.isupper()
        word = small and (_is_word(meanings) or token.text in _NOT_CODES)
        return Letters(token.text.upper(), token.start, token.end, optional=word, sure=not word)

    def perhaps(self, at: int) -> Letters | None:
        """Return letters that a word without another meaning may be."""
        token = self._tokens[at]
        text = token.text
        if not (text.isascii() and text.isalpha()) or len(text) > 3 or text in _NOT_CODES:
            return None
        if _is_word(self._lexicon.words.get(text, ())):
            return None
        if len(text) > 1 and _VOWELS & set(text) and not (self._beside_figures(at) and self._nothing_else):
            return None
        return Letters(text.upper(), token.start, token.end)

    def _capitals(self, at: int) -> bool:
        """Whether two capitals among small letters stand before figures: "my code is IN 47703"."""
        token = self._tokens[at]
        if len(token.raw) != 2 or not (token.raw.isupper() and self.has_small):
            return False
        meant = {meaning.role for meaning in self._lexicon.words.get(token.text, ())}
        following = self._tokens[at + 1 : at + 2]
        figures = any(token.kind == "digits" for token in following)
        return figures and not meant & {"cue", "phone", "filler", "wrong"}

    def _after_figures(self, at: int) -> bool:
        return at > 0 and self._tokens[at].glued and self._tokens[at - 1].kind == "digits"

    def _before_figures(self, at: int) -> bool:
        """Whether figures follow without a blank, or with a hyphen between."""
        following = self._tokens[at + 1 : at + 3]
        if not following or not following[0].glued:
            return False
        if following[0].kind == "digits":
            return True
        hyphen = following[0].raw in "-–/" and len(following) == 2
        return hyphen and following[1].glued and following[1].kind == "digits"

    def _single_figure_after(self, at: int) -> bool:
        return any(t.kind == "digits" and len(t.text) == 1 for t in self._tokens[at + 1 : at + 2])

    def _beside_figures(self, at: int) -> bool:
        return any(token.kind == "digits" for token in self._tokens[max(0, at - 1) : at + 2])

    @cached_property
    def _nothing_else(self) -> bool:
        """Whether at most one word of the text does not belong to numbers."""
        strange = sum(
            token.kind == "word" and len(token.text) > 1 and token.text not in self._lexicon.words
            for token in self._tokens
        )
        return strange <= 1


def _is_word(meanings: Sequence[Meaning]) -> bool:
    return any(m.role not in ("letter", "shy", "name") and not m.slip for m in meanings)
