"""The knowledge base's tree of buttons."""

import pytest

from bot.dialogue.menus import ENTRIES, find, intent_of, menu, named_by, names_something
from knowledge_base.topics import Entry, Topic


def topic(path: str, articles: int = 1, *below: Topic) -> Topic:
    entries = tuple(Entry(f"{path.replace('/', '-')}-{n}", f"{path} {n}") for n in range(articles))
    return Topic(path, path.title(), below, entries)


TREE = (topic("delivery", 2, topic("delivery/abroad", 1)), topic("many", 2 * ENTRIES + 1))


def payloads(place: str) -> list[str]:
    found = menu(TREE, place, more="More", back="Back")
    assert found is not None
    return [choice.payload for choice in found.choices]


def test_down_the_tree_and_back() -> None:
    assert payloads("") == ["/topics:delivery", "/topics:many"]
    assert payloads("delivery") == [
        "/topics:delivery/abroad",
        "/article:delivery-0",
        "/article:delivery-1",
        "/topics",
    ]
    assert payloads("delivery/abroad") == ["/article:delivery-abroad-0", "/topics:delivery"]
    top, below = (menu(TREE, place, more="More", back="Back") for place in ("", "delivery"))
    assert top is not None
    assert below is not None
    assert (top.title, below.title) == (None, "Delivery")


def test_much_comes_in_pages() -> None:
    first, second, third = payloads("many"), payloads("many?2"), payloads("many?3")
    assert (len(first), len(second), len(third)) == (ENTRIES + 2, ENTRIES + 2, 2)
    assert first[-2:] == ["/topics:many?2", "/topics"]
    assert second[-2:] == ["/topics:many?3", "/topics:many"]
    assert third[-1] == "/topics:many"
    entries = [*first[:-2], *second[:-2], *third[:-1]]
    assert entries == [f"/article:many-{n}" for n in range(2 * ENTRIES + 1)]


def test_a_broad_top_comes_in_pages_too() -> None:
    wide = tuple(topic(f"t{n}") for n in range(ENTRIES + 1))
    first, second = (menu(wide, place, more="More", back="Back") for place in ("", "?2"))
    assert first is not None
    assert second is not None
    assert first.choices[-1].payload == "/topics:?2"
    assert [choice.payload for choice in second.choices] == [f"/topics:t{ENTRIES}", "/topics"]


@pytest.mark.parametrize(
    "place", ["nowhere", "delivery/nowhere", "delivery?2", "many?999", "deliver", "?", "x" * 180]
)
def test_what_is_not_there_is_no_menu(place: str) -> None:
    assert menu(TREE, place, more="More", back="Back") is None
    assert menu((), "", more="More", back="Back") is None


def test_what_a_click_could_not_send_has_no_button() -> None:
    odd = (Topic("t", "T", (), (Entry("x" * 300, "long"), Entry("a\nb", "lines"), Entry("fine", "fine"))),)
    found = menu(odd, "t", more="More", back="Back")
    assert found is not None
    assert [choice.payload for choice in found.choices] == ["/article:fine", "/topics"]


@pytest.mark.parametrize(
    ("payload", "intent", "named"),
    [
        ("/topics", "/topics", ""),
        ("/topics:delivery/abroad?2", "/topics", "delivery/abroad?2"),
        ("/article:returns", "/article", "returns"),
        ("/order_status", "/order_status", ""),
    ],
)
def test_a_payload_is_a_kind_and_a_name(payload: str, intent: str, named: str) -> None:
    assert (intent_of(payload), named_by(payload)) == (intent, named)
    assert names_something(payload) is bool(named)


@pytest.mark.parametrize(
    "payload",
    [
        "/article:",
        "/article",
        "/topics:",
        "/ask_human:x",
        "/article:a\x00",
        "/article:a\n",
        "article:a",
        "/topics:" + "x" * 181,
    ],
)
def test_other_payloads_name_nothing(payload: str) -> None:
    assert not names_something(payload)


def test_a_topic_is_found_by_its_path() -> None:
    found = find(TREE, "delivery/abroad")
    assert found is not None
    assert found.path == "delivery/abroad"
    assert find(TREE, "delivery/abroad?2") == found
    assert find(TREE, "abroad") is None
