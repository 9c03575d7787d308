"""From the end of speech to the reply, on the caller's waveform.

A caller waits until the house is quiet, speaks, and notes when the house is heard again. `reply` runs from
the last sample of speech to the first audible frame received. Of it `own` is the gateway's share: from the
recogniser's final text to the first frame of the reply (`reply_ms` - `endpoint_ms` of the call's record). A
turn was cut off where its final text was there before the last sample of speech.
"""

import asyncio
import time
from dataclasses import dataclass

from bench.voice_caller import SAMPLES, LineCaller, noise
from bench.voice_house import House
from bench.voice_scripts import PERSON, PHONES, Person

QUIET = 0.9
"""Seconds without a sound after which a caller takes their turn."""
PATIENCE = 8.0


@dataclass(frozen=True)
class Exchange:
    """One turn of a caller."""

    lang: str
    said: str
    hesitant: bool
    heard: str | None = None
    reply: float | None = None
    """Seconds; none where nothing was heard of the house, or where it did not hear the caller."""
    endpoint: float | None = None
    """The gateway's: from where its VAD saw the speech end to the final text."""
    own: float | None = None
    cut_off: bool = False
    stall: float = 0.0
    """The longest gap between two frames of the house meanwhile: much more than 20 ms is a busy machine's."""

    @property
    def answered(self) -> bool:
        """Whether it counts for the figures of time."""
        return self.reply is not None and not self.cut_off


async def call(house: House, person: Person, turns: int, snr_db: float, seed: int) -> list[Exchange]:
    """One call of at most so many turns; the last one asks for a person."""
    call_id = await house.announce(person.lang, PHONES[person.lang])
    exchanges: list[Exchange] = []
    async with LineCaller(house.port, call_id, noise("line", snr_db, seed)) as caller:
        if await caller.first_audible(0, time.monotonic() + 30) is None:
            raise SystemExit("the house did not greet")
        for number in range(turns):
            await caller.hushed(QUIET)
            if caller.gone.is_set() or not await house.with_bot(call_id):
                break
            before = await house.turns(call_id)
            last = number == turns - 1
            # In a thread: whoever else is on a line must not stall while somebody's words are rendered.
            said = await asyncio.to_thread(
                person.says if last else person.answers, PERSON[person.lang] if last else before[-1]["said"]
            )
            begin = len(caller.frames)
            uttered = await caller.utter(said, person.dice.randrange(SAMPLES))
            first_at = await caller.first_audible(begin, uttered.ended_at + PATIENCE)
            await asyncio.sleep(0.3)  # until the turn is written
            fresh = (await house.turns(call_id))[len(before) :]
            exchange = Exchange(person.lang, said.text, said.hesitant)
            if first_at is not None and fresh and fresh[0]["endpoint_ms"] is not None:
                own = ((fresh[0]["reply_ms"] or fresh[0]["endpoint_ms"]) - fresh[0]["endpoint_ms"]) / 1000
                exchange = Exchange(
                    person.lang,
                    said.text,
                    said.hesitant,
                    fresh[0]["heard"],
                    first_at - uttered.ended_at,
                    fresh[0]["endpoint_ms"] / 1000,
                    own,
                    cut_off=first_at - own < uttered.ended_at,
                    stall=caller.stall(begin),
                )
            exchanges.append(exchange)
    return exchanges


async def measure(
    house: House, callers: list[Person], turns: int, at_once: int, snr_db: float
) -> list[Exchange]:
    """Let everybody call, so many at once."""
    lines = asyncio.Semaphore(at_once)

    async def one(seed: int, person: Person) -> list[Exchange]:
        async with lines:
            return await call(house, person, turns, snr_db, seed)

    found = await asyncio.gather(*(one(seed, person) for seed, person in enumerate(callers)))
    return [exchange for exchanges in found for exchange in exchanges]
