"""Speech recognition by Vosk: models from a folder by language, worker processes around libvosk."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from voice.stt.grammar import load_lists
from voice.stt.models import STARTER_MODELS, find_model
from voice.stt.pool import OnEvent, PoolLimits, RecogniserPool
from voice.stt.recogniser import RecogniserInfo

SMALL = 100 * 1024 * 1024
"""Bytes of all models together up to which a spare worker is kept."""


class VoskRecogniser(RecogniserPool):
    """Vosk in worker processes; every worker holds the models of all languages."""

    def __init__(
        self,
        languages: Sequence[str],
        models_dir: Path = Path("models/vosk"),
        *,
        starter_dir: Path = STARTER_MODELS,
        limits: PoolLimits | None = None,
        threads: int | None = None,
        on_event: OnEvent = lambda _name, _value: None,
    ) -> None:
        """Without `limits` there is one worker a core; without `threads` the workers share the cores."""
        cores = os.cpu_count() or 1
        limits = limits or PoolLimits(workers=cores)
        self._models_dir = models_dir
        self._starter_dir = starter_dir
        arguments = [
            *("--models-dir", str(self._models_dir), "--starter-dir", str(self._starter_dir)),
            *("--threads", str(threads or max(1, cores // limits.workers))),
            *(part for lang in languages for part in ("--lang", lang)),
        ]
        info = RecogniserInfo("vosk", tuple(languages), partials=True, grammars=True)
        super().__init__(info, "voice.stt.vosk_worker", arguments, limits, on_event)

    async def start(self) -> None:
        """Look at the models, start the workers, and return when one is ready. Raises `RecognitionError`."""
        size = await asyncio.to_thread(self._look)
        if size > SMALL and self._limits.spares:
            self._limits = replace(self._limits, spares=0)
        await super().start()

    def _look(self) -> int:
        """Return the bytes of all models. Raises `RecognitionError` that names what is missing.

        The lists of phrases are read on the way, so that nobody waits for the disk during a call.
        """
        languages = self.info.languages
        size = sum(find_model(lang, self._models_dir, self._starter_dir).size for lang in languages)
        for lang in languages:
            load_lists(lang)
        return size
