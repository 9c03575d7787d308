"""Texts become audio: the catalogue's own, rendered ahead or recorded, and what is said only once."""

from collections.abc import AsyncIterator, Sequence

from bot.texts import Texts
from voice.tts.fallback import Emergency, emergency
from voice.tts.prompts import Prompts
from voice.tts.tones import hold_music, ringing


class PromptSpeaker:
    """Implements `bot.calls.deps.Speaker`."""

    def __init__(self, prompts: Prompts, texts: Texts, languages: Sequence[str]) -> None:
        self._prompts = prompts
        # The longest first: a text may begin with another one.
        self._same = {
            lang: sorted(
                ((text, key) for key, text in texts.spoken(lang).items()), key=lambda one: -len(one[0])
            )
            for lang in languages
        }

    async def clips(self, text: str, lang: str) -> AsyncIterator[bytes]:
        """Render a text sentence by sentence; what belongs to one customer never lies on a disk."""
        rest = text
        while rest:
            known = next(((same, key) for same, key in self._same[lang] if rest.startswith(same)), None)
            if known is None:
                async for pcm in self._prompts.stream(rest, lang, keep=False):
                    yield pcm
                return
            same, key = known
            async for pcm in self._prompts.stream(same, lang, key=key):
                yield pcm
            rest = rest[len(same) :].lstrip()

    def emergency(self, what: Emergency, lang: str) -> bytes:
        """Return a prompt that needs no synthesiser."""
        return emergency(what, lang)

    @property
    def music(self) -> bytes:
        """What somebody who waits hears."""
        return hold_music()

    @property
    def ringing(self) -> bytes:
        """What somebody hears who is being put through."""
        return ringing()
