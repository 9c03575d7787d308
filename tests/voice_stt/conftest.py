"""Recognisers over real worker processes, and callers spoken by espeak-ng."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from voice.stt.pool import PoolLimits
from voice.stt.vosk import VoskRecogniser
from voice.training.caller import speak

PATIENT = 60.0
"""Seconds that a loaded machine may take for what takes milliseconds."""
EDGE = bytes(2400)
"""What a VAD leaves of the silence around speech: 150 ms."""

Say = Callable[[str, str], bytes]


@pytest.fixture(scope="session")
def say() -> Say:
    """Speech in 8 kHz s16le mono, with a little silence around it."""
    return lambda text, lang: EDGE + speak(text, lang) + EDGE


@pytest.fixture
async def vosk(tmp_path: Path) -> AsyncIterator[VoskRecogniser]:
    """One worker with the starter models and one spare."""
    limits = PoolLimits(workers=1, spares=1, deadline=PATIENT, turns=8, open_turns=2)
    recogniser = VoskRecogniser(["en", "pl", "cs"], tmp_path, limits=limits)
    await recogniser.start()
    yield recogniser
    await recogniser.stop()
