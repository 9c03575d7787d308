"""A synthesiser that does as it is told; it passes the contract suite of the real one."""

import asyncio

from voice.tts.synthesiser import SpeechSynthesiser, SynthesiserInfo, SynthesisError


class ScriptedVoice(SpeechSynthesiser):
    """Says 20 ms a character. `gate` holds it back, `broken` makes it fail."""

    def __init__(self) -> None:
        self.info = SynthesiserInfo("scripted", ("cs", "en", "pl"), "1")
        self.said: list[tuple[str, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False
        self._running = False

    async def start(self) -> None:
        self._running = True

    async def stop(self) -> None:
        self._running = False

    def ready(self) -> bool:
        return self._running and not self.broken

    async def synthesise(self, text: str, lang: str) -> bytes:
        if lang not in self.info.languages or not any(letter.isalnum() for letter in text):
            raise SynthesisError("nothing that can be said")
        if not self.ready():
            raise SynthesisError("out of order")
        self.said.append((text, lang))
        await self.gate.wait()
        return (len(text).to_bytes(2, "little") * 160) * len(text)
