"""What `centrala voice` does; `bot.cli` says how it is called."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.errors import InvalidInputError, NotFoundError
from voice.audio import wav
from voice.stt.grammar import UNKNOWN
from voice.stt.pool import PoolLimits
from voice.stt.recogniser import Expecting, Request, SpeechRecogniser, Transcript
from voice.stt.vosk import VoskRecogniser

MODELS_DIR = Path("models/vosk")
LONGEST = 2 * 3600.0
"""Seconds of one file."""

Tell = Callable[[str], None]
"""Prints a line of data."""


def transcribe(
    files: Sequence[Path], lang: str, expecting: Expecting | None, tell: Tell, models_dir: Path = MODELS_DIR
) -> None:
    """Print what is said in each WAV file, a JSON line a file, in order.

    Raises `NotFoundError` where there is no such file, `InvalidInputError` where it is no WAV, and
    `RecognitionError` where there is no model; lines of the files before it have been printed then.
    """
    logging.getLogger("voice").setLevel(logging.ERROR)  # a failure is explained in one line
    limits = PoolLimits(workers=1, spares=0, deadline=LONGEST, max_seconds=LONGEST)
    recogniser = VoskRecogniser([lang], models_dir, limits=limits)
    asyncio.run(_transcribe(recogniser, files, Request(lang, expecting), tell))


async def _transcribe(
    recogniser: SpeechRecogniser, files: Sequence[Path], request: Request, tell: Tell
) -> None:
    await recogniser.start()
    try:
        for file in files:
            recognition = recogniser.recognise(request)
            recognition.feed(await asyncio.to_thread(_read, file))
            line = _line(file, await recognition.finish())
            tell(json.dumps(line, ensure_ascii=False))
    finally:
        await recogniser.stop()


def _read(file: Path) -> bytes:
    try:
        return wav.read(file)
    except FileNotFoundError:
        raise NotFoundError(f"there is no file {file}") from None
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from None
    except wav.WavError as error:
        raise InvalidInputError(f"{file}: {error}", code=error.code) from None


def _line(file: Path, heard: Transcript) -> dict[str, Any]:
    words = [
        {
            "word": word.text,
            "confidence": round(word.confidence, 4),
            "start": round(word.start, 3),
            "end": round(word.end, 3),
        }
        for word in heard.words
        if word.text != UNKNOWN
    ]
    return {
        "file": str(file),
        "text": heard.text,
        "words": words,
        "alternatives": list(heard.alternatives),
        "confidence": round(heard.confidence, 4),
        "seconds": round(heard.seconds, 3),
        "decode_seconds": round(heard.decode_seconds, 4),
    }
