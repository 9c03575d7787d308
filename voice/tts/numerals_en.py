"""Numbers in British English."""

from voice.tts.numerals import Case, Gender, Numerals, listed, thousands

_ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = listed("- - twenty thirty forty fifty sixty seventy eighty ninety")
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


class _English(Numerals):
    digits = _ONES[:10]
    letters = "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z"

    def cardinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say how many; gender and case make no difference."""
        if number == 0:
            return _ONES[0]
        millions, middle, rest = thousands(number)
        words = [f"{_hundreds(millions)} million"] if millions else []
        words += [f"{_hundreds(middle)} thousand"] if middle else []
        if rest:
            words.append(f"and {_hundreds(rest)}" if words and rest < 100 else _hundreds(rest))
        return " ".join(words)

    def ordinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say which one."""
        head, joint, last = self.cardinal(number).rpartition(" ")
        if "-" in last:
            head, joint, last = f"{head}{joint}{last.split('-')[0]}", "-", last.split("-")[1]
        if last in _IRREGULAR:
            last = _IRREGULAR[last]
        else:
            last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
        return head + joint + last

    def year(self, number: int) -> str:
        """Say a year: 1999 nineteen ninety-nine, 2005 two thousand and five, 2026 twenty twenty-six."""
        century, rest = divmod(number, 100)
        if number % 1000 < 10 or not 11 <= century <= 20:
            return self.cardinal(number)
        if rest == 0:
            return f"{_hundreds(century)} hundred"
        return f"{_hundreds(century)} {'oh ' if rest < 10 else ''}{_hundreds(rest)}"


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        ones = rest % 10
        small = _ONES[rest] if rest < 20 else _TENS[rest // 10] + (f"-{_ONES[ones]}" if ones else "")
        words.append(f"and {small}" if hundreds else small)
    return " ".join(words)


ENGLISH = _English()
