"""Which of the words that may be letters are some: what stands beside them tells."""

from collections.abc import Sequence
from dataclasses import replace

from nlu.numbers.compose import Atom
from nlu.numbers.items import Item, Letters, Sign


def settled(items: Sequence[Item]) -> list[Atom | Sign]:
    """Decide which of the perhaps-letters are letters."""
    letter = _letters_among(items)
    others = any(isinstance(item, Sign) and item.mark == "stop" for item in items)
    found: list[Atom | Sign] = []
    for at, item in enumerate(items):
        if not isinstance(item, Letters):
            found.append(item)
        elif letter[at]:
            alone = not any(letter[n] for n in (at - 1, at + 1) if 0 <= n < len(items))
            doubtful = alone and (
                item.optional or ((others or item.shy) and not item.sure and len(item.letters) == 1)
            )
            found += [Atom("letter", c, item.start, item.end, slip=doubtful) for c in item.letters]
        elif item.instead is not None:
            found.append(Sign(item.instead, item.start, item.end))
    return _zeros(found)


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
