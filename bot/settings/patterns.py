"""What a configuration may give as the form of a shop's order numbers."""

import re

LONGEST = 200
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_GROUP = re.compile(r"\(\?(?:P?<?[!=:]|P?<\w+>|[a-zA-Z-]+[:)])?")
_SEPARATOR = re.compile(r"\\[-s/ ._#]|[-/ _#]")


def number_pattern(text: str) -> str:
    """Return `text` if it may say what order numbers look like.

    Raises `ValueError`: it is no regular expression, matches nothing at all, or wants a separator, though
    numbers are compared without any.
    """
    if not text or len(text) > LONGEST:
        raise ValueError(f"a regular expression of 1 to {LONGEST} characters, such as [0-9]{{5}}")
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"no regular expression: {error}") from None
    if pattern.fullmatch(""):
        raise ValueError("matches no characters at all; say what a number has, such as [0-9]{5}")
    if _SEPARATOR.search(_GROUP.sub("", _CLASS.sub("", text))):
        raise ValueError(
            "order numbers are compared without hyphens, blanks and slashes: AB-1234 is [A-Z]{2}[0-9]{4}"
        )
    return text
