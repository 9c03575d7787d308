"""What the caller hears: the queue, stopping without a click, music, a live voice."""

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio import pcm
from voice.playout import LiveSource, Played, Playout, PlayoutFullError

LOUD = 10_000


def steady(seconds: float, value: int = LOUD) -> bytes:
    return np.full(round(seconds * pcm.RATE), value, dtype="<i2").tobytes()


def tone(seconds: float, hertz: float = 200.0) -> bytes:
    at = np.arange(round(seconds * pcm.RATE)) / pcm.RATE
    return pcm.saturated(np.rint(LOUD * np.sin(2 * np.pi * hertz * at)))


def take(playout: Playout, count: int) -> bytes:
    taken = [playout.next_frame() for _ in range(count)]
    assert all(len(frame) == pcm.FRAME_BYTES for frame in taken)
    return b"".join(taken)


def steepest(audio: bytes) -> int:
    return int(np.abs(np.diff(pcm.samples(audio).astype(int))).max())


async def test_silence_where_nothing_is_said() -> None:
    assert take(Playout(), 3) == pcm.SILENCE * 3


async def test_clips_follow_each_other_without_a_gap_and_tell_their_end() -> None:
    playout = Playout()
    first, second = playout.play(steady(0.03), name="one"), playout.play(steady(0.02, 5), name="two")
    assert playout.busy
    audio = take(playout, 3)
    assert audio == (steady(0.03) + steady(0.02, 5)).ljust(960, b"\0")
    assert await first == Played("one", True, 0.03)
    assert await second == Played("two", True, 0.02)
    assert not playout.busy


async def test_nothing_to_say_is_over_at_once() -> None:
    assert (await Playout().play(b"", name="empty")).completed


async def test_stopping_fades_within_5_ms_and_tells_how_far_it_came() -> None:
    playout = Playout()
    heard, waiting = playout.play(tone(1.0), name="heard"), playout.play(tone(1.0), name="waiting")
    before = take(playout, 5)
    assert playout.stop() == 2
    after = take(playout, 2)
    assert await heard == Played("heard", False, 0.1)
    assert await waiting == Played("waiting", False, 0.0)
    assert steepest(before + after) <= steepest(tone(1.0)) * 1.3
    assert np.abs(pcm.samples(after)[40:]).max() == 0
    assert pcm.samples(after)[:20].any()


async def test_what_must_be_heard_is_not_stopped() -> None:
    playout = Playout()
    law = playout.play(steady(0.1), name="automaton", interruptible=False)
    chat = playout.play(steady(0.1, 1), name="question")
    take(playout, 2)
    assert not playout.interruptible
    assert playout.stop() == 1
    assert await chat == Played("question", False, 0.0)
    take(playout, 3)
    assert (await law).completed


async def test_giving_up_waiting_stops_nothing() -> None:
    playout = Playout()
    playing = playout.play(steady(0.04), name="clip")

    async def wait() -> None:
        await playing

    waiter = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    take(playout, 2)
    assert (await playing).completed


async def test_the_queue_is_bounded_by_number_and_by_length() -> None:
    playout = Playout(max_clips=2, max_seconds=1.0)
    playout.play(steady(5.0), name="one long clip is taken")
    with pytest.raises(PlayoutFullError):
        playout.play(steady(0.1), name="but nothing after it")
    playout.stop()
    playout.play(steady(0.1), name="one")
    playout.play(steady(0.1), name="two")
    with pytest.raises(PlayoutFullError):
        playout.play(steady(0.1), name="three")
    playout.close()


async def test_music_goes_round_quietly_under_a_clip_and_ends_without_a_click() -> None:
    playout = Playout()
    playout.loop(tone(0.25))
    around = take(playout, 25)
    assert around == tone(0.25) * 2
    playout.play(steady(0.04, 0), name="position")
    assert pcm.level(take(playout, 2)) < pcm.level(tone(0.25)) - 15
    assert pcm.level(take(playout, 2)) == pytest.approx(pcm.level(tone(0.25)), abs=1)
    before = take(playout, 1)
    playout.loop(None)
    after = take(playout, 2)
    assert steepest(before + after) <= steepest(tone(1.0)) * 1.3
    assert take(playout, 1) == pcm.SILENCE


async def test_a_loop_shorter_than_a_frame_goes_round_too() -> None:
    playout = Playout()
    playout.loop(tone(0.005))
    assert take(playout, 2) == tone(0.005) * 8


async def test_a_live_voice_is_heard_after_60_ms_and_silence_covers_what_is_missing() -> None:
    playout, source = Playout(), LiveSource()
    playout.live(source)
    assert take(playout, 1) == pcm.SILENCE
    source.feed(steady(0.04))
    assert take(playout, 1) == pcm.SILENCE
    source.feed(steady(0.03))
    heard = take(playout, 5)
    assert pcm.samples(heard)[:520].min() == LOUD
    assert not pcm.samples(heard)[560:].any()
    source.feed(steady(0.06))
    assert pcm.samples(take(playout, 1)).min() == LOUD


async def test_a_source_that_floods_loses_the_oldest() -> None:
    source = LiveSource()
    for number in range(1, 101):
        source.feed(steady(0.02, number))
        assert source.buffer.depth_seconds <= 0.4
    assert source.buffer.dropped_seconds > 1.5
    newest = b"".join(source.next_frame() for _ in range(int(source.buffer.depth_seconds / 0.02)))
    assert pcm.samples(newest)[-1] == 100


async def test_mute_and_hold_keep_the_voice_away_and_nothing_of_it_comes_late() -> None:
    playout, source = Playout(), LiveSource()
    playout.live(source)

    def said(value: int) -> bytes:
        source.feed(steady(0.02, value))
        return playout.next_frame()

    for _ in range(5):
        said(100)
    playout.muted = True
    faded = said(200) + said(200)
    assert np.abs(pcm.samples(faded)[40:]).max() == 0
    playout.hold(tone(0.2))
    assert pcm.level(said(200)) > -20
    for _ in range(5):
        said(200)
    playout.unhold()
    frames = [said(300) for _ in range(8)]
    assert pcm.samples(frames[-1]).tolist() == [300] * 160
    playout.live(None)
    assert np.abs(pcm.samples(take(playout, 2))[40:]).max() == 0


async def test_a_clip_is_mixed_over_a_live_voice_and_never_wraps() -> None:
    playout, source = Playout(), LiveSource()
    playout.live(source)
    source.feed(steady(0.1, 30_000))
    playout.play(steady(0.06, 30_000), name="beep")
    assert pcm.samples(take(playout, 3)).max() == 32_767


async def test_closing_ends_everything_for_good() -> None:
    playout = Playout()
    law = playout.play(steady(1.0), name="law", interruptible=False)
    take(playout, 1)
    playout.close()
    assert await law == Played("law", False, 0.02)
    take(playout, 1)
    late = playout.play(steady(1.0), name="late")
    playout.loop(steady(1.0))
    playout.live(LiveSource())
    assert not (await late).completed
    assert take(playout, 2) == pcm.SILENCE * 2


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(0, 5000)),
        st.tuples(st.just("feed"), st.integers(0, 5000)),
        st.tuples(
            st.sampled_from(["stop", "loop", "unloop", "live", "unlive", "hold", "unhold"]), st.just(0)
        ),
        st.tuples(st.just("frames"), st.integers(1, 30)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS)
def test_whatever_is_asked_for_a_frame_is_a_frame_and_every_clip_ends(actions: list[tuple[str, int]]) -> None:
    async def script() -> None:
        playout, source, clips = Playout(max_clips=100), LiveSource(), []
        simple = {
            "stop": playout.stop,
            "loop": lambda: playout.loop(b"ab" * 100),
            "unloop": lambda: playout.loop(None),
            "live": lambda: playout.live(source),
            "unlive": lambda: playout.live(None),
            "hold": lambda: playout.hold(b"cd" * 300),
            "unhold": playout.unhold,
        }
        for what, number in actions:
            if what == "play":
                clips.append(playout.play(bytes(number), name="clip"))
            elif what == "feed":
                source.feed(b"\x01" * number)
            elif what == "frames":
                take(playout, number)
            else:
                simple[what]()
        playout.close()
        for clip in clips:
            played = await clip
            assert 0 <= played.played_seconds <= pcm.seconds(clip.pcm)
            assert played.completed == (played.played_seconds == pcm.seconds(clip.pcm))
        take(playout, 1)
        assert take(playout, 1) == pcm.SILENCE

    asyncio.run(script())
