"""A worded text in pieces: the first is heard while the next is rendered."""

import re

LONGEST_PIECE = 240
"""Characters, about 16 seconds of speech; a longer sentence is cut at a comma, or at a space."""
_SHORTEST = 4
_END = re.compile(r"(?<=[.!?])\s+")


def sentences(worded: str) -> list[str]:
    """Cut a text that `for_the_ear` gave into sentences; nothing is lost but the spaces between them."""
    pieces: list[str] = []
    for sentence in _END.split(worded.strip()):
        if pieces and len(pieces[-1]) < _SHORTEST:
            pieces[-1] += f" {sentence}"
        elif sentence:
            pieces.append(sentence)
    return [part for piece in pieces for part in _cut(piece)]


def _cut(sentence: str) -> list[str]:
    parts = []
    while len(sentence) > LONGEST_PIECE:
        at = sentence.rfind(", ", LONGEST_PIECE // 3, LONGEST_PIECE) + 1
        at = at or sentence.rfind(" ", LONGEST_PIECE // 3, LONGEST_PIECE) + 1 or LONGEST_PIECE
        parts.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*parts, sentence] if sentence else parts
