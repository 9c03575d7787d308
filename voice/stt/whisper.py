"""Speech recognition by Whisper: the second engine behind the seam, of the package's extra `whisper`.

It hears a turn as a whole, so it tells no partial texts, and a turn's end costs a fixed and large amount of
CPU (tiny: half a second). For a shop with few calls and cores to spare; models are local folders.
"""

import asyncio
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from voice.stt.pool import OnEvent, PoolLimits, RecogniserPool
from voice.stt.recogniser import RecogniserInfo, RecognitionError

LIMITS = PoolLimits(workers=1, spares=0, turns=8, open_turns=8, deadline=10.0)


class WhisperRecogniser(RecogniserPool):
    """Whisper in worker processes; `models` are folders in the form of faster-whisper, by language."""

    def __init__(
        self,
        models: Mapping[str, Path],
        *,
        limits: PoolLimits = LIMITS,
        threads: int | None = None,
        on_event: OnEvent = lambda _name, _value: None,
    ) -> None:
        """`threads` are those of one worker; without it the workers share the cores."""
        self._models = dict(models)
        each = threads or max(1, (os.cpu_count() or 1) // limits.workers)
        arguments = ["--threads", str(each)]
        for lang, folder in self._models.items():
            arguments += ["--model", f"{lang}={folder}"]
        info = RecogniserInfo("whisper", tuple(models), partials=False, grammars=False)
        super().__init__(info, "voice.stt.whisper_worker", arguments, limits, on_event)

    async def start(self) -> None:
        """Look for package and models, start the workers. Raises `RecognitionError` that names the mend."""
        if await asyncio.to_thread(find_spec, "faster_whisper") is None:
            raise RecognitionError(
                "faster-whisper is not installed: pip install 'centrala[whisper]'", code="speech_engine"
            )
        for lang, folder in self._models.items():
            if not await asyncio.to_thread((folder / "model.bin").is_file):
                raise RecognitionError(
                    f"{folder} holds no Whisper model for {lang!r} (no model.bin)", code="speech_model"
                )
        await super().start()
