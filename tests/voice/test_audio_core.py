"""Frames, G.711, resampling: against published values and for any input."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio import g711, pcm
from voice.audio.resample import Resampler, resample

CHUNKS = st.lists(st.binary(max_size=900), max_size=20)


@given(chunks=CHUNKS)
def test_any_bytes_in_any_chunking_become_whole_frames(chunks: list[bytes]) -> None:
    framer = pcm.Framer()
    frames = [frame for chunk in chunks for frame in framer.feed(chunk)]
    assert all(len(frame) == pcm.FRAME_BYTES for frame in frames)
    whole = b"".join(chunks)
    assert b"".join(frames) == whole[: len(whole) // pcm.FRAME_BYTES * pcm.FRAME_BYTES]
    rest = whole[len(b"".join(frames)) :]
    last = framer.flush()
    assert (last or b"").rstrip(b"\0") == rest[: len(rest) // 2 * 2].rstrip(b"\0")
    assert last is None or len(last) == pcm.FRAME_BYTES
    assert framer.flush() is None


def test_levels_are_told_below_full_scale() -> None:
    square = np.full(160, -32768, dtype="<i2").tobytes()
    assert pcm.level(square) == pytest.approx(0.0)
    assert pcm.level(pcm.SILENCE) == -100.0
    assert pcm.level(b"") == -100.0
    assert pcm.seconds(pcm.SILENCE) == pcm.FRAME_SECONDS


def values(coded: bytes, law: str) -> list[int]:
    decode = g711.ulaw_decode if law == "ulaw" else g711.alaw_decode
    return [int(value) for value in pcm.samples(decode(coded))]


def test_mu_law_decodes_as_table_2_of_g711_says() -> None:
    """Table 2a gives 14-bit values at the segments' ends; 16 bits are four times them."""
    codes = bytes([0x80, 0x8F, 0x9F, 0xAF, 0xBF, 0xCF, 0xDF, 0xEF, 0xFE, 0xFF])
    table = [8031, 4191, 2079, 1023, 495, 231, 99, 33, 2, 0]
    assert values(codes, "ulaw") == [4 * value for value in table]


def test_a_law_decodes_as_table_1_of_g711_says() -> None:
    """Table 1a gives 13-bit values (4096 is full scale); codes with the even bits inverted."""
    codes = bytes(code ^ 0x55 for code in (0xFF, 0xF0, 0xEF, 0xE0, 0xD0, 0xC0, 0xB0, 0xA0, 0x90, 0x80))
    table = [4032, 2112, 2016, 1056, 528, 264, 132, 66, 33, 1]
    assert values(codes, "alaw") == [8 * value for value in table]


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_all_256_codes_are_symmetrical_and_come_back(law: str) -> None:
    everything = bytes(range(256))
    decoded = values(everything, law)
    assert [-value for value in decoded[:128]] == decoded[128:]
    encode = g711.ulaw_encode if law == "ulaw" else g711.alaw_encode
    decode = g711.ulaw_decode if law == "ulaw" else g711.alaw_decode
    again = encode(decode(everything))
    different = [code for code, back in zip(everything, again, strict=True) if code != back]
    assert different == ([0x7F] if law == "ulaw" else []), "mu-law has two zeros, the positive one is sent"


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_every_sample_comes_back_within_its_segments_step(law: str) -> None:
    encode = g711.ulaw_encode if law == "ulaw" else g711.alaw_encode
    every = np.arange(-32768, 32768, dtype="<i2")
    back = np.array(values(encode(every.tobytes()), law))
    assert (np.diff(back) >= 0).all()
    error = np.abs(back - every.astype(int))
    assert (error <= np.maximum(8, np.abs(every.astype(int)) / 16 * 0.55 + 8)).all()
    assert back[0] == -back[-1]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError):
        g711.ulaw_encode(b"\0")


RATES = list(itertools.permutations((8000, 16000, 22050, 24000, 44100, 48000), 2))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RATES), CHUNKS)
def test_a_stream_is_as_long_as_it_lasted_however_it_is_cut(
    rates: tuple[int, int], chunks: list[bytes]
) -> None:
    cut, whole = Resampler(*rates), Resampler(*rates)
    joined = b"".join(chunks)
    by_chunks = b"".join(cut.feed(chunk) for chunk in chunks) + cut.flush()
    at_once = whole.feed(joined) + whole.flush()
    assert len(by_chunks) // 2 == -(-(len(joined) // 2) * rates[1] // rates[0])
    assert len(at_once) == len(by_chunks)
    difference = pcm.samples(by_chunks).astype(int) - pcm.samples(at_once).astype(int)
    assert not len(difference) or np.abs(difference).max() <= 1
    assert cut.feed(b"") == b""


def tone(hertz: float, rate: int, *, seconds: float = 1.0, amplitude: float = 8000) -> bytes:
    at = np.arange(round(seconds * rate)) / rate
    return pcm.saturated(np.rint(amplitude * np.sin(2 * np.pi * hertz * at)))


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_a_tone_of_the_telephone_band_passes_in_time_and_level(rate_in: int, rate_out: int) -> None:
    resampler = Resampler(rate_in, rate_out)
    got = resampler.feed(tone(3000, rate_in)) + resampler.flush()
    wanted = pcm.samples(tone(3000, rate_out)).astype(int)
    middle = slice(rate_out // 10, -rate_out // 10)
    assert np.abs(pcm.samples(got).astype(int)[: len(wanted)] - wanted)[middle].max() <= 16


@pytest.mark.parametrize("rate_in", [16000, 22050, 44100, 48000])
@pytest.mark.parametrize("hertz", [4200, 5000, 6500, 7900])
def test_what_is_above_the_band_never_comes_back_as_an_alias(rate_in: int, hertz: int) -> None:
    streamed = Resampler(rate_in, 8000)
    for got in (streamed.feed(tone(hertz, rate_in)), resample(tone(hertz, rate_in), rate_in, 8000)):
        assert pcm.level(got[1600:-1600]) < pcm.level(tone(hertz, rate_in)) - 65


def test_a_stream_holds_back_less_than_five_milliseconds() -> None:
    for rate_in, rate_out in RATES:
        resampler = Resampler(rate_in, rate_out)
        given_, got = 0.0, 0.0
        for _ in range(20):
            got += len(resampler.feed(bytes(2 * (rate_in // 50)))) / 2 / rate_out
            given_ += (rate_in // 50) / rate_in
            if min(rate_in, rate_out) >= 8000:
                assert given_ - got < 0.005


def test_rates_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Resampler(0, 8000)
    with pytest.raises(ValueError, match="sample rate"):
        resample(b"", 8000, 1_000_000)
