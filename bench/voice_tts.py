"""Speech out, measured: `python -m bench.voice_tts`. Prints JSON; docs/quality.md quotes it.

`rendered` is one sentence from text to 8 kHz audio through the child, nothing kept; `first_piece` is a whole
reply until its first sentence can be played; `kept` comes off the disk; `under_load` is `rendered` with eight
callers at once; `wording` is `for_the_ear` alone. Milliseconds.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from voice.tts.prompts import Prompts
from voice.tts.pyttsx3 import Pyttsx3Synthesiser
from voice.tts.wording import for_the_ear

SENTENCES = {
    "pl": "Zamówienie {} jest w drodze, przewidywany termin dostawy: jutro.",
    "cs": "Objednávka {} je na cestě, dorazit by měla zítra.",
    "en": "Order {} is on its way and should arrive tomorrow.",
}
ROUNDS = 100
CALLERS = 8


def percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(statistics.median(ordered) * 1000, 1),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "max": round(ordered[-1] * 1000, 1),
    }


async def measured(work: Callable[[int], Awaitable[object]], rounds: int = ROUNDS) -> dict[str, float]:
    times = []
    for index in range(rounds):
        started = time.perf_counter()
        await work(index)
        times.append(time.perf_counter() - started)
    return percentiles(times)


async def main() -> None:
    voice = Pyttsx3Synthesiser()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        await voice.start()
        report: dict[str, object] = {"start": round((time.perf_counter() - started) * 1000)}
        prompts = Prompts(voice, Path(folder))
        await prompts.start()
        try:
            await asyncio.gather(
                *(prompts.render(text, lang, keep=False) for lang, text in SENTENCES.items())
            )
            for lang, text in SENTENCES.items():

                async def rendered(index: int, lang: str = lang, text: str = text) -> object:
                    return await prompts.render(text.format(10000 + index), lang, keep=False)

                async def first_piece(index: int, lang: str = lang, text: str = text) -> None:
                    stream = prompts.stream(
                        text.format(20000 + index) + " " + text.format(7), lang, keep=False
                    )
                    await anext(stream)
                    await stream.aclose()

                async def kept(_index: int, lang: str = lang, text: str = text) -> object:
                    return await prompts.render(text.format(""), lang)

                async def worded(index: int, lang: str = lang, text: str = text) -> object:
                    return for_the_ear(text.format(30000 + index), lang)

                async def caller(number: int, lang: str = lang, text: str = text) -> list[float]:
                    times = []
                    for index in range(ROUNDS // CALLERS):
                        begun = time.perf_counter()
                        await prompts.render(text.format(40000 + number * 100 + index), lang, keep=False)
                        times.append(time.perf_counter() - begun)
                    return times

                await kept(0)
                callers = await asyncio.gather(*(caller(number) for number in range(CALLERS)))
                report[lang] = {
                    "rendered": await measured(rendered),
                    "first_piece": await measured(first_piece),
                    "kept": await measured(kept),
                    "wording": await measured(worded),
                    "under_load": percentiles([seconds for times in callers for seconds in times]),
                }
        finally:
            await prompts.stop()
            await voice.stop()
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
