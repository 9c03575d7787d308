"""How fast and how well calls go, on the caller's waveform: `python -m bench.voice`. One table at the end.

A real gateway process, real calls over AudioSocket in real time, callers spoken by espeak-ng through a
telephone channel with voices that no model was trained with. bench/voice_reply.py and bench/voice_barge_in.py
tell what is measured and how; pacer and throughput are bench/voice_pacer.py and bench/voice_throughput.py.
"""

import argparse
import asyncio
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench import voice_barge_in, voice_pacer, voice_reply, voice_throughput
from bench.voice_barge_in import OverNoise, OverPrompt
from bench.voice_house import open_house
from bench.voice_reply import Exchange
from bench.voice_scripts import Person, people

LANGUAGES = ("pl", "cs", "en")
PARTS = ("reply", "prompts", "noise", "pacer", "throughput")
STALLED = 0.06
"""Seconds without a frame of the house: the machine was busy with something else."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    found: str
    goal: str = ""
    met: bool = True

    def __str__(self) -> str:
        verdict = "" if not self.goal else "yes" if self.met else "**no**"
        return f"| {self.what} | {self.found} | {self.goal} | {verdict} |"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie; infinite where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.inf


def milliseconds(values: Sequence[float]) -> str:
    """p50 and p95."""
    if not values:
        return "nothing was measured"
    return f"{1000 * quantile(values, 0.5):.0f} / {1000 * quantile(values, 0.95):.0f} ms"


def reply_rows(found: list[Exchange]) -> list[Row]:
    """How fast replies come, and who was cut off."""
    replies = [one.reply for one in found if one.answered and one.reply is not None]
    own = [one.own for one in found if one.answered and one.own is not None]
    rows = [
        Row(
            f"end of speech to reply, p50 / p95, {len(replies)} turns",
            milliseconds(replies),
            "600 / 900 ms",
            quantile(replies, 0.5) <= 0.6 and quantile(replies, 0.95) <= 0.9,
        )
    ]
    for lang in LANGUAGES:
        some = [one.reply for one in found if one.answered and one.reply and one.lang == lang]
        rows.append(Row(f"· {lang}, {len(some)} turns", milliseconds(some)))
    rows.append(
        Row("of it the gateway's own share", milliseconds(own), "p95 40 ms", quantile(own, 0.95) <= 0.04)
    )
    for name, hesitant in (("in one breath", False), ("with a pause of 0.2 to 0.7 s", True)):
        some_said = [one for one in found if one.hesitant is hesitant]
        cut = sum(one.cut_off for one in some_said)
        rows.append(Row(f"cut off, said {name}", f"{cut} of {len(some_said)}"))
    unheard = sum(one.reply is None for one in found)
    rows.append(Row("not heard, or not answered", f"{unheard} of {len(found)}"))
    stalled = sum(one.stall > STALLED for one in found)
    rows.append(Row("turns in which the machine was busy elsewhere", f"{stalled} of {len(found)}"))
    return rows


def prompt_rows(found: list[OverPrompt]) -> list[Row]:
    """How fast prompts stop."""
    stopped = [one.stopped for one in found if one.stopped is not None]
    return [
        Row(
            f"caller speaks to last prompt frame, p50 / p95, {len(found)} prompts",
            milliseconds(stopped),
            "p95 300 ms",
            quantile(stopped, 0.95) <= 0.3,
        ),
        Row("· prompts that went on", f"{len(found) - len(stopped)} of {len(found)}"),
    ]


def noise_rows(found: list[OverNoise]) -> list[Row]:
    """What noise does."""
    prompts, stopped = sum(one.prompts for one in found), sum(one.stopped for one in found)
    by_kind = ", ".join(
        f"{kind} {sum(one.stopped for one in found if one.kind == kind)}" for kind in voice_barge_in.KINDS
    )
    return [
        Row(
            "prompts that 15 dB of noise stopped",
            f"{stopped} of {prompts} ({by_kind})",
            "below 2 %",
            prompts > 0 and stopped < 0.02 * prompts,
        ),
        Row("· turns in which noise was heard as words", str(sum(one.heard for one in found))),
    ]


def pacer_row() -> Row:
    """The heartbeat's jitter."""
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        told = runner.run(voice_pacer.measure(30, 20.0, folder=Path(folder)))
    p99 = told["jitter_ms_p99"]
    return Row("pacer's jitter at 30 calls, p99", f"{p99:.1f} ms", "5 ms", p99 <= 5)


def throughput_row(seconds: float) -> Row:
    """Calls in real time, against a plain Vosk server."""
    plain, ours = (voice_throughput.most(side, seconds, 100) for side in ("plain", "ours"))
    ratio = ours.calls / plain.calls if plain.calls else math.inf
    return Row(
        "calls at a p95 lag of 300 ms: ours / plain Vosk server",
        f"{ours.calls} / {plain.calls} = {ratio:.2f}",
        "1.3",
        ratio >= 1.3,
    )


async def live(options: argparse.Namespace) -> list[Row]:
    """Everything that needs a gateway."""
    rows: list[Row] = []

    def callers(seed: int) -> list[Person]:
        each = [people(lang, options.calls, seed, choice=options.choice) for lang in LANGUAGES]
        return [person for some in zip(*each, strict=True) for person in some]

    with tempfile.TemporaryDirectory(prefix="centrala-bench-") as folder:
        async with open_house(Path(folder) / "data") as house:
            if "reply" in options.parts:
                found = await voice_reply.measure(
                    house, callers(options.seed), options.turns, options.at_once, options.snr
                )
                for one in found:
                    tell(f"{one}")
                rows += reply_rows(found)
            if "prompts" in options.parts:
                over = await voice_barge_in.over_prompts(
                    house, callers(options.seed + 1), options.turns, options.at_once, options.snr
                )
                for each in over:
                    tell(f"{each}")
                rows += prompt_rows(over)
            if "noise" in options.parts:
                rows += noise_rows(await voice_barge_in.over_noise(house, options.noise_calls, 15, 15.0))
    return rows


def tell(line: str) -> None:
    """Say how it goes; the table alone is on stdout."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--calls", type=int, default=4, help="a language")
    parser.add_argument("--turns", type=int, default=6, help="of a call")
    parser.add_argument("--at-once", type=int, default=3, help="calls")
    parser.add_argument("--noise-calls", type=int, default=75, help="on which nobody speaks")
    parser.add_argument("--snr", type=float, default=25.0, help="dB, of callers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--choice", action="store_true", help="with the voices that settings are chosen on")
    parser.add_argument("--seconds", type=float, default=12.0, help="of each measurement of throughput")
    options = parser.parse_args()
    if (busy := os.getloadavg()[0]) > 0.5:
        tell(f"the load is {busy:.1f} before anything is measured")
    rows: list[Row] = []
    if {"reply", "prompts", "noise"} & set(options.parts):
        rows += asyncio.run(live(options))
    if "pacer" in options.parts:
        rows.append(pacer_row())
    if "throughput" in options.parts:
        rows.append(throughput_row(options.seconds))
    print("| what | measured | goal | met |\n| --- | --- | --- | --- |")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
