"""From tokens to what they are in a number: atoms, and signs of what the speaker does with them."""

from collections.abc import Sequence

from nlu.numbers.compose import Atom, Kind
from nlu.numbers.items import Item, Letters, Mark, Sign
from nlu.numbers.letters import settled
from nlu.numbers.lexicon import NUMBERS, Lexicon, Meaning, Role, lexicon
from nlu.numbers.spelling import Spelling, phrase_end
from nlu.numbers.tokens import Token, tokens
from nlu.numbers.typed import TypedLetters

_PAUSES = frozenset(",;.!?…:")
_SIGNS: dict[Role, Mark] = {
    "cue": "cue", "phone": "phone", "elsewhere": "elsewhere", "hour": "short", "wrong": "wrong",
    "again": "again", "afresh": "afresh", "instead": "instead", "last": "last", "first": "first",
}  # fmt: skip


_LONGEST_IDIOM = 8
"""Tokens."""


class Reader:
    """Reads one text."""

    def __init__(
        self, text: str, lang: str, spans: Sequence[tuple[int, int]], *, letters: bool = True
    ) -> None:
        self._text = text
        self._lexicon: Lexicon = lexicon(lang)
        self._spans = sorted(spans)
        self._letters = letters
        self._tokens = tokens(text)
        self._spelling = Spelling(self._tokens, lang, self._lexicon)
        self._items: list[Item] = []
        self._paused = False
        self._typed = TypedLetters(self._tokens, self._lexicon)

    def items(self) -> list[Atom | Sign]:
        """Return atoms and signs in the order of the text."""
        at = 0
        if len(self._tokens) < _LONGEST_IDIOM and self._words() in self._lexicon.idioms:
            return []
        while at < len(self._tokens):
            at = self._read(at)
        return settled(self._items)

    def _words(self) -> tuple[str, ...]:
        return tuple(token.text for token in self._tokens if token.kind == "word")

    def _read(self, at: int) -> int:
        token = self._tokens[at]
        for start, end in self._spans:
            if start <= token.start < end:
                self._sign("other", start, end)
                while at < len(self._tokens) and self._tokens[at].start < end:
                    at += 1
                return at
        if token.kind == "mark":
            self._paused = self._paused or token.raw in _PAUSES
            return at + 1
        if token.kind == "digits":
            self._atom("typed", token.text, token)
            return at + 1
        for words, meaning in self._lexicon.phrases.get(token.text, ()):
            if (after := phrase_end(self._tokens, at, words)) is not None:
                return self._word(at, after, (meaning,))
        if self._letters and (letters := self._typed.at_once(at, in_code=self._in_code())) is not None:
            self._maybe(letters)
            return at + 1
        return self._word(at, at + 1, self._lexicon.meanings(token.text))

    def _word(self, at: int, after: int, meanings: tuple[Meaning, ...]) -> int:
        token, end = self._tokens[at], self._tokens[after - 1].end
        if self._letters and (spelled := self._spelling.letter(at, after, meanings)):
            self._sure(spelled[0], token.start, self._tokens[spelled[1] - 1].end)
            return spelled[1]
        roles = {meaning.role for meaning in meanings}
        if "measure" in roles and self._items and isinstance(self._items[-1], Atom) and not self._paused:
            self._measure(token.start, end)
            return after
        for meaning in meanings:
            if meaning.role in NUMBERS:
                self._number(meaning, token.start, end)
                return after
        if not meanings and (parts := self._lexicon.parts(token.text)):
            for part in parts:
                self._number(self._lexicon.meanings(part)[0], token.start, end)
            return after
        if meanings:
            return self._meaning(at, after, meanings)
        if self._letters and (letters := self._typed.perhaps(at)) is not None:
            self._maybe(letters)
        else:
            self._sign("stop", token.start, end)
        return after

    def _meaning(self, at: int, after: int, meanings: tuple[Meaning, ...]) -> int:
        token, end = self._tokens[at], self._tokens[after - 1].end
        by_role: dict[str, Meaning] = {meaning.role: meaning for meaning in reversed(meanings)}
        if "repeat" in by_role or "times" in by_role:
            kind: Kind = "repeat" if "repeat" in by_role else "times"
            self._items.append(Atom(kind, by_role[kind].text, token.start, end, paused=self._paused))
            self._paused = False
            return after
        if "cue" in by_role and "wrong" in by_role:  # "order no 10023"
            figures = any(t.kind == "digits" for t in self._tokens[after : after + 2])
            number = bool(self._items) and isinstance(self._items[-1], Atom)
            if number or not figures:
                self._sign("wrong", token.start, end)
            return after
        otherwise: Mark | None = "stop"
        for meaning in meanings:
            if meaning.role in _SIGNS:
                otherwise = _SIGNS[meaning.role]
                break
            if meaning.role == "filler":
                otherwise = None
                break
        single = len(token.raw) == 1 and after == at + 1
        if "letter" in by_role and "shy" in by_role:  # "jé" is a letter, "je" is "is"
            del by_role["shy" if token.raw.lower() != token.text else "letter"]
        named = next((m for m in meanings if m.role in ("letter", "shy", "name") and m.role in by_role), None)
        if named is not None and self._letters:
            shy, optional = named.role == "shy", named.role == "name"
            self._maybe(Letters(named.text, token.start, end, shy, optional, otherwise))
            return after
        if single and self._letters and token.text.isalpha():
            upper = token.raw.isupper() and self._typed.has_small
            self._maybe(Letters(token.text.upper(), token.start, end, not upper, upper, otherwise))
            return after
        if "all" in by_role:
            return self._skip_nouns(after)
        if otherwise is not None:
            self._sign(otherwise, token.start, end)
        return after

    def _skip_nouns(self, at: int) -> int:
        """Pass over "all sevens"; without such a thing, over the word alone."""
        if at < len(self._tokens) and any(m.noun for m in self._lexicon.meanings(self._tokens[at].text)):
            return at + 1
        return at

    def _one_amount(self, before: Atom, after: Atom) -> bool:
        """Whether two runs of figures are one amount: "1250,00" or "1 250"."""
        if not before.typed:
            return False
        between = self._text[before.end : after.start]
        return between in (",", ".") or (len(after.text) == 3 and len(before.text) <= 3 and len(between) == 1)

    def _in_code(self) -> bool:
        return any(isinstance(item, Letters) and item.sure for item in self._items[-3:])

    def _sure(self, letters: str, start: int, end: int) -> None:
        self._maybe(Letters(letters.upper(), start, end, sure=True))

    def _maybe(self, letters: Letters) -> None:
        self._items.append(letters)
        self._paused = False

    def _sign(self, mark: Mark, start: int, end: int) -> None:
        self._items.append(Sign(mark, start, end))
        self._paused = False

    def _number(self, meaning: Meaning, start: int, end: int) -> None:
        kind: Kind = meaning.role  # type: ignore[assignment]
        other = self._text[start:end].upper() if meaning.text == "0" and meaning.slip else ""
        self._items.append(
            Atom(kind, meaning.text, start, end, meaning.noun, meaning.slip, self._paused, other=other)
        )
        self._paused = False

    def _atom(self, kind: Kind, text: str, token: Token) -> None:
        self._items.append(Atom(kind, text, token.start, token.end, paused=self._paused))
        self._paused = False

    def _measure(self, start: int, end: int) -> None:
        """Take the number before a measure away: it counts something."""
        items = self._items
        last = items.pop()
        if isinstance(last, Atom) and last.typed:
            while items and isinstance(before := items[-1], Atom) and self._one_amount(before, last):
                last = before
                items.pop()
        else:
            while items and isinstance(items[-1], Atom) and not items[-1].typed:
                items.pop()
        items.append(Sign("other", min(start, last.start), end))
