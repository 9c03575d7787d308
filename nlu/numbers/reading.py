"""From tokens to what they are in a number: atoms, and signs of what the speaker does with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nlu.numbers.compose import Atom, Kind
from nlu.numbers.lexicon import NUMBERS, Lexicon, Meaning, lexicon
from nlu.numbers.tokens import Token, tokens

Mark = Literal["stop", "other", "cue", "phone", "wrong", "again", "afresh", "instead", "last", "first", "short"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that is no part of a number but says something of the numbers around it."""

    mark: Mark
    """"stop": any other word; "other": a number that is none of ours; "short": a time or a year may follow."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Letters:
    """What may be letters of a code; its neighbours decide."""

    letters: str
    start: int
    end: int
    shy: bool = False
    """Only beside another letter."""
    optional: bool = False
    """Perhaps just a name or a word."""
    instead: Mark | None = "stop"
    """What it is if it is no letter; None: nothing."""
    sure: bool = False


Item = Atom | Sign | Letters

_PAUSES = frozenset(",;.!?…:")
_VOWELS = frozenset("aeiouy")
_NOT_CODES = frozenset(
    "mr mrs ms dr np tj ul sms str mgr inz pan ja ty my on to na do od po za ze we ni by bo co go mi mu ci se si "
    "ho ji mne he she me us of as if it up so go do is am an my hi oh ok tak nie ano jo yes but or not wtf omg bc "
    "pls plz thx tzn cz pl en tel vip dhl dpd ups gls inpost ppl".split()
)
_SIGNS: dict[str, Mark] = {
    "cue": "cue", "phone": "phone", "wrong": "wrong", "again": "again", "afresh": "afresh", "instead": "instead",
    "last": "last", "first": "first", "hour": "short",
}  # fmt: skip
_FOR = {"en": frozenset({"for", "4", "four", "from", "like"})}
_LONGEST_LETTERS = 4
"""Letters in a row of a code."""


class Reader:
    """Reads one text."""

    def __init__(self, text: str, lang: str, spans: Sequence[tuple[int, int]], *, letters: bool = True) -> None:
        self._text = text
        self._lang = lang
        self._lexicon: Lexicon = lexicon(lang)
        self._spans = sorted(spans)
        self._letters = letters
        self._tokens = tokens(text)
        self._items: list[Item] = []
        self._paused = False
        self._lower = any(token.kind == "word" and token.raw != token.raw.upper() for token in self._tokens)

    def items(self) -> list[Atom | Sign]:
        """Return atoms and signs in the order of the text."""
        at = 0
        while at < len(self._tokens):
            at = self._read(at)
        return self._settled()

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
            if (after := self._phrase(at, words)) is not None:
                return self._word(at, after, (meaning,))
        if (self._glued_to_digits(at) or self._capitals(at)) and self._typed_letters(at):
            return at + 1
        return self._word(at, at + 1, self._lexicon.meanings(token.text))

    def _phrase(self, at: int, words: tuple[str, ...]) -> int | None:
        """Return where the phrase ends that begins at `at`, if it does; hyphens and commas may stand in it."""
        for word in words:
            while at < len(self._tokens) and self._tokens[at].kind == "mark" and self._tokens[at].raw in "-,–":
                at += 1
            if at == len(self._tokens) or self._tokens[at].text != word:
                return None
            at += 1
        return at

    def _word(self, at: int, after: int, meanings: tuple[Meaning, ...]) -> int:
        token, end = self._tokens[at], self._tokens[after - 1].end
        if self._letters and (spelled := self._spelled(at, after, meanings)):
            return spelled
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
        if not (self._letters and self._typed_letters(at)):
            self._sign("stop", token.start, end)
        return after

    def _meaning(self, at: int, after: int, meanings: tuple[Meaning, ...]) -> int:
        token, end = self._tokens[at], self._tokens[after - 1].end
        by_role = {meaning.role: meaning for meaning in reversed(meanings)}
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
        for role in ("letter", "shy", "name"):
            if role in by_role and self._letters:
                self._maybe(
                    Letters(
                        by_role[role].text,  # type: ignore[index]
                        token.start,
                        end,
                        shy=role == "shy",
                        optional=role == "name",
                        instead=otherwise,
                    )
                )
                return after
        if single and self._letters and token.text.isalpha():
            upper = token.raw.isupper() and self._lower
            self._maybe(
                Letters(token.text.upper(), token.start, end, shy=not upper, optional=upper, instead=otherwise)
            )
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

    def _spelled(self, at: int, after: int, meanings: tuple[Meaning, ...]) -> int | None:
        """Take "b as in bravo", "b for bob", "b bravo" and "jak Adam" as one letter; return what comes next."""
        token = self._tokens[at]
        roles = {meaning.role: meaning for meaning in meanings}
        if "like" in roles:
            named = self._name(after)
            if named and self._is_name(self._tokens[after].text):
                self._sure(self._tokens[after].text[0], token.start, self._tokens[named - 1].end)
                return named
            return None
        letter = next((roles[r].text for r in ("letter", "shy") if r in roles), "")
        if not letter and len(token.text) == 1 and after == at + 1:
            letter = token.text.upper()
        if not letter:
            return None
        glue = self._like(after)
        if glue and (named := self._name(glue)):
            word = self._tokens[glue].text
            self._sure(letter if letter == "X" else word[0], token.start, self._tokens[named - 1].end)
            return named
        following = self._tokens[after] if after < len(self._tokens) else None
        if following is None:
            return None
        if following.text in _FOR.get(self._lang, ()) and (named := self._name(after + 1)):
            word = self._tokens[after + 1].text
            if word[0].upper() == letter and (named > after + 2 or len(word) > 2):
                self._sure(letter, token.start, self._tokens[named - 1].end)
                return named
        if following.kind == "word" and following.text[0].upper() == letter and self._is_name(following.text):
            self._sure(letter, token.start, following.end)
            return after + 1
        return None

    def _like(self, at: int) -> int | None:
        """Return where "as in" ends."""
        while at < len(self._tokens) and self._tokens[at].kind == "mark":
            at += 1
        if at == len(self._tokens):
            return None
        word = self._tokens[at].text
        for words, meaning in self._lexicon.phrases.get(word, ()):
            if meaning.role == "like" and (after := self._phrase(at, words)) is not None:
                return after
        return at + 1 if any(m.role == "like" for m in self._lexicon.words.get(word, ())) else None

    def _name(self, at: int) -> int | None:
        """Return where the word ends that a letter is explained by."""
        while at < len(self._tokens) and self._tokens[at].kind == "word" and self._tokens[at].text in ("in", "a", "w"):
            at += 1
        if at == len(self._tokens) or self._tokens[at].kind != "word":
            return None
        word = self._tokens[at]
        for words, meaning in self._lexicon.phrases.get(word.text, ()):
            if meaning.role == "name" and (after := self._phrase(at, words)) is not None:
                return after
        number = any(m.role in NUMBERS and not m.slip for m in self._lexicon.words.get(word.text, ()))
        return None if number or len(word.text) < 2 else at + 1

    def _is_name(self, word: str) -> bool:
        return any(m.role == "name" for m in self._lexicon.words.get(word, ()))

    def _glued_to_digits(self, at: int) -> bool:
        """Whether letters and figures are written in one, "AB10" or "AB-10" or "9gu"."""
        token = self._tokens[at]
        if self._after_digits(at):
            coded = any(isinstance(item, Letters) and item.sure for item in self._items[-3:])
            return coded or not any(m.role == "measure" for m in self._lexicon.words.get(token.text, ()))
        following = self._tokens[at + 1 : at + 3]
        if not following or not following[0].glued:
            return False
        if following[0].kind == "digits":
            return True
        return following[0].raw in "-–/" and len(following) == 2 and following[1].glued and following[1].kind == "digits"

    def _capitals(self, at: int) -> bool:
        """Whether two capitals among small letters stand before figures: "my code is IN 47703"."""
        token = self._tokens[at]
        following = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        if len(token.raw) != 2 or not (token.raw.isupper() and self._lower and following is not None):
            return False
        meant = {meaning.role for meaning in self._lexicon.words.get(token.text, ())}
        return following.kind == "digits" and not meant & {"cue", "phone", "filler", "wrong"}

    def _after_digits(self, at: int) -> bool:
        return at > 0 and self._tokens[at].glued and self._tokens[at - 1].kind == "digits"

    def _typed_letters(self, at: int) -> bool:
        """Take a short word that no lexicon knows for letters of a code, where it looks so."""
        token = self._tokens[at]
        text = token.text
        meanings = self._lexicon.words.get(text, ())
        known = any(m.role not in ("letter", "shy", "name") and not m.slip for m in meanings)
        if not (self._letters and text.isascii() and text.isalpha()):
            return False
        if self._glued_to_digits(at):
            if len(text) > 2 and token.raw.islower() and not self._after_digits(at):
                following = next(t for t in self._tokens[at + 1 :] if t.kind == "digits")
                if len(following.text) == 1:  # "some1"
                    return False
            blocked = any(m.role in ("cue", "phone", *NUMBERS) and not m.slip for m in meanings)
            if len(text) > _LONGEST_LETTERS or (blocked and len(text) > 1 and not self._after_digits(at)):
                return False
            word = len(text) > 1 and not token.raw.isupper() and (known or text in _NOT_CODES) and not self._after_digits(at)
            self._maybe(Letters(text.upper(), token.start, token.end, sure=not word, optional=word))
            return True
        if self._capitals(at):
            self._maybe(Letters(text.upper(), token.start, token.end))
            return True
        if text in _NOT_CODES or known:
            return False
        if len(text) == 1:
            self._maybe(Letters(text.upper(), token.start, token.end))
        elif len(text) <= 3 and not _VOWELS & set(text):
            self._maybe(Letters(text.upper(), token.start, token.end))
        elif len(text) <= 3 and self._beside_figures(at) and self._nothing_else(at):
            self._maybe(Letters(text.upper(), token.start, token.end))
        else:
            return False
        return True

    def _beside_figures(self, at: int) -> bool:
        near = self._tokens[max(0, at - 1) : at + 2]
        return any(token.kind == "digits" for token in near)

    def _nothing_else(self, at: int) -> bool:
        """Whether every other word of the text is one that belongs to numbers."""
        return all(
            token.kind != "word" or place == at or len(token.text) == 1 or token.text in self._lexicon.words
            for place, token in enumerate(self._tokens)
        )

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
            if len(last.text) == 3 and items and isinstance(items[-1], Atom) and items[-1].typed:
                start = items.pop().start if len(items[-1].text) <= 3 else last.start
        else:
            while items and isinstance(items[-1], Atom) and not items[-1].typed:
                items.pop()
        items.append(Sign("other", min(start, last.start), end))

    def _settled(self) -> list[Atom | Sign]:
        """Decide which of the perhaps-letters are letters."""
        items = self._items
        letter = self._letters_among(items)
        others = any(isinstance(item, Sign) and item.mark == "stop" for item in items)
        found: list[Atom | Sign] = []
        for at, item in enumerate(items):
            if not isinstance(item, Letters):
                found.append(item)
            elif letter[at]:
                alone = not any(letter[n] for n in (at - 1, at + 1) if 0 <= n < len(items))
                doubtful = alone and (item.optional or ((others or item.shy) and not item.sure and len(item.letters) == 1))
                found += [Atom("letter", c, item.start, item.end, slip=doubtful) for c in item.letters]
            elif item.instead is not None:
                found.append(Sign(item.instead, item.start, item.end))
        return _zeros(found)

    @staticmethod
    def _letters_among(items: Sequence[Item]) -> list[bool]:
        maybe = [item if isinstance(item, Letters) else None for item in items]
        letter = [m is not None and m.sure for m in maybe]
        plain = [m is not None and not m.shy for m in maybe]
        figure = [isinstance(item, Atom) for item in items]
        # A code that is spelled out with nothing said around it: "i 29 1 o a".
        spelled = not any(isinstance(item, Sign) and item.mark == "stop" for item in items)
        single = sum(m is not None and m.end - m.start == 1 for m in maybe)
        for _ in range(3):
            some = any(letter)
            for at, item in enumerate(maybe):
                if item is None or letter[at]:
                    continue
                near = [n for n in (at - 1, at + 1) if 0 <= n < len(items)]
                if not item.shy:
                    letter[at] = any(letter[n] or figure[n] or plain[n] for n in near)
                    continue
                lone = item.end - item.start == 1
                alone = spelled and (some or (lone and (single > 1 or item.letters not in "AEIOU")))
                letter[at] = any(letter[n] or plain[n] or (alone and figure[n]) for n in near)
        return letter


def _zeros(items: Sequence[Atom | Sign]) -> list[Atom | Sign]:
    """Tell the letter O from the zero that English calls by the same name."""
    spelled = [isinstance(item, Atom) and item.kind == "letter" for item in items]
    found: list[Atom | Sign] = []
    for at, item in enumerate(items):
        if not (isinstance(item, Atom) and item.other):
            found.append(item)
        elif not any(spelled):
            found.append(replace(item, other=""))
        elif item.other == "O" and _is_letter(items, spelled, at):
            found.append(replace(item, kind="letter", text="O", slip=False, other=""))
        else:
            found.append(replace(item, other="O"))
    return found


def _is_letter(items: Sequence[Atom | Sign], spelled: Sequence[bool], at: int) -> bool:
    """Whether an "o" stands beside a letter, or among figures: there a zero would be one as well."""
    near = [n for n in (at - 1, at + 1) if 0 <= n < len(items)]
    return any(spelled[n] for n in near) or not any(
        isinstance(n, Atom) and not n.typed and n.kind != "letter" for n in (items[n] for n in near)
    )
