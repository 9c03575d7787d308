"""The scenario of docs/scenarios.md: learned by a small bot, measured, played, and met in the terminal."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import talk_words
from bot.app.gateway import make_texts
from bot.app.talk import Talk, talking
from bot.model.case import Reason
from bot.model.conversation import Channel
from bot.settings import load
from nlu.check import report
from nlu.check.rehearsal import play, play_all
from nlu.pool import DialoguePool
from nlu.scenarios.loading import load_scenarios
from nlu.scenarios.model import Scenario
from nlu.training import HOME, ROOT, ensure_models, model_paths
from tests.nlu.scenario_kit import page_files, small_data, write_scenario
from tests.rasa_fixtures import RASA_PYTHON

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]
ON_ONE_LOOP = pytest.mark.asyncio(loop_scope="module")
CONFIG = ROOT / "config.yml"
EXAMPLES = 30
"""An intent: enough to tell them apart, and trained in seconds."""


class Bench:
    """A folder with the page's scenario and a model that has learned it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scenarios = write_scenario(folder / "scenarios")
        self.data = small_data(folder / "data", ("en",), EXAMPLES)
        self.models = ensure_models(
            folder, ["en"], CONFIG, lambda _line: None, scenarios=self.scenarios, data=self.data
        )
        self.loaded: list[Scenario] = load_scenarios(self.scenarios, ["en"], HOME)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    if not RASA_PYTHON.exists():
        pytest.skip("Rasa's environment is not there (scripts/setup.sh run)")
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(bench: Bench) -> AsyncIterator[DialoguePool]:
    pool = DialoguePool(RASA_PYTHON, bench.models, bench.folder / "run", workers=1, deadline=60.0)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


@ON_ONE_LOOP
async def test_its_conversations_go_as_they_should(bench: Bench, pool: DialoguePool) -> None:
    played = await play_all(pool, bench.loaded, ["en"])
    assert [str(one) for one in played["engraving"]] == [
        "  passed  a name on a watch, and a person for it (en)"
    ]


def wrong_scenario(folder: Path) -> Scenario:
    text = page_files()["scenarios/engraving.yml"]
    wrong = text.replace("could you engrave a name on a watch for me", "where is my parcel")
    return load_scenarios(write_scenario(folder, wrong), ["en"], HOME)[0]


@ON_ONE_LOOP
async def test_a_conversation_that_goes_wrong_says_where(
    bench: Bench, pool: DialoguePool, tmp_path: Path
) -> None:
    scenario = await asyncio.to_thread(wrong_scenario, tmp_path)
    played = await play(pool, scenario, scenario.conversations[0], "en")
    assert played.failure is not None
    assert "engraving.yml:" in played.failure
    assert "the bot should say “reply” and “offer_person”, and says “ask_order_number”" in played.failure
    assert "understood “order_status”" in played.failure


@ON_ONE_LOOP
async def test_inside_a_form_and_by_its_button(pool: DialoguePool) -> None:
    asked = await pool.turn("en", None, "where is my parcel")
    assert asked.question == "order_number"
    offered = await pool.turn("en", asked.state, "please engrave a dedication")
    assert [output["say"] for output in offered.outputs] == ["scenario_engraving", "offer_person"]
    assert (offered.question, offered.misses) == ("offer_person", 0)
    called = await pool.turn("en", offered.state, "yes")
    assert called.outputs == ({"do": "handoff", "reason": "asked"},)
    clicked = await pool.turn("en", None, "/engraving", intent=True)
    assert clicked.outputs == offered.outputs


def test_what_it_confuses_is_measured(bench: Bench) -> None:
    taken = report.measure(RASA_PYTHON, "en", bench.models["en"], bench.scenarios, bench.data)
    own = [one for one in taken if one.intent == "engraving"]
    assert len(own) == 12
    assert sum(one.decided == "engraving" for one in own) >= 3
    told: list[str] = []
    report.describe(bench.loaded[0], {"en": taken}, told.append)
    assert told[0].startswith("“engraving” (")
    assert "of its 12 examples" in told[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def terminal(bench: Bench) -> AsyncIterator[Talk]:
    overrides = (f"scenarios.dir={bench.scenarios}", f"data_dir={bench.folder}", "languages=[en]")
    settings = load(CONFIG, environment={}, overrides=overrides)
    async with talking(settings, bench.models, Channel.CHAT, "en") as terminal:
        yield terminal


@ON_ONE_LOOP
async def test_the_terminal_says_what_was_understood_and_why(bench: Bench, terminal: Talk) -> None:
    first = await terminal.say("could you engrave a name on a watch for me")
    assert first.thought.replies[0].text.endswith("One of our staff agrees the text with you.")
    lines = talk_words.as_text(first)
    assert re.search(r"understood: engraving \d+% sure \(needs \d+%\); next best: \w+ \d+%", lines)
    assert "did: reply scenario_engraving, reply offer_person" in lines
    assert "waits for offer_person" in lines
    told = json.loads(talk_words.as_json(first))
    assert told["understood"]["intent"] == "engraving"
    assert told["why"]["ranking"][0]["intent"] == "engraving"
    assert told["replies"][1]["buttons"][0]["payload"] == "/affirm"
    second = await terminal.say("/affirm")
    assert second.thought.let_go is Reason.ASKED
    assert "a person takes over: asked" in talk_words.as_text(second)


@ON_ONE_LOOP
async def test_the_terminal_shows_searches_orders_and_doubt(terminal: Talk) -> None:
    question = talk_words.as_text(await terminal.say("how much is delivery"))
    assert "knowledge base: delivery-cost 0." in question
    doubt = talk_words.as_text(await terminal.say("qwrtz zxcv bnmp"))
    assert "taken as: nlu_fallback, because " in doubt
    assert "misses in a row: 1" in doubt
    await terminal.say("where is my parcel")
    number = talk_words.as_text(await terminal.say("30555"))
    assert "entities: order_number 30555" in number
    found = talk_words.as_text(await terminal.say("emma.clarke@shop.example"))
    assert "reply order_found" in found


def test_only_what_is_learned_makes_a_model_stale(bench: Bench, tmp_path: Path) -> None:
    text = page_files()["scenarios/engraving.yml"]

    def path(text: str) -> Path:
        folder = write_scenario(tmp_path, text)
        return model_paths(tmp_path, ["en"], CONFIG, scenarios=folder, data=bench.data)["en"]

    known = path(text)
    assert path(text.replace("We engrave jewellery", "We engrave gems")) == known
    assert path(text.replace("gravírujete i hrnky", "vyrýváte i hrnky")) == known  # another language's
    assert path(text.replace("do you engrave mugs", "can you engrave mugs")) != known
    assert path(text.replace("then: offer_person\n", "")) != known
    none = model_paths(tmp_path, ["en"], CONFIG, scenarios=tmp_path / "none", data=bench.data)["en"]
    assert none != known


def test_the_catalogue_knows_the_reply_and_the_button(tmp_path: Path) -> None:
    text = page_files()["scenarios/engraving.yml"]
    titled = text.replace(
        "examples:", 'title: {pl: "Grawer", cs: "Gravírování", en: "Engraving"}\nexamples:', 1
    )
    folder = write_scenario(tmp_path, titled.replace("then: offer_person", "buttons: [engraving, topics]"))
    settings = load(CONFIG, environment={}, overrides=(f"scenarios.dir={folder}",))
    texts = make_texts(settings)
    draft = texts.draft("scenario_engraving", "cs")
    assert next((choice.title, choice.payload) for choice in draft.choices) == ("Gravírování", "/engraving")
    assert "/engraving" in texts.payloads
    assert texts.text("scenario_engraving", "pl", channel=Channel.PHONE).startswith("Grawerujemy")
