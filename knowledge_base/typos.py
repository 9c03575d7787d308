"""Mistyped words: known words that are one slip of a finger away."""

from collections.abc import Container
from string import ascii_lowercase

MIN_LETTERS = 5
"""Shorter words are one letter away from too many others."""
_MAX_LETTERS = 32


def repairs(word: str, known: Container[str]) -> list[str]:
    """Return the `known` words one slip away from the folded `word`: the likeliest kind of slip, no other.

    Kinds, in this order: two neighbours exchanged, a letter left out, one too many, one instead of
    another. Words shorter than five letters, and those with a digit, are left as they are.
    """
    if not MIN_LETTERS <= len(word) <= _MAX_LETTERS or not word.isalpha():
        return []
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    kinds = (
        (a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        (a + letter + b for a, b in cuts for letter in ascii_lowercase),
        (a + b[1:] for a, b in cuts if b),
        (a + letter + b[1:] for a, b in cuts if b for letter in ascii_lowercase),
    )
    for kind in kinds:
        if found := sorted({slip for slip in kind if slip in known}):
            return found
    return []
