"""Whether what was heard so far already answers the question. Pure; the endpointer waits less, or longer.

A number counts by the digits that it will have once it is written: 'twenty three' two, 'double seven' two,
'dwieście trzy' three. It is an estimate for waiting, not the number itself, which `nlu.numbers` reads.
"""

from enum import Enum

from voice.stt.grammar import Lists, joined_tens, load_lists
from voice.stt.recogniser import Expecting

ORDER_NUMBER_DIGITS = 5
VERIFIER_DIGITS = 4


class Completeness(Enum):
    """How far an answer has come."""

    COMPLETE = "complete"
    """It answers the question: a short silence ends the turn."""
    INCOMPLETE = "incomplete"
    """It has begun and something is surely missing: the silence may be a breath between two digits."""
    OPEN = "open"
    """Nobody can tell."""


def complete(text: str, expecting: Expecting | None, lang: str, digits: int | None = None) -> Completeness:
    """Judge a partial text. `digits` is how many a number has; by default 5, and 4 for a verifier.

    Raises `GrammarError` for a language without lists of phrases.
    """
    words = text.lower().split()
    if not words:
        return Completeness.OPEN
    lists = load_lists(lang)
    if expecting is None:
        return Completeness.INCOMPLETE if _goes_on(words, lists) else Completeness.OPEN
    if _is_way_out(words, lists):
        return Completeness.COMPLETE
    if expecting == "yes_no":
        return _answer(words, lists)
    if expecting == "menu":
        return Completeness.COMPLETE if " ".join(words) in lists.menu else Completeness.OPEN
    wanted = digits or (VERIFIER_DIGITS if expecting == "verifier" else ORDER_NUMBER_DIGITS)
    return _number(words, lists, wanted)


def _is_way_out(words: list[str], lists: Lists) -> bool:
    return " ".join(words) in lists.ways_out


def _goes_on(words: list[str], lists: Lists) -> bool:
    """Whether it ends where no request does: 'hello', 'where is'. The pause after it is for breath."""
    text = f" {' '.join(words)}"
    return any(text.endswith(f" {phrase}") for phrase in lists.unfinished)


def _answer(words: list[str], lists: Lists) -> Completeness:
    """Judge an answer to a yes/no question: complete where all of it says one and the same thing."""
    text = " ".join(words)
    answers = (
        (*lists.yes, *lists.willing),
        lists.no,
        (*lists.later, *lists.postponing),
        (*lists.never, *lists.forbidding),
        lists.unsure,
    )
    for phrases in answers:
        if not made_of(words, phrases):
            continue
        if text in (lists.yes[0], lists.no[0]):
            return Completeness.COMPLETE
        # 'proszę' is a yes, and the beginning of 'proszę nie dzwonić'.
        others = (phrase for other in answers if other is not phrases for phrase in other)
        turns = any(phrase.startswith(f"{text} ") for phrase in others)
        return Completeness.OPEN if turns else Completeness.COMPLETE
    begun = any(phrase.startswith(f"{text} ") for phrases in answers for phrase in phrases)
    return Completeness.INCOMPLETE if begun else Completeness.OPEN


def made_of(words: list[str], phrases: tuple[str, ...]) -> bool:
    """Tell whether the words are phrases of one list, one after the other."""
    reached = {0}
    for end in range(1, len(words) + 1):
        if any(" ".join(words[begin:end]) in phrases for begin in reached):
            reached.add(end)
    return len(words) in reached


def _number(words: list[str], lists: Lists, wanted: int) -> Completeness:
    text = f" {' '.join(words)} "
    if text.strip() in (*lists.yes, *lists.no):
        return Completeness.OPEN
    for phrase in (*lists.double, *lists.triple):  # 'dwa razy siedem' holds no two
        text = text.replace(f" {phrase} ", f" {_one_word(phrase)} ")
    words = text.split()
    corrected = [at for at, word in enumerate(words) if word in lists.corrections]
    if corrected and corrected[-1] == len(words) - 1:
        return Completeness.INCOMPLETE  # 'no, nine': what is meant comes after it
    counter = DigitCounter(lists)
    for word in words[corrected[-1] + 1 if corrected else 0 :]:
        counter.take(word)
    if not counter.digits and not counter.waiting:
        fillers = {word for filler in lists.fillers for word in filler.split()}
        return Completeness.INCOMPLETE if fillers.issuperset(words) else Completeness.OPEN
    if counter.digits < wanted:
        return Completeness.OPEN if corrected else Completeness.INCOMPLETE
    settled = counter.digits == wanted and not counter.room and not counter.waiting and not counter.letters
    return Completeness.COMPLETE if settled else Completeness.OPEN


def _one_word(phrase: str) -> str:
    return phrase.replace(" ", "_")


class DigitCounter:
    """Counts the digits of a number that is being said, word by word."""

    def __init__(self, lists: Lists) -> None:
        self.digits = 0
        """How many digits it has so far, once it is written."""
        self.room = 0
        """How many of the last ones are still noughts that the next word may fill: 1 after 'twenty'."""
        self.letters = 0
        """How many of them are letters."""
        self._times = 1
        self._below_thousand = False
        """The last word was a digit that filled up a thousand: 'hundred' after it adds nothing."""
        self._lists = lists
        self._tens = frozenset(lists.tens)
        self._two_digits = frozenset((*lists.teens, *joined_tens(lists)))
        self._letters = frozenset((*lists.letters, *lists.spelling))
        self._double = frozenset(map(_one_word, lists.double))
        self._triple = frozenset(map(_one_word, lists.triple))

    @property
    def waiting(self) -> bool:
        """Whether the last word asks for another one: 'double'."""
        return self._times > 1

    def take(self, word: str) -> None:
        """Take the next word; what is no part of a number is passed over."""
        lists = self._lists
        below_thousand, self._below_thousand = self._below_thousand, False
        if word in self._double:
            self._times = 2
        elif word in self._triple:
            self._times = 3
        elif word in lists.zeros:
            self._append(self._times)
        elif word in lists.digits:
            self._below_thousand = self.room == 3
            self._fill(self._times, leaves=0)
        elif word in self._two_digits:
            self._fill(2, leaves=0)
        elif word in self._tens:
            self._fill(2, leaves=1)
        elif word in lists.hundreds:
            self._fill(3, leaves=2)
        elif word in lists.after_digit:
            self.digits += 0 if below_thousand else 2
            self.room = 2
        elif word in lists.thousands:
            self.digits += 3 if self.digits else 4
            self.room = 3
        elif word in self._letters:
            self.letters += 1
            self._append(1)

    def _fill(self, digits: int, *, leaves: int) -> None:
        """Put digits into the noughts before them, or behind everything."""
        if digits > self.room or self._times > 1:
            self._append(digits)
        self.room, self._times = leaves, 1

    def _append(self, digits: int) -> None:
        self.digits += digits
        self.room, self._times = 0, 1
