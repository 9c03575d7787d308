"""What a caller hears where nobody can speak: short prompts that lie beside this module as WAV files.

A dead synthesiser never means silence. `python -m voice.tts.fallback` renders them anew from `TEXTS`.
"""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from voice.audio import wav
from voice.tts.level import whole_frames

Emergency = Literal["hold", "keypad", "call_back"]

TEXTS: Mapping[str, Mapping[Emergency, str]] = MappingProxyType(
    {
        "pl": {
            "hold": "Proszę chwilę poczekać. Łączę z konsultantem.",
            "keypad": "Proszę wpisać numer zamówienia na klawiaturze i zakończyć krzyżykiem.",
            "call_back": "Przepraszamy, mamy awarię. Wkrótce oddzwonimy.",
        },
        "cs": {
            "hold": "Vydržte prosím. Spojujeme vás s kolegou.",
            "keypad": "Zadejte prosím číslo objednávky na klávesnici a stiskněte křížek.",
            "call_back": "Omlouváme se, máme poruchu. Brzy vám zavoláme zpět.",
        },
        "en": {
            "hold": "Please hold the line. A colleague will take over.",
            "keypad": "Please key in your order number and press hash.",
            "call_back": "I'm sorry, we have a fault. We will call you back soon.",
        },
    }
)
"""Said once a fault; the files are these texts' sound."""
FOLDER = Path(__file__).parent / "emergency"
LAST_RESORT = "en"
"""Spoken to callers of a language that has none of its own."""


@cache
def load_emergency() -> Mapping[tuple[str, Emergency], bytes]:
    """Read every emergency prompt; blocks at the first call. Raises `WavError` where the product is torn."""
    return MappingProxyType(
        {
            (lang, name): whole_frames(wav.read(FOLDER / lang / f"{name}.wav"))
            for lang, texts in TEXTS.items()
            for name in texts
        }
    )


def emergency(name: Emergency, lang: str) -> bytes:
    """Return an emergency prompt: 8 kHz s16le mono in whole frames. `Prompts.start` has it read already."""
    prompts = load_emergency()
    return prompts.get((lang, name)) or prompts[LAST_RESORT, name]


async def _render_all() -> None:
    from voice.tts.pyttsx3 import Pyttsx3Synthesiser
    from voice.tts.wording import for_the_ear

    synthesiser = Pyttsx3Synthesiser(children=1)
    await synthesiser.start()
    try:
        for lang, texts in TEXTS.items():
            (FOLDER / lang).mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                pcm = await synthesiser.synthesise(for_the_ear(text, lang), lang)
                await asyncio.to_thread(wav.write, FOLDER / lang / f"{name}.wav", pcm)
    finally:
        await synthesiser.stop()


if __name__ == "__main__":
    asyncio.run(_render_all())
