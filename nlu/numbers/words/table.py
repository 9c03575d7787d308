"""What a language's table of words holds. Forms stand in one string, apart by blanks (`_` joins phrases)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Everything in which numbers are said in one language; the first form of each is how we say it."""

    units: Mapping[int, str]
    """0 to 9, every grammatical form, with what people write for them."""
    nouns: Mapping[int, str]
    """Digits as things ("the seven", "zera"): after a count they are repeated, "two sevens"."""
    teens: Mapping[int, str]
    """10 to 19."""
    tens: Mapping[int, str]
    """20 to 90."""
    fused: Mapping[int, str]
    """21 to 99 as one word, where a language has it (`třiadvacet`)."""
    hundreds: Mapping[int, str]
    """100 to 900 as one word."""
    hundred: str
    """What multiplies by a hundred."""
    hundred_of_units: bool
    """It multiplies 2 to 9 alone: "dvacet čtyři sta" is 20 400, "twenty four hundred" 2400."""
    thousand: str
    million: str
    slips: Mapping[int, str]
    """Words that a recogniser or a hurried writer puts for 0 to 9: they count only among other digits."""
    repeats: Mapping[int, str]
    """`double`, `trzykrotne`, `dvakrát`: how often the next digit or letter stands."""
    times: str
    """After a count: "dwa razy zero"."""
    letters: Mapping[str, str]
    """Names of letters that are no other word."""
    shy_letters: Mapping[str, str]
    """Names of letters that are also common words: they count only beside another letter."""
    names: str
    """The spelling alphabet; each word stands for its first letter."""
    like: str
    """Between a letter and its word: "b as in bravo"."""
    fillers: str
    """What may stand inside a number without meaning anything."""
    phrases: str
    """The same of several words."""
    cues: str
    """What announces an order number."""
    phones: str
    """What announces a telephone number."""
    elsewhere: str
    """What announces a number that is never ours: a postcode."""
    measures: str
    """What is counted: a number before it is a quantity, a price or a span of time."""
    wrong: str
    """What follows corrects what was said."""
    again: str
    """What follows says the same again, or corrects it, or goes on."""
    afresh: str
    """Forget what was said: it starts again."""
    instead: str
    """What follows is what the number is not: "10024, a nie 10023"."""
    last: str
    """The last digit is named next."""
    first: str
    """The first digit is named next."""
    all_of: str
    """"All sevens": says how the number looks and is no part of it."""
    hours: str
    """Before it, a short number is a time or a year."""
    idioms: str
    """Whole sentences that only sound like numbers."""
    months: str
    """Stems of the names of months."""
