"""A number that is told again: what both tellings may have been decides, and what was refused is out."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.numbers import agreed, say, told
from nlu.numbers.tellings import MAX_VALUES, Telling, apart

FIVE = st.from_regex("[0-9]{5}", fullmatch=True)
LANGS = ("pl", "cs", "en")


def heard(values: list[str]) -> Telling:
    """Make a telling of values, each likelier than the next."""
    return tuple((value, 0.4 * place) for place, value in enumerate(values))


def five(value: str) -> bool:
    return len(value) == 5


@settings(max_examples=300, deadline=None)
@given(FIVE, st.lists(FIVE, max_size=3), st.lists(FIVE, max_size=3), st.randoms())
def test_what_both_tellings_may_have_been_is_found(
    number: str, some: list[str], others: list[str], chance: random.Random
) -> None:
    """Wherever it stands in the lists, if nothing else stands in both or is near.

    Fourth in both costs 2.4 and another number 3; far down in both, it would be no more likely than another.
    """
    some = [value for value in some if apart(value, number) > 3]
    others = [value for value in others if all(apart(value, one) > 3 for one in (number, *some))]
    first, second = [*some, number], [*others, number]
    chance.shuffle(first)
    chance.shuffle(second)
    refused = [value for value in first[:1] if value != number]
    assert agreed(heard(second), [heard(first)], refused=refused, fits=five) == number


@settings(max_examples=300, deadline=None)
@given(st.lists(FIVE, max_size=6), st.lists(st.lists(FIVE, max_size=6), max_size=4), st.sets(FIVE))
def test_what_was_refused_is_never_the_number(
    now: list[str], before: list[list[str]], refused: set[str]
) -> None:
    refused |= set(now[:1])
    found = agreed(heard(now), [heard(values) for values in before], refused=refused, fits=five)
    assert found not in refused
    assert found is None or found in {value for values in (now, *before) for value in values}


@given(FIVE)
def test_nothing_but_what_was_refused_is_nothing(number: str) -> None:
    assert agreed(heard([number]), [heard([number])], refused=[number]) is None


@given(FIVE, st.lists(FIVE, max_size=4))
def test_nothing_told_now_is_nothing(number: str, others: list[str]) -> None:
    assert agreed((), [heard([number, *others])]) is None


def test_a_number_that_is_nothing_like_the_one_before_is_taken_as_it_is() -> None:
    assert agreed(heard(["20417"]), [heard(["10023", "10024"])], refused=["10023"]) == "20417"


def test_what_was_told_before_has_to_be_near() -> None:
    assert agreed(heard(["777"]), [heard(["10023", "10024"])], refused=["10023"], fits=five) is None
    assert agreed(heard(["1024"]), [heard(["10023", "10024"])], refused=["10023"], fits=five) == "10024"


def test_a_figure_that_one_telling_lost_is_in_the_other() -> None:
    assert agreed(heard(["1456", "14569"]), [heard(["14569", "14156"])], refused=["14156"]) == "14569"


@pytest.mark.parametrize("lang", LANGS)
def test_from_the_readings_of_a_recogniser(lang: str) -> None:
    first = told(
        [say("10623", lang, "digits"), say("10323", lang, "digits")], lang, pattern="[0-9]{5}", asked=True
    )
    second = told(
        [say("10623", lang, "digits"), say("10328", lang, "digits"), say("10323", lang, "digits")],
        lang,
        asked=True,
    )
    assert first[0] == ("10623", 0.0)
    assert agreed(second, [first], refused=["10623"], fits=five) == "10323"


def test_what_no_number_of_the_shop_looks_like_comes_after_what_one_does() -> None:
    telling = told(
        [say("1456", "en", "digits"), say("14560", "en", "digits")], "en", pattern="[0-9]{5}", asked=True
    )
    assert telling[0] == ("14560", 0.0)
    assert "1456" in dict(telling)


def test_a_telling_is_bounded() -> None:
    readings = [say(f"{number:05d}", "en", "digits") for number in range(40_000, 40_040)]
    assert len(told(readings, "en", asked=True)) == MAX_VALUES


def test_apart() -> None:
    assert [apart("10023", other) for other in ("10023", "10024", "1023", "100234", "")] == [0, 1, 1, 1, 5]
