"""From a text to what a caller hears: worded for the ear, recorded, kept from before, or rendered now."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from pathlib import Path

from voice.tts import wording
from voice.tts.cache import PromptCache, prompt_name
from voice.tts.fallback import load_emergency
from voice.tts.level import whole_frames
from voice.tts.recorded import Recordings, load_recordings
from voice.tts.sentences import sentences
from voice.tts.synthesiser import SpeechSynthesiser, SynthesisError

logger = logging.getLogger(__name__)

OnEvent = Callable[[str], None]
"""Told for metrics where a piece came from: `recorded`, `kept`, `rendered`, `shared` (somebody else was
having the same rendered), `failed`."""

_PERSONAL = re.compile(r"\d{4}|\d[ .,]\d{3}|\d{3}[ -]\d{2,3}|@|[A-Z]{2}-?\d{2}")
"""What looks like a number or address of somebody's is never kept, whatever the caller of `render` thinks."""


class Prompts:
    """Every prompt of a gateway. `start` before use, `stop` after it; the synthesiser is its owner's to run.

    Audio is 8 kHz s16le mono in whole 20 ms frames; empty only where a text has nothing to say (a picture).
    """

    def __init__(
        self,
        synthesiser: SpeechSynthesiser,
        cache_dir: Path,
        recorded_dir: Path | None = None,
        *,
        keys: Collection[str] | None = None,
        cache_bytes: int = 100_000_000,
        on_event: OnEvent = lambda _name: None,
    ) -> None:
        """`keys`: the catalogue's, to tell an operator of a recording that is named wrongly."""
        self._synthesiser = synthesiser
        self._cache = PromptCache(cache_dir, cache_bytes)
        self._recorded_dir = recorded_dir
        self._keys = keys
        self._on_event = on_event
        self.recordings = Recordings()
        self._rendering: dict[str, asyncio.Task[bytes]] = {}
        self._wanted = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def start(self) -> None:
        """Read recordings and emergency prompts, and open the cache. What is broken is told in the log."""
        await asyncio.to_thread(self._cache.open)
        await asyncio.to_thread(load_emergency)
        if self._recorded_dir is not None:
            self.recordings = await asyncio.to_thread(
                load_recordings, self._recorded_dir, self._synthesiser.info.languages, self._keys
            )

    async def stop(self) -> None:
        """End what is being rendered."""
        tasks = list(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def render(self, text: str, lang: str, *, key: str | None = None, keep: bool = True) -> bytes:
        """Return the whole of a prompt; parameters as for `stream`. Raises `SynthesisError`."""
        return b"".join([pcm async for pcm in self.stream(text, lang, key=key, keep=keep)])

    async def stream(
        self, text: str, lang: str, *, key: str | None = None, keep: bool = True
    ) -> AsyncIterator[bytes]:
        """Give a prompt sentence by sentence; the next is rendered while the last one given is played.

        `text` as a screen shows it. `key`: the catalogue's, given only where the text has no variables; a
        recording under it is played instead. `keep=False` for what holds personal data: it never lies on a
        disk. Raises `SynthesisError` where a sentence is neither kept nor can be rendered now, which may be
        after the first.
        """
        if key is not None and (recording := self.recordings.get(lang, key)) is not None:
            self._on_event("recorded")
            yield recording
            return
        kept = keep and not _PERSONAL.search(text)
        pieces = sentences(wording.for_the_ear(text, lang))
        self._want(+1)
        upcoming: asyncio.Task[bytes] | None = None
        try:
            for index, piece in enumerate(pieces):
                pcm = await (upcoming or self._piece(piece, lang, kept))
                following = pieces[index + 1 : index + 2]
                upcoming = asyncio.create_task(self._piece(following[0], lang, kept)) if following else None
                yield pcm
        finally:
            self._want(-1)
            if upcoming is not None:
                upcoming.cancel()
                await asyncio.gather(upcoming, return_exceptions=True)

    async def ahead(self, texts: Iterable[tuple[str, str, str]]) -> int:
        """Render `(key, text, lang)` before anybody asks for them; returns how many are ready now.

        One at a time, and only while no call waits for a prompt. Ends early where nothing can be rendered.
        """
        done = 0
        for key, text, lang in texts:
            if self.recordings.get(lang, key) is None:
                for piece in sentences(wording.for_the_ear(text, lang)):
                    await self._quiet.wait()
                    try:
                        await self._piece(piece, lang, not _PERSONAL.search(text))
                    except SynthesisError as error:
                        logger.warning("prompts are not rendered ahead: %s", error)
                        return done
            done += 1
        return done

    def _want(self, more: int) -> None:
        self._wanted += more
        if self._wanted:
            self._quiet.clear()
        else:
            self._quiet.set()

    async def _piece(self, piece: str, lang: str, keep: bool) -> bytes:
        """Return one sentence's audio; who asks for what is being rendered already, waits for that."""
        name = prompt_name(self._synthesiser.info, wording.VERSION, lang, piece)
        task = self._rendering.get(name)
        if task is not None:
            self._on_event("shared")
        else:
            task = asyncio.create_task(self._made(name, piece, lang, keep), name="prompt")
            self._rendering[name] = task
            task.add_done_callback(lambda done: self._forget(name, done))
        try:
            return await asyncio.shield(task)  # a caller who hangs up takes nobody else's prompt away
        except asyncio.CancelledError:
            if task.cancelled():  # `stop`, and not the one who waits here
                raise SynthesisError("the prompts are being stopped") from None
            raise

    def _forget(self, name: str, task: asyncio.Task[bytes]) -> None:
        del self._rendering[name]
        if not task.cancelled() and task.exception() is not None:
            self._on_event("failed")

    async def _made(self, name: str, piece: str, lang: str, keep: bool) -> bytes:
        if keep and (kept := await asyncio.to_thread(self._cache.get, name)) is not None:
            self._on_event("kept")
            return kept
        pcm = whole_frames(await self._synthesiser.synthesise(piece, lang))
        self._on_event("rendered")
        if keep:
            await asyncio.to_thread(self._cache.put, name, pcm)
        return pcm
