"""`centrala check` names every kind of mistake, with its line, and finds none in what we ship."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.model.finding import Finding, Level
from knowledge_base.check import check_articles
from nlu.check.catalogue import check_catalogue
from nlu.check.dialogue import check_conversations, check_rules, check_says, read_domain
from nlu.check.examples import Example, check_examples, folded, of_scenarios
from nlu.check.likeness import check_likeness
from nlu.check.vectors import RememberingEncoder
from nlu.encoder import Vectors, shared
from nlu.language import language_of
from nlu.scenarios.house import House, read_house
from nlu.scenarios.judging import judge
from nlu.scenarios.loading import ScenarioError, load_scenarios
from nlu.scenarios.reading import read_folder
from nlu.training import HOME, ROOT
from tests.nlu.scenario_kit import LANGUAGES, page_files, write_articles, write_scenario

TODAY = date(2026, 11, 23)
SCENARIO = page_files()["scenarios/engraving.yml"]
OURS = [
    Example(intent, lang, text, f"nlu/data/{lang}/{intent}.yml", 5, scenario=False, folded=folded(text))
    for intent, lang, text in (
        ("order_status", "pl", "gdzie jest moja paczka"),
        ("faq", "pl", "czy można zapłacić kartą przy odbiorze paczki"),
        ("faq", "en", "is it possible to have the parcel delivered on Saturday"),
        ("ask_human", "en", "I want to speak to somebody from your staff"),
    )
]


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(HOME)


def look(folder: Path, house: House) -> list[Finding]:
    """Check the scenarios of a folder beside a few examples of ours."""
    scenarios, findings = read_folder(folder)
    examples = [*OURS, *of_scenarios(scenarios, LANGUAGES)]
    intents = {example.intent: 1 for example in OURS}
    findings += judge(scenarios, LANGUAGES, house)
    findings += [f for f in check_examples(examples, LANGUAGES, intents) if "engraving" in f.path]
    for lang in LANGUAGES:
        findings += check_likeness(examples, lang, None)
    return findings


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def between(start: str, end: str) -> str:
    """Return the scenario's part from `start` up to `end`."""
    at = SCENARIO.index(start)
    return SCENARIO[at : SCENARIO.index(end, at + 1)]


CS_REPLY = between('  cs:\n    chat: "Grav', "  en:\n    chat:")
CS_EXAMPLES = between("  cs:\n    - můžete", "  en:\n    - can you")
CONVERSATIONS = SCENARIO[SCENARIO.index("conversations:") :]
REPLIES = between("replies:", "then:")
LONG = "We engrave jewellery. " * 15

MISTAKES = {
    # 1. examples missing, or too few
    "no examples in a language": (CS_EXAMPLES, "", "examples_missing", "examples:", "no Czech examples"),
    "three examples": (
        CS_EXAMPLES,
        "  cs:\n    - můžete něco vyrýt\n    - kolik stojí rytí\n    - ryjete do skla\n",
        "examples_few",
        "můžete něco",
        "at least 10",
    ),
    # 2. the same example under two intents
    "an example of another intent": (
        "- ile kosztuje grawer",
        "- Gdzie jest moja paczka?",
        "example_twice",
        "- Gdzie jest",
        "“order_status” too (nlu/data/pl/order_status.yml:5)",
    ),
    # 3. too like another intent's
    "an example like another intent's": (
        "- ile kosztuje grawer",
        "- czy mogę zapłacić kartą przy odbiorze paczki",
        "example_alike",
        "- czy mogę zapłacić",
        "(nlu/data/pl/faq.yml:5)",
    ),
    # 4. a reply missing in a language, or for a channel
    "no reply in a language": (CS_REPLY, "", "reply_missing", "replies:", "no Czech reply"),
    "no reply for the phone": (
        '    phone: "We engrave',
        '    # phone: "We engrave',
        "reply_missing",
        '  en:\n    chat: "We',
        "no `phone:` text",
    ),
    # 5. placeholders
    "an unknown placeholder": (
        "We engrave jewellery, watches and pens, up",
        "We engrave {things}, up",
        "placeholder_unknown",
        '    chat: "We engrave',
        "{things}: only {shop}",
    ),
    "a brace alone": ("up to 20", "up to {20", "placeholder_unknown", '    chat: "We', "brace"),
    "a placeholder in one language only": (
        "We engrave jewellery, watches and pens, up",
        "{shop} engraves jewellery, up",
        "placeholder_differs",
        '  pl:\n    chat: "Graw',
        "does not use {shop}",
    ),
    # 6. nothing follows
    "no replies at all": (REPLIES, "", "reply_missing", "intent:", "no Polish reply"),
    "replies that are never said": (
        "then: offer_person",
        "then: person",
        "reply_unsaid",
        "replies:",
        "the bot says nothing",
    ),
    "an unknown end": (
        "then: offer_person",
        "then: offer_persn",
        "unknown_value",
        "then:",
        "did you mean “offer_person”?",
    ),
    "an unknown button": (
        "then: offer_person",
        "then: offer_person\nbuttons: [order_statu]",
        "unknown_button",
        "buttons:",
        "did you mean “order_status”?",
    ),
    # 7. the name
    "a name that is taken": ("intent: engraving", "intent: goodbye", "name_taken", "intent:", "already"),
    "a name of the bot's own": ("intent: engraving", "intent: outcome_x", "name_taken", "intent:", "belongs"),
    "a name in capitals": (
        "intent: engraving",
        "intent: Engraving on Watches",
        "name_malformed",
        "intent:",
        "such as engraving_on_watches",
    ),
    "no name": ("intent: engraving\n", "", "missing_key", "about:", "no name"),
    # 8. conversation tests
    "no conversation": (CONVERSATIONS, "", "no_conversation", "intent:", "`conversations:`"),
    "an unknown reply in a conversation": (
        "bot: [reply, offer_person]",
        "bot: [replly]",
        "conversation_unknown",
        "bot: [replly]",
        "did you mean “reply”?",
    ),
    "an unknown intent in a conversation": (
        "        bot: person",
        "        intent: afirm",
        "conversation_unknown",
        "intent: afirm",
        "did you mean “affirm”?",
    ),
    "a conversation that is missing in a language": (
        "{pl: tak, cs: ano, ",
        "{pl: tak, ",
        "conversation_missing",
        "      - customer: {pl: tak",
        "missing in Czech",
    ),
    "a conversation that was learned": (
        "could you engrave a name on a watch for me",
        "can you engrave a name on it",
        "conversation_learned",
        "          en: ",
        "proves nothing",
    ),
    # 9. YAML
    "a tab": ("    - ile kosztuje grawer", "\t- ile kosztuje grawer", "unreadable", "\t- ile", "tab"),
    "a colon": ("about: A customer wants", "about: A customer: wants", "unreadable", "about:", "quotes"),
    "an open quote": ('20 letters. One of our staff agrees the text with you."', "20", "unreadable",
                      '    chat: "We', "never closed"),
    "a sign at the beginning": ("about: A", "about: %A", "unreadable", "about:", "quotes"),
    "an unknown key": ("examples:", "exampels:", "unknown_key", "exampels:", "did you mean “examples”?"),
    "an unknown language": ("  cs:\n    - můž", "  cz:\n    - můž", "unknown_key", "  cz:", "did you mean"),
    "a key twice": ("then: offer", "then: person\nthen: offer", "key_twice", "then: offer", "already there"),
    "an empty file": (SCENARIO, "", "unreadable", "", "empty"),
    # 11. the wrong language
    "an example in another language": (
        "- ile kosztuje grawer",
        "- I would like to have my name engraved on this watch please",
        "example_language",
        "- I would like to have my",
        "looks like English",
    ),
    # 12. the phone
    "a phone reply that is too long": (
        "We engrave jewellery, watches and pens. One",
        f"{LONG} One",
        "reply_unspeakable",
        '    phone: "We',
        "letters",
    ),
    "a link on the phone": (
        "We engrave jewellery, watches and pens. One",
        "See https://shop.example/engraving. One",
        "reply_unspeakable",
        '    phone: "See',
        "click",
    ),
    "markup on the phone": (
        "We engrave jewellery, watches and pens. One",
        "We **engrave** watches. One",
        "reply_unspeakable",
        '    phone: "We',
        "read out",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_in_a_scenario(mistake: str, tmp_path: Path, house: House) -> None:
    old, new, code, at, words = MISTAKES[mistake]
    assert old in SCENARIO
    text = SCENARIO.replace(old, new, 1)
    findings = look(write_scenario(tmp_path, text), house)
    found = [finding for finding in findings if finding.code == code]
    assert found, findings
    line = line_of(text, at)
    assert (line, True) in [(f.line, words in f.text) for f in found], found
    assert str(found[0]).startswith(f"{found[0].path}:{found[0].line}: ")


def test_the_pages_scenario_is_in_order(tmp_path: Path, house: House) -> None:
    assert look(write_scenario(tmp_path), house) == []


def test_a_name_that_two_scenarios_have(tmp_path: Path, house: House) -> None:
    write_scenario(tmp_path)
    (tmp_path / "other.yml").write_text(SCENARIO, encoding="utf-8")
    taken = [finding for finding in look(tmp_path, house) if finding.code == "name_taken"]
    assert [Path(finding.path).name for finding in taken] == ["other.yml"]


def test_what_means_the_same_is_noticed(tmp_path: Path) -> None:
    encoder = shared()
    assert encoder is not None
    remembering = RememberingEncoder(encoder, tmp_path / "kept.npz")
    mine, other = "I want to speak with a person", "I want to talk to a human"
    examples = [
        Example("engraving", "en", mine, "scenarios/engraving.yml", 7, scenario=True, folded=folded(mine)),
        Example(
            "ask_human", "en", other, "nlu/data/en/ask_human.yml", 9, scenario=False, folded=folded(other)
        ),
    ]
    assert check_likeness(examples, "en", None) == []
    (finding,) = check_likeness(examples, "en", remembering)
    assert finding.line == 7
    assert "means much like" in finding.text
    assert "nlu/data/en/ask_human.yml:9" in finding.text

    class Nothing:
        def encode(self, texts: object) -> Vectors:
            raise AssertionError("what was encoded before is kept")

    assert check_likeness(examples, "en", RememberingEncoder(Nothing(), tmp_path / "kept.npz")) == [finding]


def test_what_an_article_answers_is_noticed() -> None:
    mine, asked = "jak uplatním ten dárkový poukaz", "Jak uplatním dárkový poukaz?"
    own = Example("voucher", "cs", mine, "scenarios/v.yml", 7, scenario=True, folded=folded(mine))
    article = Example("article gift-cards", "cs", asked, "g.md", 9, scenario=False, folded=folded(asked))
    (finding,) = check_likeness([own], "cs", None, [article])
    assert f"like “{asked}” of “article gift-cards” (g.md:9)" in finding.text


def test_a_scenario_that_cannot_be_used_stops_with_its_line(tmp_path: Path) -> None:
    write_scenario(tmp_path, SCENARIO.replace("intent: engraving", "intent: goodbye"))
    with pytest.raises(ScenarioError, match=r"engraving\.yml:1: .*`centrala check` tells all"):
        load_scenarios(tmp_path, LANGUAGES, HOME)
    assert load_scenarios(tmp_path / "none", LANGUAGES, HOME) == []


ARTICLE = page_files()["knowledge_base/articles/pl/installation.md"]
ARTICLE_MISTAKES = {
    "no front matter": (ARTICLE.split("---\n")[1], "", "front_matter", 1, "begin with ---"),
    "front matter that is no YAML": ('title: "Montaż', "title: Montaż: ", "front_matter", 2, "quotes"),
    "an unknown key": ("topic:", "topik:", "unknown_key", 3, "did you mean “topic”?"),
    "no sentence for the phone": ("short:", "# short:", "missing_key", 1, "no short"),
    "an unknown topic": ("topic: delivery", "topic: delivry", "topic_unknown", 3, "did you mean “delivery”?"),
    "validity that ended": (
        "topic: delivery",
        "topic: delivery\nvalid_until: 2025-01-31",
        "article_over",
        4,
        "since 2025-01-31",
    ),
    "validity that ends before it begins": (
        "topic: delivery",
        "valid_from: 2026-12-24\nvalid_until: 2026-12-01",
        "front_matter",
        4,
        "lies before",
    ),
    "a day that is none": ("topic: delivery", "valid_until: soon", "front_matter", 3, "valid_until"),
    "no answer": (ARTICLE.split("---\n")[2], "", "article_empty", 11, "no answer"),
    "a link on the phone": ("w koszyku.\"", "na www.shop.example\"", "reply_unspeakable", 10, "click"),
    "the wrong language": (
        ARTICLE.split("---\n")[2],
        page_files()["knowledge_base/articles/en/installation.md"].split("---\n")[2],
        "article_language",
        2,
        "looks like English",
    ),
}  # fmt: skip


def look_at_articles(folder: Path) -> list[Finding]:
    return check_articles(
        folder, LANGUAGES, TODAY, lambda text, guess: language_of(text, guess, LANGUAGES), str
    )


@pytest.mark.parametrize("mistake", ARTICLE_MISTAKES)
def test_mistake_in_an_article(mistake: str, tmp_path: Path) -> None:
    old, new, code, line, words = ARTICLE_MISTAKES[mistake]
    path = write_articles(tmp_path) / "pl" / "installation.md"
    text = ARTICLE.removeprefix("---\n") if mistake == "no front matter" else ARTICLE.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    found = [finding for finding in look_at_articles(tmp_path) if finding.code == code]
    assert [(f.path, f.line) for f in found] == [(str(path), line)], look_at_articles(tmp_path)
    assert words in found[0].text


def test_articles_beside_each_other(tmp_path: Path) -> None:
    write_articles(tmp_path)
    assert look_at_articles(tmp_path) == []
    (tmp_path / "cs" / "installation.md").unlink()
    shutil.copy(tmp_path / "pl" / "installation.md", tmp_path / "pl" / "montage.md")
    codes = {finding.code for finding in look_at_articles(tmp_path)}
    assert codes == {"article_missing", "title_twice", "paraphrase_twice"}
    (tmp_path / "en" / "installation.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    assert any("UTF-8" in finding.text for finding in look_at_articles(tmp_path))


def test_rules_that_name_what_is_not_there(tmp_path: Path) -> None:
    domain, findings = read_domain(HOME / "domain.yml")
    assert findings == []
    rules = tmp_path / "rules.yml"
    text = (HOME / "data" / "rules.yml").read_text(encoding="utf-8")
    rules.write_text(
        text.replace("{intent: greet}, {action: utter_greet}", "{intent: gret}, {action: utter_gret}")
    )
    shared_rules = sorted((HOME / "data" / "shared").glob("*.yml"))
    found = [f for f in check_rules([rules, *shared_rules], domain) if f.code == "rule_unknown"]
    assert [("greet" in f.text, f.line) for f in found] == [(True, line_of(text, "{intent: greet}"))] * 2
    unanswered = [f for f in check_rules([], domain) if f.code == "intent_unanswered"]
    assert any("“greet”" in finding.text for finding in unanswered)


def test_conversations_and_replies_that_name_what_is_not_there(tmp_path: Path, house: House) -> None:
    domain, _ = read_domain(HOME / "domain.yml")
    test = tmp_path / "talk.yml"
    test.write_text(
        "- name: x\n  steps:\n    - {user: hello, bot: [say gret]}\n    - {button: order_statu}\n"
    )
    found = check_conversations([test], domain, house.keys)
    assert [(f.line, f.code) for f in found] == [(3, "conversation_unknown"), (4, "conversation_unknown")]
    assert any("“rephrase”" in f.text for f in check_says(domain, house.keys - {"rephrase"}))


def test_the_catalogues_gaps(tmp_path: Path) -> None:
    for path in (HOME / "catalogue").glob("*.yml"):
        shutil.copy(path, tmp_path)
    english = tmp_path / "en.yml"
    text = english.read_text(encoding="utf-8")
    english.write_text(text.replace("  goodbye:\n", "  godbye:\n", 1).replace("{carrier}", "{curier}", 1))
    found = {finding.code for finding in check_catalogue(tmp_path, ["en"])}
    assert {"reply_missing", "unknown_key", "placeholder_unknown"} <= found


def test_what_we_ship_is_in_order() -> None:
    done = CliRunner().invoke(main, ["check", "--json", "--config", str(ROOT / "config.yml")])
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [finding for finding in findings if finding["level"] == Level.ERROR] == []
    assert done.exit_code == 0


def test_the_command_fails_where_something_is_wrong(tmp_path: Path) -> None:
    text = SCENARIO.replace("then: offer_person", "then: offer_persn")
    text = text.replace("- kolik stojí gravírování", "- jak uplatním ten dárkový poukaz")
    folder = write_scenario(tmp_path / "scenarios", text)
    options = [f"scenarios.dir={folder}", "languages=[cs]", f"data_dir={tmp_path / 'var'}"]
    arguments = [part for option in options for part in ("--set", option)]
    done = CliRunner().invoke(main, ["check", "--config", str(ROOT / "config.yml"), *arguments])
    assert done.exit_code == 1
    path = folder / "engraving.yml"
    wrong = (
        f"{path}:{line_of(text, 'then:')}: `then: offer_persn` does not exist; did you mean “offer_person”?"
    )
    assert wrong in done.stdout.splitlines()
    near = [line for line in done.stdout.splitlines() if f":{line_of(text, '- jak uplatním')}: " in line]
    assert ["is written much like" in line for line in near] == [True]
    assert "error" in done.stderr
