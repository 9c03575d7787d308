"""The catalogue, and an order's state in words, in every language."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.dialogue.order_words import delivery_phrase, order_text
from bot.errors import ConfigurationError
from bot.model.conversation import Channel
from bot.model.message import Sender
from bot.model.order import Order, OrderContact, OrderState
from bot.texts import Texts, load_texts

FOLDER = Path("nlu/catalogue")
LANGUAGES = ("pl", "cs", "en")
TODAY = date(2026, 11, 23)
CONTACT = OrderContact("x", "X")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(FOLDER, LANGUAGES, "Sklep")


@pytest.mark.parametrize(
    ("days", "pl", "cs", "en"),
    [
        (0, "dzisiaj", "dnes", "today"),
        (1, "jutro", "zítra", "tomorrow"),
        (-1, "wczoraj", "včera", "yesterday"),
        (-3, "3 dni temu", "před 3 dny", "3 days ago"),
        (4, "27 listopada", "27. listopadu", "on 27 November"),
        (60, "22 stycznia 2027", "22. ledna 2027", "on 22 January 2027"),
        (-20, "3 listopada", "3. listopadu", "on 3 November"),
    ],
)
def test_days_are_said_as_people_say_them(texts: Texts, days: int, pl: str, cs: str, en: str) -> None:
    day = (TODAY + timedelta(days=days)).isoformat()
    said = [delivery_phrase(day, lang, TODAY, texts) for lang in LANGUAGES]
    assert said[0] == pl
    assert said[1] is not None
    assert cs in said[1]
    assert said[2] == en


def test_a_day_that_is_none_is_not_said(texts: Texts) -> None:
    assert delivery_phrase("soon", "pl", TODAY, texts) is None
    assert delivery_phrase(None, "pl", TODAY, texts) is None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", [*OrderState, "lost_at_sea"])
@pytest.mark.parametrize("delivery", [None, "2026-11-24"])
@pytest.mark.parametrize("carrier", [None, "InPost"])
def test_every_state_has_words_with_the_number(
    texts: Texts, lang: str, state: str, delivery: str | None, carrier: str | None
) -> None:
    order = Order("10023", CONTACT, state, carrier, carrier and "62001", delivery)
    key, variables = order_text(order, lang, TODAY, texts)
    text = texts.text(key, lang, variables)
    assert "10023" in text
    assert "{" not in text
    if state == OrderState.SHIPPED and carrier:
        assert "62001" in text


def test_values_are_never_formatted_again(texts: Texts) -> None:
    text = texts.text("answer", "en", {"text": "{shop} {0} {text!r}", "title": "t"})
    assert text == "{shop} {0} {text!r}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_house_says_is_said_by_the_system(texts: Texts, lang: str) -> None:
    assert texts.draft("handoff_waiting", lang).sender is Sender.SYSTEM
    draft = texts.draft("handoff_offline", lang)
    assert [choice.payload for choice in draft.choices] == ["/leave_message", "/call_back"]
    assert texts.text("disclosure", lang, channel=Channel.PHONE)


def test_the_same_seed_says_the_same(texts: Texts) -> None:
    assert texts.draft("greet", "pl", seed="a") == texts.draft("greet", "pl", seed="a")
    assert len({texts.draft("greet", "pl", seed=str(n)).text for n in range(20)}) > 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{number}", "{nummber}"), "nummber"),
        (("  greet:", "  greeet:"), "greet needs a text"),
        (("{shop}", "{shop"), "braces"),
    ],
)
def test_a_mistake_in_the_catalogue_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    for name in ("keys.yml", "pl.yml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        if name == "pl.yml":
            assert change[0] in text
            text = text.replace(*change)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        load_texts(tmp_path, ["pl"], "Sklep")
