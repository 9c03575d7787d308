"""Frames: what is refused, named, and never repeated back."""

import contextlib
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import frames
from bot.web.frames import BadFrameError

ID = str(uuid.uuid4())


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "7",
        '"hello"',
        "{}",
        "{",
        '{"type":"nope"}',
        '{"type":["message"]}',
        '{"type":"message"}',
        '{"type":"message","client_id":"","text":"a"}',
        '{"type":"message","client_id":"x","text":""}',
        '{"type":"message","client_id":"x","text":"  \\n "}',
        '{"type":"message","client_id":"x","text":7}',
        '{"type":"message","client_id":7,"text":"a"}',
        '{"type":"message","client_id":"x","text":"a","more":1}',
        '{"type":"message","client_id":"x","text":"a\\u0000b"}',
        '{"type":"message","client_id":"x","text":"\\ud800"}',
        '{"type":"message","client_id":"\\udfff","text":"a"}',
        '{"type":"rating","client_id":"x","score":0}',
        '{"type":"rating","client_id":"x","score":8}',
        '{"type":"rating","client_id":"x","score":"7"}',
        '{"type":"rating","client_id":"x","score":6.5}',
        '{"type":"rating","client_id":"x","score":true}',
        '{"type":"read","seq":-1}',
        '{"type":"read","seq":1e400}',
        '{"type":"read","seq":NaN}',
        '{"type":"hello"}',
        '{"type":"hello","lang":"pl","after_seq":-1}',
        '{"type":"hello","lang":"pl","after_seq":99999999999}',
        '{"type":"hello","lang":"pl","visitor_token":7}',
        "[" * 100_000,
        '{"type":' * 50_000,
    ],
)
def test_a_bad_frame_is_refused(raw: str) -> None:
    with pytest.raises(BadFrameError) as caught:
        frames.parse(raw)
    assert caught.value.code == "invalid_frame"
    assert len(str(caught.value)) < 300


def test_the_sender_is_told_which_frame_it_was() -> None:
    with pytest.raises(BadFrameError) as caught:
        frames.parse(json.dumps({"type": "message", "client_id": ID, "text": ""}))
    assert caught.value.client_id == ID


def test_the_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(BadFrameError) as caught:
        frames.parse(json.dumps({"type": "message", "client_id": ID, "text": "", "iban": "PL61-SECRET"}))
    assert "SECRET" not in str(caught.value)


@given(st.text())
def test_any_text_is_a_frame_or_a_refusal(raw: str) -> None:
    with contextlib.suppress(BadFrameError):
        frames.parse(raw)


@given(st.text(min_size=1).filter(lambda t: t.strip() and "\x00" not in t))
def test_words_come_through_as_they_are(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    frame = frames.parse(json.dumps({"type": "message", "client_id": ID, "text": text}))
    assert isinstance(frame, frames.Text)
    assert frame.text == text
