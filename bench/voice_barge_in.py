"""Speaking over prompts, and noise that must not stop them.

`stopped` runs from the first sample of speech to the last audible frame of the prompt received. A prompt that
played to its end was not stopped. Noise is a line on which nobody speaks, 15 dB below a caller's loudness.
"""

import asyncio
import time
from dataclasses import dataclass

from bench.voice_caller import SAMPLES, LineCaller, noise
from bench.voice_house import House
from bench.voice_scripts import PHONES, SHORT, Person
from tests.phone_caller import loud

GAP = 0.35
"""Seconds of quiet after which a prompt is taken to be over; the reply to what was said comes later."""
EARLIEST, LATEST, LATEST_IN_GREETING = 0.3, 0.8, 2.5
"""Seconds into a prompt at which somebody speaks."""
AUDIBLE = 0.02
LONG = 0.5
"""A prompt that ended by itself sooner after somebody began to speak does not count."""
KINDS = ("line", "street", "car", "hum", "crowd")


@dataclass(frozen=True)
class OverPrompt:
    """Somebody spoke over a prompt."""

    said: str
    stopped: float | None
    """Seconds; none where the prompt was not stopped."""


async def interrupt(house: House, person: Person, times: int, snr_db: float, seed: int) -> list[OverPrompt]:
    """One call whose caller never lets the house finish."""
    call_id = await house.announce(person.lang, PHONES[person.lang])
    found: list[OverPrompt] = []
    begin = 0
    async with LineCaller(house.port, call_id, noise("line", snr_db, seed)) as caller:
        for number in range(times):
            first_at = await caller.first_audible(begin, time.monotonic() + 15)
            if first_at is None or (number and not await house.with_bot(call_id)):
                break
            before = len(await house.turns(call_id))
            said = await asyncio.to_thread(
                person.says, SHORT[person.lang][(number + seed) % len(SHORT[person.lang])]
            )
            latest = LATEST if number else LATEST_IN_GREETING
            await asyncio.sleep(person.dice.uniform(EARLIEST, latest))
            uttered = await caller.utter(said, person.dice.randrange(SAMPLES))
            played = await _over(caller, uttered.begun_at) - uttered.begun_at
            begin = len(caller.frames)
            await caller.first_audible(begin, time.monotonic() + 8)
            await asyncio.sleep(0.3)
            fresh = (await house.turns(call_id))[before:]
            if fresh and fresh[0]["barge_in"]:
                if played >= AUDIBLE:  # else somebody spoke between two sentences
                    found.append(OverPrompt(said.text, played))
                continue
            if played > LONG:
                found.append(OverPrompt(said.text, None))
            await caller.hushed(1.0)
            begin = len(caller.frames)
    return found


async def _over(caller: LineCaller, since: float) -> float:
    """When the last audible frame of the prompt came, that was on its way at `since`."""
    while True:
        last = since
        for at, pcm in caller.frames[-1500:]:
            if at < since or not loud(pcm):
                continue
            if at - last > GAP:
                return last
            last = at
        if time.monotonic() - last > GAP or caller.gone.is_set():
            return last
        await asyncio.sleep(0.02)


@dataclass(frozen=True)
class OverNoise:
    """A call on which nobody spoke."""

    kind: str
    prompts: int
    stopped: int
    """Prompts that the noise stopped."""
    heard: int
    """Turns in which words were heard."""


async def be_silent(house: House, lang: str, kind: str, snr_db: float, seed: int) -> OverNoise:
    """Say nothing until the house gives up."""
    call_id = await house.announce(lang, PHONES[lang])
    line = await asyncio.to_thread(noise, kind, snr_db, seed)
    async with LineCaller(house.port, call_id, line) as caller:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not caller.gone.is_set() and await house.with_bot(call_id):
            await asyncio.sleep(1.0)
        turns = await house.turns(call_id)
    return OverNoise(
        kind, len(turns), sum(turn["barge_in"] for turn in turns), sum(bool(turn["heard"]) for turn in turns)
    )


async def over_prompts(
    house: House, callers: list[Person], times: int, at_once: int, snr_db: float
) -> list[OverPrompt]:
    """Let everybody interrupt."""
    lines = asyncio.Semaphore(at_once)

    async def one(seed: int, person: Person) -> list[OverPrompt]:
        async with lines:
            return await interrupt(house, person, times, snr_db, seed)

    found = await asyncio.gather(*(one(seed, person) for seed, person in enumerate(callers)))
    return [each for some in found for each in some]


async def over_noise(house: House, calls: int, at_once: int, snr_db: float) -> list[OverNoise]:
    """So many silent calls, the kinds of noise and the languages in turn."""
    lines = asyncio.Semaphore(at_once)

    async def one(number: int) -> OverNoise:
        kind = KINDS[number % len(KINDS)]
        async with lines:
            return await be_silent(house, ("pl", "cs", "en")[number % 3], kind, snr_db, 1000 + number)

    return list(await asyncio.gather(*(one(number) for number in range(calls))))
