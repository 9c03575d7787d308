"""WAV files of every kind that operators have, and broken ones."""

import contextlib
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.speech_signals import spoken
from voice.audio import g711, pcm, wav


def riff(kind: int, channels: int, rate: int, bits: int, body: bytes, *, before: bytes = b"") -> bytes:
    block = channels * bits // 8
    shape = struct.pack("<HHIIHH", kind, channels, rate, rate * block, block, bits)
    rest = (
        before
        + b"fmt "
        + struct.pack("<I", len(shape))
        + shape
        + b"data"
        + struct.pack("<I", len(body))
        + body
    )
    return b"RIFF" + struct.pack("<I", 4 + len(rest)) + b"WAVE" + rest


RAMP = np.linspace(-20000, 20000, 800).astype("<i2")


def error(got: bytes, wanted: "np.ndarray[tuple[int], np.dtype[np.int16]]" = RAMP) -> int:
    return int(np.abs(pcm.samples(got).astype(int) - wanted.astype(int)).max())


def test_what_is_written_is_read_again_by_us_and_by_others(tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    wav.write(path, RAMP.tobytes())
    assert wav.read(path) == RAMP.tobytes()
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.readframes(10_000) == RAMP.tobytes()


def test_every_sample_format_is_read() -> None:
    wide = RAMP.astype(np.int32) * 65536
    packed24 = wide.astype("<i4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()
    unsigned = (RAMP // 256 + 128).astype(np.uint8).tobytes()
    assert error(wav.parse(riff(1, 1, 8000, 32, wide.tobytes()))) <= 1
    assert error(wav.parse(riff(1, 1, 8000, 24, packed24))) <= 1
    assert error(wav.parse(riff(1, 1, 8000, 8, unsigned))) <= 256
    assert error(wav.parse(riff(3, 1, 8000, 32, (RAMP / 32767).astype("<f4").tobytes()))) <= 1
    assert error(wav.parse(riff(3, 1, 8000, 64, (RAMP / 32767).astype("<f8").tobytes()))) <= 1
    assert error(wav.parse(riff(7, 1, 8000, 8, g711.ulaw_encode(RAMP.tobytes())))) <= 600
    assert error(wav.parse(riff(6, 1, 8000, 8, g711.alaw_encode(RAMP.tobytes())))) <= 600


def test_channels_are_mixed_rates_are_resampled_and_other_chunks_passed_over() -> None:
    stereo = np.stack((RAMP, RAMP), axis=1).tobytes()
    assert error(wav.parse(riff(1, 2, 8000, 16, stereo, before=b"LIST\x03\0\0\0abc\0"))) == 0
    resampled = wav.parse(riff(1, 1, 44100, 16, bytes(2 * 44100)))
    assert len(resampled) == 16000


def test_not_a_number_and_infinity_are_no_noise() -> None:
    floats = np.array([np.nan, np.inf, -np.inf, 0.5], dtype="<f4").tobytes()
    assert pcm.samples(wav.parse(riff(3, 1, 8000, 32, floats))).tolist() == [0, 32767, -32767, 16384]


def test_a_file_that_was_cut_off_or_never_finished_gives_what_is_there() -> None:
    whole = wav.pack(RAMP.tobytes())
    assert wav.parse(whole[:-101]) == RAMP.tobytes()[:-102]
    assert wav.parse(wav.header(0) + RAMP.tobytes()) == RAMP.tobytes()
    assert wav.parse(wav.header(0xFFFFFFF0 - 36) + RAMP.tobytes()) == RAMP.tobytes()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "RIFF"),
        (b"ID3\x04" + bytes(100), "RIFF"),
        (riff(85, 1, 8000, 8, b"mp3"), "format 85"),
        (riff(1, 0, 8000, 16, b"ab"), "0 channels"),
        (riff(1, 1, 8, 16, b"ab"), "8 Hz"),
        (riff(1, 1, 8000, 16, b""), "no audio"),
        (riff(3, 1, 8000, 16, b"ab"), "make no sense"),
        (b"RIFF\x04\0\0\0WAVE", "no format"),
        (b"RIFF\x04\0\0\0WAVEdata\x02\0\0\0ab", "before its format"),
        (b"RIFF\x04\0\0\0WAVEfmt \x04\0\0\0abcd", "cut off"),
    ],
)
def test_a_broken_file_is_an_error_that_says_why(data: bytes, why: str) -> None:
    with pytest.raises(wav.WavError, match=why) as caught:
        wav.parse(data)
    assert caught.value.code == "invalid_audio"


@given(st.binary(max_size=200), st.integers(0, 60))
def test_any_bytes_are_audio_or_a_wav_error(junk: bytes, at: int) -> None:
    whole = bytearray(riff(1, 2, 16000, 16, bytes(64)))
    whole[at : at + len(junk)] = junk
    with contextlib.suppress(wav.WavError):
        assert len(wav.parse(bytes(whole))) % 2 == 0


def test_a_file_that_is_far_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.wav"
    with path.open("wb") as file:
        file.write(wav.header(0))
        file.truncate(wav.MAX_BYTES + 10)
    with pytest.raises(wav.WavError, match="64 MB"):
        wav.read(path)


def test_espeaks_own_files_are_read() -> None:
    assert pcm.seconds(spoken("hello", "en")) > 0.3
    assert pcm.level(spoken("hello", "en")) > -40
