"""Five hundred strings that break naive code, the same ones at every run.

The known troublemakers stand in bad_strings.jsonl, one a line; the long ones and the mixtures are made here.
"""

import json
import random
from pathlib import Path

COUNT = 500
KNOWN = Path(__file__).with_suffix(".jsonl")
CONTROL = [f"a{chr(code)}b" for code in (*range(1, 32), 0x7F, 0x80, 0x85, 0x9F)]
LONG = [
    *("a" * length for length in (3999, 4000, 4001, 9000)),
    *(letter * 3500 for letter in "1.-@/(\u0301"),
    *(pair * 1900 for pair in ("a ", "a@", "a.", "0 ", "ab", "👍🏽"[:2])),
    *("ą" * 4000, "é" * 8000, "😀" * 2000, "😀" * 3900, "e\u0301" * 300, "a" + "\u0301" * 900),
    *("paczka " * 570, "10023 " * 600, "\n" * 3990 + "a", " " * 3000 + "x", "\u200d" * 3500 + "x"),
    *("9" * 400, "[" * 3000, '{"a":' * 500, "%x" * 150),
]
PIECES = [
    *"{}[]()<>/\\'\"`$%&#@!?*+-=_~^|:;,.0123456789 \t\n\r\x07\x1b\u202e\u200d\ufeff\u0301😀🏽日שąř\ud83d",
    *("NULL", "null", "/ask_", "{{", "}}", "${", "%s", "\\u0000", "<b>", "--", "/*", "&#0;"),
    *("10023", "order", "paczka", "../", "\\x", "e400"),
]


def bad_strings() -> list[str]:
    """Return them, each once."""
    known = [json.loads(line) for line in KNOWN.read_text(encoding="utf-8").splitlines()]
    strings = list(dict.fromkeys([*CONTROL, *known, *LONG]))
    dice = random.Random(COUNT)
    seen = set(strings)
    while len(strings) < COUNT:
        made = "".join(dice.choice(PIECES) for _ in range(dice.randint(2, 40)))
        if made not in seen:
            seen.add(made)
            strings.append(made)
    return strings


def storable(text: str, most: int) -> bool:
    """Tell whether a text may be said: not blank, not too long, and what a database can hold."""
    if not text.strip() or len(text) > most or "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
