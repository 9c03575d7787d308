import json
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from nlu.language import decide, detect
from nlu.language_model import LanguageModel, load, save, words_of
from nlu.language_request import is_only_request
from nlu.language_training import MODEL, gather, train
from nlu.words import fold
from tests.nlu.language_cases import KEEPS, NO_REQUESTS, REQUESTS, SAYS_NOTHING, SWITCHES

HELDOUT = Path(__file__).resolve().parent.parent / "language" / "heldout"
ALL = ("pl", "cs", "en")


def plain(text: str) -> str:
    """Without case and diacritics, as it is typed in a hurry; digits and punctuation stay."""
    return "".join(fold(char) if char.isalpha() else char for char in text)


def heldout() -> list[tuple[str, str]]:
    rows = []
    for lang in ALL:
        for path in (HELDOUT / f"{lang}.jsonl", HELDOUT / f"questions-{lang}.jsonl"):
            for line in path.read_text("utf-8").splitlines():
                row = json.loads(line)
                rows.append((lang, row.get("text") or row["query"]))
    return rows


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, can we please speak English?",
        "english please",
        "Do you speak Polish?",
        "po polsku proszę",
        "czy możemy rozmawiać po polsku",
        "Mluvíte česky?",
        "prosím vás, šlo by to česky",
        "sorry, in English pls",
    ],
)
def test_who_asks_for_a_language_asks_for_nothing_else(text: str) -> None:
    assert is_only_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "can I speak to a person in English",
        "somebody who speaks English, please",
        "where is my parcel",
        "please speak English, where is order 10023",
        "czy jest ktoś, kto mówi po angielsku?",
        "po polsku zwrot",
        "spojte mě s někým, kdo umí česky",
        "instrukcja jest po angielsku",
        "",
        "yes, in English please",
        "tak, ale po angielsku",
        "ne, anglicky prosím",
        "please",
    ],
)
def test_who_asks_for_more_than_a_language(text: str) -> None:
    assert not is_only_request(text)


@pytest.mark.parametrize(("text", "current", "expected"), REQUESTS + SWITCHES)
def test_goes_over(text: str, current: str, expected: str) -> None:
    for variant in (text, text.lower(), plain(text)):
        assert detect(variant, current, ALL) == expected, variant


@pytest.mark.parametrize(("text", "current"), NO_REQUESTS + KEEPS)
def test_goes_on(text: str, current: str) -> None:
    for variant in (text, plain(text)):
        assert detect(variant, current, ALL) == current, variant


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_what_says_nothing_changes_nothing(text: str) -> None:
    assert [detect(text, current, ALL) for current in ALL] == list(ALL)


@pytest.mark.parametrize("variant", [str, plain], ids=["as typed", "without diacritics"])
def test_false_changes_on_the_heldout_sentences(variant: type[str]) -> None:
    rows = heldout()
    false = [(lang, text) for lang, text in rows if detect(variant(text), lang, ALL) != lang]
    assert len(false) < 0.005 * len(rows), false


@pytest.mark.parametrize("variant", [str, plain], ids=["as typed", "without diacritics"])
def test_right_changes_on_the_heldout_sentences(variant: type[str]) -> None:
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for spoken, text in heldout():
        said = variant(text)
        if len(words_of(said)) < 4:
            continue
        for current in ALL:
            if current != spoken:
                total[current, spoken] += 1
                right[current, spoken] += detect(said, current, ALL) == spoken
    assert right.total() > 0.93 * total.total()
    assert all(right[pair] > 0.88 * total[pair] for pair in total), {p: right[p] / total[p] for p in total}


def test_a_fist_on_the_keyboard_changes_next_to_nothing() -> None:
    rng = random.Random(7)
    changed = []
    for _ in range(600):
        keys = rng.choice(["asdfghjkl", "qwertyuiop", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm"])
        text = " ".join("".join(rng.choices(keys, k=rng.randint(2, 9))) for _ in range(rng.randint(1, 8)))
        changed += [text for current in ALL if detect(text, current, ALL) != current]
    assert len(changed) <= 3, changed


def test_only_enabled_languages_are_gone_over_to() -> None:
    assert detect("where is my parcel please", "pl", ("pl", "cs")) == "pl"
    assert detect("English please", "pl", ("pl", "cs")) == "pl"
    assert detect("English or Czech please", "pl", ("pl", "cs")) == "cs"
    assert detect("gdzie jest moja paczka", "cs", ()) == "cs"


def test_a_language_without_a_model_is_left_only_on_request() -> None:
    assert detect("where is my parcel please", "de", ("de", "en")) == "de"
    assert detect("English please", "de", ("de", "en")) == "en"


def test_a_long_message_costs_no_more_than_its_beginning() -> None:
    for text in ("gdzie jest moja paczka " * 5000, "a" * 100_000, "po polsku " * 10_000, "@" * 16_384):
        begin = time.process_time()
        detect(text, "cs", ALL)
        assert time.process_time() - begin < 0.05


def test_sentences_of_an_intent_never_seen() -> None:
    texts = gather()
    model = train(
        {
            lang: [text for name, found in files.items() if name != "faq.yml" for text in found]
            for lang, files in texts.items()
        }
    )
    unseen = [(lang, plain(text)) for lang in texts for text in texts[lang]["faq.yml"]]
    false = [text for lang, text in unseen if decide(model, words_of(text), lang, ALL) != lang]
    assert len(unseen) > 300
    assert len(false) < 0.005 * len(unseen), false


def test_the_committed_model_is_small_and_survives_saving(tmp_path: Path) -> None:
    assert MODEL.stat().st_size < 150_000
    model = load(MODEL)
    save(model, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == MODEL.read_bytes()


def test_what_was_never_seen_says_nothing() -> None:
    model = LanguageModel(["cs", "en"], {"kde": (3, 0), "the": (0, 5)}, {"^kd": (3, 0)})
    known, unknown = words_of("kde xyz")
    assert model.evidence(unknown) == (0.0, 0.0)
    assert model.evidence(known)[0] == 0.0 > model.evidence(known)[1]
