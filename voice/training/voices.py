"""Which espeak-ng voices the starter models are trained with, and which are kept to test them.

A voice of the test is never heard in training, nor used to choose a setting: what is measured on it is the
accuracy for somebody new.
"""

BASES: dict[str, tuple[str, ...]] = {
    "en": ("en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-us-nyc", "en-gb-x-gbclan"),
    "pl": ("pl",),
    "cs": ("cs",),
}
"""A language's accents, the commonest first."""

TEST_BASES: dict[str, tuple[str, ...]] = {"en": ("en-us", "en"), "pl": ("pl",), "cs": ("cs",)}
"""The accents of the test."""

TEST_VARIANTS: tuple[str, ...] = ("m8", "f5", "Mike", "linda", "norbert", "belinda")
"""Kept for tests, in every language: three men, three women."""

CHOICE_VARIANTS: tuple[str, ...] = (*("Nguyen", "Storm", "AnxiousAndy", "iven4", "Tweaky", "croak"),)
"""Never trained with either: to choose settings on."""

TRAINING_VARIANTS: tuple[str, ...] = (
    *("", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4"),
    *("Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo"),
    *("Jacky", "Lee", "Marco", "Mario", "Michael", "adam", "anika", "antonio", "aunty", "benjamin", "boris"),
    *("caleb", "david", "ed", "edward", "edward2", "grandma", "grandpa", "iven", "iven2", "iven3", "john"),
    *("marcelo", "max", "michel", "miguel", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro"),
    *(
        "shelby",
        "steph",
        "steph2",
        "steph3",
        "travis",
        "victor",
        "zac",
        "klatt",
        "klatt2",
        "klatt3",
        "klatt4",
    ),
)
"""Variants of a voice, by espeak-ng's name after the plus sign; none is the plain voice. What the installed
espeak-ng does not know is left out."""


def voices_for_tests(lang: str) -> tuple[str, ...]:
    """Give the voices kept for tests, such as `pl+m8`. Raises KeyError for another language."""
    return tuple(f"{base}+{variant}" for base in TEST_BASES[lang] for variant in TEST_VARIANTS)


def voices_for_choices(lang: str) -> tuple[str, ...]:
    """Give the voices to choose settings on. Raises KeyError for another language."""
    return tuple(f"{base}+{variant}" for base in TEST_BASES[lang] for variant in CHOICE_VARIANTS)


def training_voices(lang: str) -> tuple[str, ...]:
    """Give the voices of the training; a language that is not listed has one accent, its own code."""
    bases = BASES.get(lang, (lang,))
    return tuple(f"{base}+{variant}" if variant else base for base in bases for variant in TRAINING_VARIANTS)
