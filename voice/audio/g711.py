"""G.711, both laws (ITU-T G.711, tables 1 and 2), as look-up tables: one byte a sample at 8 kHz.

The encoder is the one of ITU-T G.191 and Sun's g711.c, bit for bit, so a frame that goes through a PBX
and back is the same.
"""

import numpy as np
import numpy.typing as npt

ULAW_SILENCE = 0xFF
ALAW_SILENCE = 0xD5

_ULAW_BIAS = 33
_ULAW_CLIP = 8159
_Bytes = npt.NDArray[np.uint8]
_Wide = npt.NDArray[np.int64]


def _decode_ulaw_table() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 4 * _ULAW_BIAS) << ((code & 0x70) >> 4)) - 4 * _ULAW_BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


def _decode_alaw_table() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    segment = (code & 0x70) >> 4
    step = ((code & 0x0F) << 4) + 8
    magnitude = np.where(segment == 0, step, (step + 0x100) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


def _every_sample() -> _Wide:
    """Every 16-bit sample, in the order of its unsigned bit pattern."""
    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)


def _encode_ulaw_table() -> _Bytes:
    pcm = _every_sample() >> 2
    mask = np.where(pcm < 0, 0x7F, 0xFF)
    magnitude = np.minimum(np.abs(pcm), _ULAW_CLIP) + _ULAW_BIAS
    segment = np.searchsorted(0x40 * 2 ** np.arange(8) - 1, magnitude)
    code = np.where(segment >= 8, 0x7F, (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F))
    return (code ^ mask).astype(np.uint8)


def _encode_alaw_table() -> _Bytes:
    pcm = _every_sample() >> 3
    mask = np.where(pcm < 0, 0x55, 0xD5)
    magnitude = np.where(pcm < 0, -pcm - 1, pcm)
    segment = np.searchsorted(0x20 * 2 ** np.arange(8) - 1, magnitude)
    code = (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F)
    return (code ^ mask).astype(np.uint8)


_FROM_ULAW = _decode_ulaw_table()
_FROM_ALAW = _decode_alaw_table()
_TO_ULAW = _encode_ulaw_table()
_TO_ALAW = _encode_alaw_table()


def _looked_up(
    table: npt.NDArray[np.int16] | _Bytes, at: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
) -> bytes:
    return bytes(table[at].tobytes())


def ulaw_decode(coded: bytes) -> bytes:
    """Return mu-law bytes as s16le PCM, twice as long."""
    return _looked_up(_FROM_ULAW, np.frombuffer(coded, dtype=np.uint8))


def ulaw_encode(pcm: bytes) -> bytes:
    """Return s16le PCM as mu-law, half as long. Raises `ValueError` on half a sample."""
    return _looked_up(_TO_ULAW, np.frombuffer(pcm, dtype="<u2"))


def alaw_decode(coded: bytes) -> bytes:
    """Return A-law bytes as s16le PCM, twice as long."""
    return _looked_up(_FROM_ALAW, np.frombuffer(coded, dtype=np.uint8))


def alaw_encode(pcm: bytes) -> bytes:
    """Return s16le PCM as A-law, half as long. Raises `ValueError` on half a sample."""
    return _looked_up(_TO_ALAW, np.frombuffer(pcm, dtype="<u2"))
