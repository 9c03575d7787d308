"""How many order numbers are read as they were meant: `python -m bench.numbers`.

The tables in tests/numbers/independent were written by somebody who had not seen the reader or its words.
`forms-*.tsv` are order numbers: how they came (typed or transcribed), the number, the text, and the shop's
pattern where a text cannot be decided without one. `none-*.tsv` are dates, times, prices, telephone numbers
and postcodes.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from nlu.independent import wilson
from nlu.numbers import find

TABLES = Path(__file__).parents[1] / "tests/numbers/independent"
LANGUAGES = ("pl", "cs", "en")


def rows(name: str) -> list[list[str]]:
    """Return the fields of each line of a table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def forms(lang: str, how: str, patterns: bool = True) -> list[tuple[str, str, str]]:
    """Return text, number and what was found, of the forms that were `how`: `typed` or `transcribed`."""
    result = []
    for kind, number, text, *pattern in rows(f"forms-{lang}.tsv"):
        if kind == how:
            found = find(text, lang, pattern=pattern[0] if pattern and patterns else None)
            result.append((text, number, found.value if found else ""))
    return result


def others(lang: str, how: str) -> list[tuple[str, str, str]]:
    """Return text, nothing and what was found, of the texts without an order number."""
    result = []
    for kind, text in rows(f"none-{lang}.tsv"):
        if kind == how:
            found = find(text, lang)
            result.append((text, "", found.value if found else ""))
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table, and with `--wrong` each text that was not read as it was meant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wrong", action="store_true")
    wrong = parser.parse_args(arguments).wrong
    print("| language | what | how | texts | right (95 %) |\n| --- | --- | --- | --- | --- |")
    for lang in LANGUAGES:
        for what, read in (("order number", forms), ("none", others)):
            for how in ("typed", "transcribed"):
                told = read(lang, how)
                right = sum(number == found for _, number, found in told)
                low, high = wilson(right, len(told))
                share = f"{right / len(told):.1%} ({low:.1%} to {high:.1%})"
                print(f"| {lang} | {what} | {how} | {len(told)} | {share} |")
                if wrong:
                    for text, number, found in told:
                        if number != found:
                            print(f"    {text!r}: {number or 'none'}, not {found or 'none'}")


if __name__ == "__main__":
    main()
