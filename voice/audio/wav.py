"""WAV files from anywhere into the house's audio, and back.

PCM of 8 to 32 bits, float, A-law and mu-law, any rate and number of channels (Microsoft's "Multiple Channel
Audio Data and WAVE Files"). What comes from operators is checked: a broken file is an error that says what
is wrong, never noise on a call. Reading and resampling are CPU-bound and block: call them in a thread.
"""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import InvalidInputError
from voice.audio import g711
from voice.audio.pcm import RATE, samples, saturated
from voice.audio.resample import MAX_RATE, MIN_RATE, resample

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read at once; ten minutes of CD audio are 105 MB, of telephone audio 10 MB."""

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_MAX_CHANNELS = 32


class WavError(InvalidInputError):
    """A file is no WAV that can be read; the text says why."""

    code = "invalid_audio"


def header(data_bytes: int, *, channels: int = 1, rate: int = RATE) -> bytes:
    """Return the 44 bytes before `data_bytes` of 16-bit PCM."""
    block = 2 * channels
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16),
        *(_PCM, channels, rate, rate * block, block, 16),
        *(b"data", data_bytes),
    )


def pack(pcm: bytes) -> bytes:
    """Return the house's audio as a whole WAV file."""
    return header(len(pcm)) + pcm


def write(path: Path, pcm: bytes) -> None:
    """Write the house's audio as a WAV file."""
    path.write_bytes(pack(pcm))


def read(path: Path) -> bytes:
    """Read a WAV file as 8 kHz mono PCM. Raises `WavError`, and `OSError` where there is no such file."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise WavError(f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    return parse(data)


def parse(data: bytes) -> bytes:
    """Return a WAV file's audio as 8 kHz mono PCM; several channels are mixed. Raises `WavError`.

    A file that was cut off, or whose header was never completed, gives what is there.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError("not a WAV file: it does not begin with RIFF and WAVE")
    chunk_at, shape = 12, None
    while chunk_at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, chunk_at)
        body = data[chunk_at + 8 : chunk_at + 8 + size]
        if name == b"fmt ":
            shape = _shape(body)
        elif name == b"data":
            if shape is None:
                raise WavError("the audio comes before its format")
            return _decode(body or data[chunk_at + 8 :], *shape)
        chunk_at += 8 + size + size % 2
    raise WavError("no audio in the file" if shape else "no format in the file")


def _shape(body: bytes) -> tuple[int, int, int, int]:
    """Return format, channels, rate and bytes a sample."""
    if len(body) < 16:
        raise WavError("the format is cut off")
    kind, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE:
        if len(body) < 26:
            raise WavError("the extensible format is cut off")
        kind = struct.unpack_from("<H", body, 24)[0]
    if not 1 <= channels <= _MAX_CHANNELS:
        raise WavError(f"{channels} channels; 1 to {_MAX_CHANNELS} are read")
    if not MIN_RATE <= rate <= MAX_RATE:
        raise WavError(f"{rate} Hz; {MIN_RATE} to {MAX_RATE} Hz are read")
    width, rest = divmod(block, channels)
    widths = {_PCM: (1, 2, 3, 4), _FLOAT: (4, 8), _ALAW: (1,), _ULAW: (1,)}.get(kind)
    if widths is None:
        raise WavError(f"format {kind} is not read; save it as PCM, 16 bit")
    if rest or width not in widths or width != (bits + 7) // 8:
        raise WavError(f"{bits} bits in blocks of {block} bytes for {channels} channels make no sense")
    return kind, channels, rate, width


def _decode(body: bytes, kind: int, channels: int, rate: int, width: int) -> bytes:
    body = body[: len(body) // (channels * width) * channels * width]
    if not body:
        raise WavError("no audio in the file")
    if channels == 1 and kind == _PCM and width == 2:
        return resample(body, rate, RATE)
    mixed = _scaled(body, kind, width).reshape(-1, channels).mean(axis=1)
    return resample(saturated(np.rint(mixed)), rate, RATE)


def _scaled(body: bytes, kind: int, width: int) -> npt.NDArray[np.float64]:
    """Return samples on the scale of 16 bits."""
    if kind == _FLOAT:
        floats = np.frombuffer(body, dtype=f"<f{width}").astype(np.float64)
        return np.clip(np.nan_to_num(floats, posinf=1.0, neginf=-1.0), -1.0, 1.0) * 32767.0
    if kind != _PCM:
        return samples(g711.alaw_decode(body) if kind == _ALAW else g711.ulaw_decode(body)).astype(np.float64)
    if width == 1:
        return (np.frombuffer(body, dtype=np.uint8).astype(np.float64) - 128.0) * 256.0
    octets = np.frombuffer(body, dtype=np.uint8).reshape(-1, width)
    padded = np.zeros((len(octets), 4), dtype=np.uint8)
    padded[:, 4 - width :] = octets
    wide: npt.NDArray[np.float64] = padded.view("<i4").reshape(-1).astype(np.float64) / 65536.0
    return wide
