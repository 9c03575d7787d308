"""The protocol between gateway and speech workers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.stt.frames import (
    MAX_PAYLOAD,
    Frame,
    FrameBuffer,
    FrameError,
    Kind,
    encode,
    read_request,
    read_transcript,
    write_request,
    write_transcript,
)
from voice.stt.recogniser import Request, Transcript, Word

FRAMES = st.lists(
    st.tuples(st.sampled_from(Kind), st.integers(0, 2**32 - 1), st.binary(max_size=300)), max_size=20
)


@given(FRAMES, st.integers(1, 50))
def test_frames_arrive_whole_however_the_stream_is_cut(
    sent: list[tuple[Kind, int, bytes]], piece: int
) -> None:
    stream = b"".join(encode(*one) for one in sent)
    buffer = FrameBuffer()
    got: list[Frame] = []
    for at in range(0, len(stream), piece):
        got += buffer.feed(stream[at : at + piece])
    assert got == [Frame(*one) for one in sent]


def test_a_length_out_of_bounds_is_refused_before_it_is_read() -> None:
    with pytest.raises(FrameError):
        FrameBuffer().feed(b"\x02\0\0\0\x01\xff\xff\xff\xff")
    with pytest.raises(FrameError):
        encode(Kind.AUDIO, 1, bytes(MAX_PAYLOAD + 1))


def test_requests_and_transcripts_come_back_as_they_were() -> None:
    request = Request("pl", "order_number", ("oc siedem", "łódź"))
    assert read_request(write_request(request, partials=True)) == (request, True)
    heard = Transcript(
        "dwa pięć", (Word("dwa", 0.5, 0.1, 0.2), Word("pięć", 1.0, 0.2, 0.4)), ("dwa",), 1.5, 0.02, True
    )
    assert read_transcript(write_transcript(heard)) == heard
