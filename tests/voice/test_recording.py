"""Recordings: two channels side by side, nothing lost but the last second, pauses, mending, waveforms."""

import asyncio
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.speech_signals import noisy, spoken, white
from voice.audio import pcm, wav
from voice.recording import InboundBuffer, Recorder, RecordingError, duration, peaks, recover

ROOT = Path(__file__).resolve().parent.parent.parent


def frame(value: int) -> bytes:
    return np.full(pcm.FRAME_SAMPLES, value, dtype="<i2").tobytes()


def channels(path: Path) -> "tuple[list[int], list[int]]":
    """Both channels, one value a frame."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return both[::160, 0].tolist(), both[::160, 1].tolist()


async def test_left_is_the_caller_and_right_the_house(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "2026" / "11" / "call.wav")
    for number in range(60):
        recorder.tick(frame(number), frame(-number))
    recorded = await recorder.close()
    assert recorded.seconds == duration(recorded.path) == pytest.approx(1.2)
    assert (recorded.dropped_seconds, recorded.error) == (0.0, None)
    assert channels(recorded.path) == (list(range(60)), [-number for number in range(60)])
    assert stat.S_IMODE(recorded.path.stat().st_mode) == 0o600
    for folder in (recorded.path.parent, recorded.path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    recorder.tick(frame(1), frame(1))
    assert (await recorder.close()).seconds == pytest.approx(1.2)


async def test_while_it_is_paused_there_is_silence_and_time_goes_on(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.wav")
    for number in range(1, 31):
        if number == 11:
            recorder.pause()
        if number == 21:
            recorder.resume()
        recorder.tick(frame(number), frame(number))
    caller, house = channels((await recorder.close()).path)
    assert caller == house == [*range(1, 11), *([0] * 10), *range(21, 31)]


async def test_the_file_is_whole_while_it_is_written(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.wav")
    for _ in range(50):
        recorder.tick(frame(7), frame(8))
    async with asyncio.timeout(30):
        while not recorder.path.exists() or recorder.path.stat().st_size < 44 + 50 * 640:
            await asyncio.sleep(0.02)
        while channels(recorder.path)[0] != [7] * 50:
            await asyncio.sleep(0.02)
    await recorder.close()


async def test_a_disk_that_does_not_keep_up_costs_bounded_memory_and_the_gap_stays_as_silence(
    tmp_path: Path,
) -> None:
    """A hundred ticks come at once, before the writer has written any, and only ten may wait."""
    target = tmp_path / "call.wav"
    recorder = Recorder(target, max_pending_seconds=0.2)
    for number in range(1, 101):
        recorder.tick(frame(number), frame(number))
    dropped = recorder.dropped_seconds
    assert 0 < dropped <= 1.8 + 1e-9
    async with asyncio.timeout(30):
        while not target.exists() or duration(target) < 2.0:
            await asyncio.sleep(0.02)
    recorder.tick(frame(101), frame(101))
    recorded = await recorder.close()
    assert recorded.dropped_seconds == dropped
    caller, _ = channels(target)
    assert len(caller) == 101
    assert caller[-1] == 101
    assert caller.count(0) == round(dropped / 0.02)
    assert all(value in (0, number) for number, value in enumerate(caller, 1))


async def test_what_cannot_be_written_is_told_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"somebody else's")
    recorder = Recorder(tmp_path / "call.wav")
    recorder.tick(frame(1), frame(1))
    recorded = await recorder.close()
    assert recorded.error == "File exists"
    assert recorded.dropped_seconds == pytest.approx(0.02)
    assert (tmp_path / "call.wav").read_bytes() == b"somebody else's"


async def test_a_disk_that_is_full_for_a_while_costs_only_that_while(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    recorder = Recorder(tmp_path / "call.wav")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    recorder.tick(frame(1), frame(1))
    async with asyncio.timeout(30):
        while not recorder.path.exists() or duration(recorder.path) < 0.02:
            await asyncio.sleep(0.02)
        resource.setrlimit(resource.RLIMIT_FSIZE, (recorder.path.stat().st_size, before[1]))
        try:
            recorder.tick(frame(2), frame(2))
            while recorder.error is None:
                await asyncio.sleep(0.02)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    recorder.tick(frame(3), frame(3))
    recorded = await recorder.close()
    assert channels(recorded.path) == ([1, 0, 3], [1, 0, 3])
    assert recorded.dropped_seconds == pytest.approx(0.02)
    assert recorded.error == "File too large"


async def test_a_frame_of_another_length_is_refused(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.wav")
    with pytest.raises(ValueError, match="320"):
        recorder.tick(frame(1), b"\0\0")
    assert (await recorder.close()).seconds == 0
    assert duration(tmp_path / "call.wav") == 0


def test_a_process_that_is_killed_loses_at_most_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/voice/recording_child.py"), str(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    with child, child.stdout as lines:
        ticks = 0
        while ticks < 150:
            ticks = int(lines.readline())
        child.send_signal(signal.SIGKILL)
        rest = lines.read().split()
        ticks = int(rest[-1]) if rest else ticks
    seconds = recover(path)
    assert seconds >= ticks * 0.02 - 1.0
    caller, house = channels(path)
    assert len(caller) == seconds / 0.02
    assert set(caller) == {1}
    assert set(house) == {2}


def recording(path: Path, both: "np.ndarray[tuple[int, int], np.dtype[np.int16]]") -> Path:
    path.write_bytes(wav.header(both.size * 2, channels=2) + both.astype("<i2").tobytes())
    return path


@given(cut=st.integers(0, 2000), length=st.integers(0, 500))
def test_wherever_a_file_was_cut_it_is_mended(
    tmp_path_factory: pytest.TempPathFactory, cut: int, length: int
) -> None:
    both = np.arange(2 * length).reshape(-1, 2)
    path = recording(tmp_path_factory.mktemp("cut") / "call.wav", both.astype(np.int16))
    data = bytearray(path.read_bytes()[: max(0, path.stat().st_size - cut)])
    data[40:44] = bytes(len(data[40:44]))
    data[4:8] = bytes(len(data[4:8])) if len(data) >= 44 else data[4:8]
    if len(data) < 44:
        data = bytearray(wav.header(0, channels=2)[: len(data)])
    path.write_bytes(data)
    blocks = max(0, len(data) - 44) // 4
    for _ in range(2):
        assert recover(path) == blocks / 8000
        with wave.open(str(path)) as file:
            assert file.getnframes() == blocks
            assert file.readframes(blocks) == both[:blocks].astype("<i2").tobytes()
        assert path.stat().st_size == 44 + 4 * blocks


@pytest.mark.parametrize(
    "data", [b"%PDF", b"%PDF" * 100, wav.pack(pcm.SILENCE), wav.header(640, channels=2, rate=16000)]
)
def test_what_is_no_recording_is_refused_and_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(data)
    for work in (recover, duration, lambda given_path: peaks(given_path, 10)):
        with pytest.raises(RecordingError, match="not a recording"):
            work(path)
    assert path.read_bytes() == data


@pytest.mark.parametrize("length", [0, 1, 43])
def test_who_looks_before_the_header_is_written_sees_an_empty_recording(tmp_path: Path, length: int) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(wav.header(0, channels=2)[:length])
    assert duration(path) == 0
    assert peaks(path, 10) == ([], [])
    assert path.stat().st_size == length


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_peaks_are_the_lowest_and_highest_of_each_part(
    tmp_path_factory: pytest.TempPathFactory, length: int, buckets: int, seed: int
) -> None:
    both = np.random.default_rng(seed).integers(-32768, 32768, (length, 2)).astype(np.int16)
    path = recording(tmp_path_factory.mktemp("peaks") / "call.wav", both)
    got = peaks(path, buckets)
    count = min(buckets, length)
    numbers = np.arange(length) * count // max(length, 1)
    for channel, pairs in enumerate(got):
        assert len(pairs) == count
        for number, (low, high) in enumerate(pairs):
            part = both[numbers == number, channel].astype(int)
            assert (low, high) == tuple(np.rint(np.array([part.min(), part.max()]) * 127 / 32768))
            assert -127 <= low <= high <= 127


def test_peaks_of_a_long_recording_cross_the_pieces_it_is_read_in(tmp_path: Path) -> None:
    both = np.zeros((200_000, 2), dtype=np.int16)
    both[150_000, 0], both[65_536, 1] = 32767, -32768
    caller, house = peaks(recording(tmp_path / "call.wav", both), 100)
    assert caller == [(0, 127) if number == 75 else (0, 0) for number in range(100)]
    assert house == [(-127, 0) if number == 32 else (0, 0) for number in range(100)]
    with pytest.raises(ValueError):
        peaks(tmp_path / "call.wav", 0)


def arrivals(ticks: int, *, jitter: float, drift: float, seed: int) -> list[list[int]]:
    """For each tick, the numbers of the frames that arrive in it: in order, each late by up to `jitter`."""
    rng = random.Random(seed)
    arriving: list[list[int]] = [[] for _ in range(ticks)]
    latest = 0.0
    for number in range(ticks):
        latest = max(latest, number * 0.02 * (1 - drift) + rng.uniform(0, jitter))
        if int(latest / 0.02) < ticks:
            arriving[int(latest / 0.02)].append(number)
    return arriving


@pytest.mark.parametrize("drift", [0.0, 100e-6, -100e-6])
def test_over_an_hour_the_caller_stays_within_100_ms(drift: float) -> None:
    """The number of each frame is in its samples, so what comes out tells when it was said."""
    buffer, worst, given_out = InboundBuffer(), 0.0, 0
    for tick, numbers in enumerate(arrivals(180_000, jitter=0.06, drift=drift, seed=5)):
        for number in numbers:
            buffer.feed((number % 30_000 + 1).to_bytes(2, "little") * 160)
        marked = int.from_bytes(buffer.next_frame()[200:202], "little")
        if marked:
            said = tick + (marked - 1 - tick + 15_000) % 30_000 - 15_000
            sent_at = said * 0.02 * (1 - drift)
            worst = max(worst, abs(tick * 0.02 - sent_at))
            given_out += 1
    assert worst <= 0.1
    assert given_out > 179_900 * (1 - 2e-4)
    assert buffer.depth_seconds <= 0.1


def test_what_a_stalled_network_brings_at_once_does_not_stay_late() -> None:
    buffer = InboundBuffer()
    for tick in range(1000):
        numbers = range(tick, tick + 1) if not 200 <= tick <= 240 else range(0)
        for number in range(200, 241) if tick == 240 else numbers:
            buffer.feed(frame(number + 1))
        out = int(pcm.samples(buffer.next_frame())[100])
        if tick >= 540:
            assert tick - (out - 1) <= 5
    assert buffer.dropped_seconds == pytest.approx(buffer.starved_seconds, abs=0.1)


def test_a_buffer_is_bounded_and_silent_when_starved() -> None:
    buffer = InboundBuffer()
    assert buffer.next_frame() == pcm.SILENCE
    assert buffer.starved_seconds == 0
    buffer.feed(bytes(16_000 * 60))
    assert buffer.depth_seconds <= 1.0
    while buffer.depth_seconds:
        buffer.next_frame()
    assert buffer.next_frame() == pcm.SILENCE


@settings(max_examples=60)
@given(st.lists(st.one_of(st.binary(max_size=2000), st.none()), max_size=60))
def test_any_chunks_come_out_as_whole_frames(steps: "list[bytes | None]") -> None:
    buffer = InboundBuffer()
    for step in steps:
        if step is None:
            assert len(buffer.next_frame()) == pcm.FRAME_BYTES
        else:
            buffer.feed(step)
        assert buffer.depth_seconds <= 1.0


def test_dropping_never_clicks() -> None:
    at = np.arange(8000 * 3) / 8000
    tone = pcm.saturated(np.rint(8000 * np.sin(2 * np.pi * 150 * at)))
    buffer = InboundBuffer()
    buffer.feed(tone[:4000])
    out = b""
    for begin in range(4000, len(tone), 320):
        buffer.feed(tone[begin : begin + 320])
        out += buffer.next_frame()
    assert buffer.dropped_seconds > 0.1
    assert np.abs(np.diff(pcm.samples(out).astype(int))).max() < 1600


async def test_speech_comes_back_from_a_recording_as_it_was(tmp_path: Path) -> None:
    said = spoken("where is my order", "en")
    recorder = Recorder(tmp_path / "call.wav")
    for heard in pcm.Framer().feed(noisy(said, white(10, 1), 25)):
        recorder.tick(heard, pcm.SILENCE)
    await recorder.close()
    caller, house = peaks(recorder.path, 50)
    assert max(high for _, high in caller) > 20
    assert set(house) == {(0, 0)}
