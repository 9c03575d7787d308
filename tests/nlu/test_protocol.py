"""Frames: what is written is read back, what is no frame is named."""

import json

import pytest

from nlu.protocol import (
    MAX_FRAME,
    Entity,
    FrameError,
    TurnResult,
    Understood,
    decode,
    encode,
    pending_state,
)

RESULT = TurnResult(
    outputs=({"say": "greet"}, {"do": "handoff", "reason": "asked"}),
    state={"v": 1, "slots": {"order_number": "10023"}},
    understood=Understood("order_status", 0.75, (Entity("order_number", "10023"),), False),
    expecting="order_number",
    question="order_number",
    slots={"order_number": "10023"},
    misses=1,
)


def test_round_trip() -> None:
    assert TurnResult.from_json(decode(encode({"id": 1, **RESULT.to_json()}))) == RESULT


def test_text_is_only_text() -> None:
    hostile = 'a\n{"op":"ping"}\u2028\x00"'
    line = encode({"text": hostile})
    assert line.count(b"\n") == 1
    assert decode(line)["text"] == hostile


@pytest.mark.parametrize("line", [b"", b"\n", b"[]\n", b"nope\n", b"1\n", b"\xff\n", b"[" * 100_000])
def test_no_frame(line: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        decode(line)
    assert caught.value.code == "invalid_frame"


def test_too_large() -> None:
    with pytest.raises(FrameError, match="too_large"):
        encode({"text": "x" * MAX_FRAME})
    with pytest.raises(FrameError, match="too_large"):
        decode(json.dumps({"text": "x" * MAX_FRAME}).encode())


def test_pending_state_keeps_what_is_known() -> None:
    assert pending_state("bot_failed", {"order_number": "10023"})["slots"] == {
        "order_number": "10023",
        "pending": "bot_failed",
    }


def test_a_result_of_an_older_worker_has_no_question() -> None:
    told = RESULT.to_json()
    del told["question"]
    assert TurnResult.from_json(told).question is None


def test_a_renewal_begins_with_its_question_open() -> None:
    assert pending_state("renewal", {"order_number": "10023"}) == {
        "v": 1,
        "slots": {"order_number": "10023", "requested_slot": "renewal_answer"},
        "loop": "renewal_form",
    }
