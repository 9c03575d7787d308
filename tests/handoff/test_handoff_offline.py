from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model.case import Case, CaseKind, CaseStep, Reason
from handoff.offline import find_phone, next_step, offer

CASE = Case(
    id="1",
    conversation_id="2",
    kind=CaseKind.LIVE,
    step=CaseStep.NONE,
    reason=Reason.ASKED,
    packet={},
    priority=0,
    callback_phone=None,
    waiting_since=datetime(2026, 1, 1, tzinfo=UTC),
    agent_id=None,
    assigned_at=None,
    first_reply_at=None,
    ended_at=None,
)


@pytest.mark.parametrize(
    ("open_now", "anybody", "key"),
    [
        (True, True, "handoff_waiting"),
        (True, False, "handoff_offline"),
        (False, True, "handoff_offline"),
        (False, False, "handoff_offline"),
    ],
)
def test_the_offer(open_now: bool, anybody: bool, key: str) -> None:
    assert offer(open_now=open_now, anybody_online=anybody) == key


@pytest.mark.parametrize(
    ("step", "text", "payload", "changes", "said"),
    [
        ("none", "hello?", None, {}, []),
        ("none", "Leave a message", "/leave_message", {"step": "message"}, ["message_ask"]),
        ("offered", "Leave a message", "/leave_message", {"step": "message"}, ["message_ask"]),
        ("offered", "my parcel is wet", None, {"kind": "message", "step": "none"}, ["message_taken"]),
        ("message", "my parcel is wet", None, {"kind": "message", "step": "none"}, ["message_taken"]),
        ("offered", "Call me back", "/call_back", {"step": "phone"}, ["callback_ask"]),
        ("message", "Call me back", "/call_back", {"step": "phone"}, ["callback_ask"]),
        ("phone", "no idea", None, {"step": "phone_again"}, ["callback_ask_again"]),
        ("phone_again", "mail me", None, {"kind": "message", "step": "none"}, ["message_taken"]),
        ("none", "Keep waiting", "/keep_waiting", {"step": "patient", "kind": "live"}, []),
        ("phone", "Where is my order?", "/order_status", {}, []),
        ("message", "Talk to a person", "/ask_human", {}, []),
    ],
)
def test_one_step(
    step: str, text: str, payload: str | None, changes: dict[str, str], said: list[str]
) -> None:
    taken = next_step(replace(CASE, step=CaseStep(step)), text, payload, "en")
    assert dict(taken.changes) == changes
    assert [say.key for say in taken.said] == said


@pytest.mark.parametrize("step", [CaseStep.PHONE, CaseStep.PHONE_AGAIN])
@pytest.mark.parametrize(
    ("text", "lang", "number", "readable"),
    [
        ("600 100 200", "pl", "+48600100200", "+48 600 100 200"),
        ("proszę na 601-200-300, po 17", "cs", "+420601200300", "+420 601 200 300"),
        ("+44 7700 900123", "pl", "+447700900123", "+44 7700 900123"),
        ("it's 07700 900123 thanks", "en", "+447700900123", "+44 7700 900123"),
        ("0048600100200", "pl", "+48600100200", "+48 600 100 200"),
    ],
)
def test_a_number_is_taken(step: CaseStep, text: str, lang: str, number: str, readable: str) -> None:
    taken = next_step(replace(CASE, step=step), text, None, lang)
    assert dict(taken.changes) == {"kind": "callback", "step": "none", "callback_phone": number}
    assert [(say.key, dict(say.variables)) for say in taken.said] == [("callback_taken", {"phone": readable})]


@pytest.mark.parametrize(
    "text", ["", "10023", "order 10023 please", "620011223344556677889900", "2026-11-23", "x" * 5000, "١٢٣"]
)
def test_what_is_no_phone_number(text: str) -> None:
    assert find_phone(text, "en") is None


def test_words_are_the_agents_where_one_is_there() -> None:
    taken = next_step(replace(CASE, step=CaseStep.OFFERED), "anybody?", None, "en", somebody_there=True)
    assert taken.changes == {}
    assert taken.said == ()
    kept = next_step(CASE, "Keep waiting", "/keep_waiting", "en", somebody_there=True)
    assert [say.key for say in kept.said] == ["handoff_waiting"]
