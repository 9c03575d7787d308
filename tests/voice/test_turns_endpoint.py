"""When a turn ends: tables and properties over synthetic streams of voice."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turns.endpoint import (
    Endpointer,
    EndpointEvent,
    EndpointSettings,
    NoSpeech,
    Patience,
    SpeechEnded,
    SpeechStarted,
    TooLong,
)

FRAME = 0.02


def play(stream: str, endpointer: Endpointer | None = None) -> list[tuple[float, EndpointEvent]]:
    """Feed `#` as voice and anything else as silence; return what happened, and when."""
    turn = endpointer or Endpointer()
    happened = []
    for number, mark in enumerate(stream, 1):
        event = turn.feed(FRAME, mark == "#")
        if event is not None:
            happened.append((round(number * FRAME, 3), event))
    return happened


def test_speech_begins_ends_where_it_really_ended_and_nothing_comes_after() -> None:
    happened = play("." * 50 + "#" * 50 + "." * 500)
    assert [when for when, _ in happened] == [1.06, 2.46]
    started, ended = (event for _, event in happened)
    assert isinstance(started, SpeechStarted)
    assert isinstance(ended, SpeechEnded)
    assert started.speech_start == pytest.approx(1.0)
    assert ended.speech_end == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("patience", "silence"),
    [(Patience.COMPLETE, 0.26), (Patience.NORMAL, 0.46), (Patience.INSIDE_NUMBER, 0.9)],
)
def test_patience_says_how_much_silence_ends_a_turn(patience: Patience, silence: float) -> None:
    turn = Endpointer()
    turn.patience = patience
    when, event = play("#" * 20 + "." * 100, turn)[-1]
    assert isinstance(event, SpeechEnded)
    assert when == pytest.approx(0.4 + silence)


def test_patience_counts_from_the_next_frame_on() -> None:
    turn = Endpointer()
    assert len(play("#" * 20 + "." * 15, turn)) == 1
    turn.patience = Patience.COMPLETE
    assert isinstance(turn.feed(FRAME, False), SpeechEnded)

    turn = Endpointer()
    assert len(play("#" * 20 + "." * 20, turn)) == 1
    turn.patience = Patience.INSIDE_NUMBER
    assert play("." * 24, turn) == []
    assert turn.silence == pytest.approx(0.88)
    assert isinstance(turn.feed(FRAME, False), SpeechEnded)


@pytest.mark.parametrize(
    "stream",
    ["." * 400, "#." * 25 + "." * 400, "##..." * 40 + "." * 200, ("." * 20 + "##" + "." * 20) * 20],
    ids=["silence", "lone frames are denser than this", "pairs", "clicks"],
)
def test_less_than_60_ms_of_voice_is_no_speech(stream: str) -> None:
    if "#.#" in stream:
        stream = stream.replace("#.", "#....")
    happened = play(stream)
    assert [event for _, event in happened] == [NoSpeech()]
    assert happened[0][0] == pytest.approx(6.0)


def test_60_ms_of_voice_are_speech() -> None:
    assert isinstance(play("." * 10 + "###" + "." * 30)[0][1], SpeechStarted)


def test_speech_that_begins_at_the_last_moment_is_waited_for() -> None:
    events = [event for _, event in play("." * 298 + "#" * 20 + "." * 30)]
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded]
    happened = play("." * 298 + "##" + "." * 30)
    assert happened == [(6.02, NoSpeech())]


def test_a_turn_that_is_too_long_is_taken_as_it_is() -> None:
    happened = play("#" * 2000)
    assert happened[-1][0] == pytest.approx(20.0)
    assert isinstance(happened[-1][1], TooLong)
    assert happened[-1][1].speech_end == pytest.approx(20.0)


def test_a_pause_in_the_middle_ends_nothing_and_a_late_return_is_waited_for() -> None:
    assert len(play("#" * 20 + "." * 15 + "#" * 20 + "." * 15 + "#" * 20)) == 1
    returned_in_time = "#" * 20 + "." * 21 + "#" * 20 + "." * 23
    assert [type(event) for _, event in play(returned_in_time)] == [SpeechStarted, SpeechEnded]
    assert play(returned_in_time)[-1][0] == pytest.approx(84 * FRAME)


def test_lone_false_frames_keep_no_turn_open() -> None:
    """One in five, the worst that webrtcvad does in noise: the end is where it is without them."""
    for shift in range(5):
        false = ("." * shift + "#" + "." * (4 - shift)) * 40
        when, event = play("#" * 50 + "." * 5 + false)[-1]
        assert isinstance(event, SpeechEnded)
        assert event.speech_end == pytest.approx(1.0, abs=0.03)
        assert when <= 1.0 + 0.46 + 0.06


def test_a_tenth_of_false_frames_at_random_costs_little() -> None:
    rng = random.Random(11)
    late = []
    for _ in range(300):
        noise = "".join("#" if rng.random() < 0.1 else "." for _ in range(300))
        when, event = play("#" * 50 + noise)[-1]
        assert isinstance(event, SpeechEnded)
        late.append(when - 1.0)
    late.sort()
    assert late[150] <= 0.46
    assert late[int(0.9 * 300)] <= 0.6


@given(st.text("#.", max_size=1200), st.sampled_from(Patience))
def test_whatever_is_fed_the_rules_hold(stream: str, patience: Patience) -> None:
    settings = EndpointSettings()
    turn = Endpointer(settings)
    turn.patience = patience
    happened = play(stream, turn)
    kinds = [type(event) for _, event in happened]
    assert kinds in ([], [NoSpeech], [SpeechStarted], [SpeechStarted, SpeechEnded], [SpeechStarted, TooLong])
    assert turn.ended == bool(kinds and kinds[-1] is not SpeechStarted)
    if len(stream) * FRAME >= settings.max_seconds:
        assert turn.ended
    for when, event in happened:
        if isinstance(event, SpeechEnded):
            silence = when - event.speech_end
            assert settings.silence(patience) - 1e-3 <= silence
            told = stream[: round(when / FRAME)]
            assert told[round(event.speech_end / FRAME) - 1] == "#", "speech ends at voice"
        if isinstance(event, NoSpeech):
            assert settings.no_speech_seconds - 1e-3 <= when <= settings.no_speech_seconds + 0.1


@given(st.integers(5, 100), st.integers(0, 200), st.sampled_from([0.01, 0.02, 0.03]))
def test_frames_of_any_length_give_the_same_end(speech: int, lead: int, frame: float) -> None:
    turn, now = Endpointer(), 0.0
    begin, end = lead * 0.02, lead * 0.02 + speech * 0.02
    event: EndpointEvent | None = None
    while not isinstance(event, SpeechEnded):
        event = turn.feed(frame, begin - 1e-9 <= now < end - 1e-9)
        now += frame
    assert event.speech_end == pytest.approx(end, abs=0.031)
    assert now == pytest.approx(end + 0.45, abs=0.062)


@pytest.mark.parametrize(
    "wrong",
    [
        {"voice_seconds": 0.0},
        {"window_seconds": 0.05},
        {"complete_seconds": 0.5},
        {"no_speech_seconds": 30.0},
        {"inside_number_seconds": 0.4},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="needed"):
        EndpointSettings(**wrong)
    with pytest.raises(ValueError, match="longer"):
        Endpointer().feed(0.0, True)
