"""The folder of recordings: what a killed process left is mended, what is too old is erased."""

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.model.call import Recording
from bot.store import recordings
from bot.store.engine import Store
from voice import recording as files

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 3600.0
BATCH = 100


class Recordings:
    """Keeps the recordings of one gateway in order."""

    def __init__(self, store: Store, clock: Clock, folder: Path, *, keep_days: float) -> None:
        self._store = store
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self.folder = folder
        """Below it stands each recording's `path`."""
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Mend what was being written when a process died, and begin to erase what is too old."""
        for recording in await self._store.read(recordings.unfinished):
            await self._mend(recording)
        self._sweeping = asyncio.create_task(self._sweep_forever(), name="recordings-sweep")

    async def stop(self) -> None:
        """Stop erasing."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)

    async def sweep(self) -> int:
        """Erase what is older than it may be kept; return how many."""
        at = self._clock.now()
        old = await self._store.read(lambda c: recordings.older_than(c, at - self._keep, BATCH))
        for recording in old:
            await erase_files(self.folder, [recording])
            await self._store.write(lambda c, one=recording: recordings.erased(c, one, at))  # type: ignore[misc]
        return len(old)

    async def _mend(self, recording: Recording) -> None:
        """A file of another gateway, which may still be written, is not here: it is left alone."""
        path = self.folder / recording.path
        try:
            seconds = await asyncio.to_thread(files.recover, path)
        except (OSError, files.RecordingError):
            log.warning("recording_not_mended", conversation_id=recording.conversation_id, n=recording.n)
            return
        await self._store.write(lambda c: recordings.finish(c, recording, seconds))

    async def _sweep_forever(self) -> None:
        while True:
            try:
                while await self.sweep() == BATCH:
                    pass
            except Exception:
                log.exception("recordings_sweep_failed")
            await asyncio.sleep(SWEEP_SECONDS)


async def erase_files(folder: Path, erased: list[Recording]) -> None:
    """Delete recordings from the disk; what is gone already is gone."""

    def delete() -> None:
        for recording in erased:
            (folder / recording.path).unlink(missing_ok=True)

    await asyncio.to_thread(delete)
