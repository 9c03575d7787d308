""" "B as in Bravo", "b for bob", "B jak Barbara": a letter and the word that explains it."""

from collections.abc import Sequence

from nlu.numbers.lexicon import NUMBERS, Lexicon, Meaning
from nlu.numbers.tokens import Token

_SHORT_LIKE = {"en": frozenset({"for", "4", "four", "from", "like"})}
"""Between a letter and a word that begins with it, where these are other words otherwise."""
_ARTICLES = frozenset({"in", "a", "w"})

Spelled = tuple[str, int]
"""The letter, and the token behind its explanation."""


def phrase_end(tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> int | None:
    """Return where the phrase ends that begins at `at`, if it is there; hyphens and commas may be in it."""
    for word in words:
        while at < len(tokens) and tokens[at].kind == "mark" and tokens[at].raw in "-,–":
            at += 1
        if at == len(tokens) or tokens[at].text != word:
            return None
        at += 1
    return at


class Spelling:
    """Finds spelled letters among the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], lang: str, lexicon: Lexicon) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._short_like = _SHORT_LIKE.get(lang, frozenset())

    def letter(self, at: int, after: int, meanings: Sequence[Meaning]) -> Spelled | None:
        """Return the letter that is spelled from `at` on; `meanings` are those of the words up to `after`."""
        roles = {meaning.role: meaning for meaning in meanings}
        if "like" in roles:  # "jak Adam", the letter was not heard
            named = self._name(after)
            if named is None or not self._is_name(self._tokens[after].text):
                return None
            return self._tokens[after].text[0], named
        letter = next((roles[role].text for role in ("letter", "shy") if role in roles), "")
        if not letter and len(self._tokens[at].text) == 1 and after == at + 1:
            letter = self._tokens[at].text.upper()
        return self._explained(letter, after) if letter else None

    def _explained(self, letter: str, at: int) -> Spelled | None:
        """Return the letter if a word that explains it begins at `at`.

        The word is better heard than the letter's name, so its first letter counts; but "x as in fox".
        """
        begin = self._like(at)
        if begin is not None and (named := self._name(begin)) is not None:
            return (letter if letter == "X" else self._tokens[begin].text[0]), named
        if at == len(self._tokens):
            return None
        following = self._tokens[at]
        if following.text in self._short_like and (named := self._name(at + 1)) is not None:
            word = self._tokens[at + 1].text
            if word[0].upper() == letter and (named > at + 2 or len(word) > 2):
                return letter, named
        if following.kind == "word" and following.text[0].upper() == letter and self._is_name(following.text):
            return letter, at + 1
        return None

    def _like(self, at: int) -> int | None:
        """Return where "as in" ends that begins at `at`."""
        while at < len(self._tokens) and self._tokens[at].kind == "mark":
            at += 1
        if at == len(self._tokens):
            return None
        word = self._tokens[at].text
        for words, meaning in self._lexicon.phrases.get(word, ()):
            if meaning.role == "like" and (after := phrase_end(self._tokens, at, words)) is not None:
                return after
        return at + 1 if any(m.role == "like" for m in self._lexicon.words.get(word, ())) else None

    def _name(self, at: int) -> int | None:
        """Return where the word ends that begins at `at` and may explain a letter."""
        while at < len(self._tokens) and self._tokens[at].text in _ARTICLES:
            at += 1
        if at == len(self._tokens) or self._tokens[at].kind != "word":
            return None
        word = self._tokens[at].text
        for words, meaning in self._lexicon.phrases.get(word, ()):
            if meaning.role == "name" and (after := phrase_end(self._tokens, at, words)) is not None:
                return after
        number = any(m.role in NUMBERS and not m.slip for m in self._lexicon.words.get(word, ()))
        return None if number or len(word) < 2 else at + 1

    def _is_name(self, word: str) -> bool:
        return any(m.role == "name" for m in self._lexicon.words.get(word, ()))
