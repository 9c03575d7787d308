"""A caller spoken by the espeak-ng command: for tests, benches and the accuracy of a model."""

import subprocess
from functools import lru_cache

import numpy as np
import soxr

from voice.training.errors import TrainingError
from voice.training.voices import voices_for_tests

RATE = 8000
_HEADER_BYTES = 44
_RATE_AT = 24
_TIMEOUT = 60.0


@lru_cache(maxsize=256)
def speak(text: str, lang: str, voice: str | None = None, rate: int = 150, pitch: int = 50) -> bytes:
    """Say `text`: clean speech, 8 kHz s16le mono.

    `voice` is espeak-ng's (`pl+m8`); without it, the first voice of the language that is kept for tests.
    `rate` is in words a minute, `pitch` 0 to 99. Raises `TrainingError` where espeak-ng is missing or fails.
    """
    voice = voice or voices_for_tests(lang)[0]
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdin", "--stdout"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_TIMEOUT, check=True)  # noqa: S603
    except FileNotFoundError:
        raise TrainingError("espeak-ng is missing: apt-get install espeak-ng") from None
    except subprocess.SubprocessError:
        raise TrainingError(f"espeak-ng could not speak with voice {voice}") from None
    # Written to a pipe, the header's length is a guess of espeak-ng's: the samples are all that follows it.
    rate_in = int.from_bytes(done.stdout[_RATE_AT : _RATE_AT + 4], "little")
    body = done.stdout[_HEADER_BYTES:]
    samples = np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(np.float32) / 32768
    if not len(samples):
        raise TrainingError(f"espeak-ng said nothing with voice {voice}")
    at_8k = soxr.resample(samples, rate_in, RATE)
    return bytes(np.clip(np.rint(at_8k * 32767), -32768, 32767).astype("<i2").tobytes())
