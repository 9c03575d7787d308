"""How many calls are heard in real time on this machine: our speech workers against a plain Vosk server.

    python -m bench.voice_throughput [--seconds 12] [--side ours|ours-open|plain]

Both sides hear the same callers with the same model at the same times: turns of about six and a half seconds
of which two are speech, everything over a telephone line with noise; each call begins somewhere else in its
turn. Both are told when the speech ends (and 300 ms of silence after it was heard), and the lag runs from
then, on the callers' clock, to the final text. Measured is the most calls at a p95 lag of 300 ms.

- `plain`: a WebSocket server as vosk-server's `asr_server.py`: one process, one recogniser a connection,
  messages decoded on a pool of as many threads as cores, an answer to each message. Its client sends what it
  hears, in messages of 200 ms, and the end of file at the end of speech. Client in a process of its own.
- `ours`: frames of 20 ms through the VAD; while there is speech, with 300 ms before it, they are fed to
  `VoskRecogniser` with the grammar of the question (`ours-open`: without), which ends the turn.
"""

import argparse
import asyncio
import json
import math
import os
import random
import resource
import statistics
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from voice.audio.pcm import FRAME_BYTES, FRAME_SECONDS
from voice.stt.models import STARTER_MODELS
from voice.stt.pool import PoolLimits
from voice.stt.recogniser import Expecting, RecognitionError, Request
from voice.stt.vosk import VoskRecogniser
from voice.training.caller import speak
from voice.training.channel import Line, telephone

LANG = "en"
LAG = 0.3
GAP = 4.0
"""Seconds before the speech of a turn: the bot speaks, the caller thinks."""
TRAILING = 0.3
MESSAGE_FRAMES = 10
PRE_ROLL = 15
HANGOVER = 20
"""Frames after the last voice for which audio is still fed; the end of the turn comes before that."""
SAID: list[tuple[str, Expecting | None]] = [
    ("where is my order", None),
    ("one two three four five", "order_number"),
    ("my order number is two oh four one seven", "order_number"),
    ("yes please", "yes_no"),
    ("i want to speak to an agent", None),
    ("when will my parcel arrive", None),
    ("three zero five five five", "order_number"),
    ("no thank you", "yes_no"),
]


@dataclass(frozen=True)
class Turn:
    frames: tuple[bytes, ...]
    expecting: Expecting | None


@dataclass(frozen=True)
class Result:
    calls: int
    turns: int
    failed: int
    p50: float
    p95: float
    cores: float = 0.0
    """Busy ones, callers included: what is left to compare where others use the machine too."""

    @property
    def held(self) -> bool:
        return self.turns > 0 and not self.failed and self.p95 <= LAG


@lru_cache
def turns() -> tuple[Turn, ...]:
    made = []
    for seed, (text, expecting) in enumerate(SAID):
        clean = bytes(int(GAP * 16000)) + speak(text, LANG) + bytes(int(TRAILING * 16000))
        pcm = telephone(clean, Line(snr_db=25, seed=seed))
        frames = tuple(pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES))
        made.append(Turn(frames, expecting))
    return tuple(made)


Leg = Callable[[random.Random, tuple[Turn, ...], float, list[float]], Awaitable[None]]


async def load(leg: Leg, calls: int, seconds: float) -> Result:
    """Run so many calls; failed ones count as turns that were never heard."""
    script = turns()
    lags: list[float] = []
    end = time.monotonic() + seconds
    legs = [leg(random.Random(number), script, end, lags) for number in range(calls)]
    outcomes = await asyncio.gather(*legs, return_exceptions=True)
    failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    for error in {repr(o) for o in outcomes if isinstance(o, BaseException)}:
        print("  failed:", error, file=sys.stderr)
    ordered = sorted(lags) or [math.inf]
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Result(calls, len(lags), failed, statistics.median(ordered), p95)


def our_leg(recogniser: VoskRecogniser, *, grammar: bool) -> Leg:
    from voice.turns.vad import Vad

    async def leg(dice: random.Random, script: tuple[Turn, ...], end: float, lags: list[float]) -> None:
        vad = Vad()
        begin, first = time.monotonic(), dice.random()
        at = dice.randrange(len(script))
        while time.monotonic() < end:
            turn = script[at % len(script)]
            skip, first = int(first * GAP / FRAME_SECONDS), 0.0
            recognition = None
            before: deque[bytes] = deque(maxlen=PRE_ROLL)
            quiet = 0
            for number, frame in enumerate(turn.frames[skip:], 1):
                due = begin + number * FRAME_SECONDS
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                quiet = 0 if vad.feed(frame) else quiet + 1
                if recognition is None:
                    before.append(frame)
                    if not quiet:
                        expecting = turn.expecting if grammar else None
                        recognition = recogniser.recognise(Request(LANG, expecting), lambda _text: None)
                        recognition.feed(b"".join(before))
                elif quiet < HANGOVER:
                    recognition.feed(frame)
            begin += (len(turn.frames) - skip) * FRAME_SECONDS
            at += 1
            if recognition is None:
                continue
            await recognition.finish()
            if begin < end:
                lags.append(time.monotonic() - begin)

    return leg


def plain_leg(url: str) -> Leg:
    from websockets.asyncio.client import connect

    async def leg(dice: random.Random, script: tuple[Turn, ...], end: float, lags: list[float]) -> None:
        begin, first = time.monotonic(), dice.random()
        at = dice.randrange(len(script))
        while time.monotonic() < end:
            turn = script[at % len(script)]
            skip, first = int(first * GAP / FRAME_SECONDS), 0.0
            frames = turn.frames[skip:]
            async with connect(url, compression=None, open_timeout=30) as socket:
                await socket.send('{"config": {"sample_rate": 8000}}')
                answers = asyncio.create_task(drain(socket))
                for number in range(0, len(frames), MESSAGE_FRAMES):
                    batch = frames[number : number + MESSAGE_FRAMES]
                    due = begin + (number + len(batch)) * FRAME_SECONDS
                    if (wait := due - time.monotonic()) > 0:
                        await asyncio.sleep(wait)
                    await socket.send(b"".join(batch))
                await socket.send('{"eof" : 1}')
                await answers
                begin += len(frames) * FRAME_SECONDS
                if begin < end:
                    lags.append(time.monotonic() - begin)
            at += 1

    async def drain(socket: object) -> str:
        """Read every answer; the last one before the server closes is the final text."""
        last = ""
        async for message in socket:  # type: ignore[attr-defined]
            last = str(message)
        return last

    return leg


async def plain_server(port: int) -> None:
    """vosk-server's asr_server.py, without what this bench does not use."""
    from vosk import KaldiRecognizer, Model, SetLogLevel
    from websockets.asyncio.server import serve

    SetLogLevel(-1)
    model = Model(str(STARTER_MODELS / LANG))
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    loop = asyncio.get_running_loop()

    def process(recogniser: KaldiRecognizer, message: str | bytes) -> tuple[str, bool]:
        if message == '{"eof" : 1}':
            return recogniser.FinalResult(), True
        if recogniser.AcceptWaveform(message):
            return recogniser.Result(), False
        return recogniser.PartialResult(), False

    async def recognise(socket: object) -> None:
        recogniser, rate = None, 8000.0
        async for message in socket:  # type: ignore[attr-defined]
            if isinstance(message, str) and "config" in message:
                rate = float(json.loads(message)["config"]["sample_rate"])
                continue
            if recogniser is None:
                recogniser = KaldiRecognizer(model, rate)
                recogniser.SetWords(True)
            answer, stop = await loop.run_in_executor(pool, process, recogniser, message)
            await socket.send(answer)  # type: ignore[attr-defined]
            if stop:
                break

    async with serve(recognise, "127.0.0.1", port, compression=None, open_timeout=30) as server:
        print("listening", flush=True)
        await server.serve_forever()


async def measure(side: str, calls: int, seconds: float) -> Result:
    if side == "plain":
        port = 20000 + os.getpid() % 20000
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.voice_throughput", "--serve", str(port)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        await process.stdout.readline()
        try:
            return await load(plain_leg(f"ws://127.0.0.1:{port}"), calls, seconds)
        finally:
            process.kill()
            await process.wait()
    limits = PoolLimits(workers=os.cpu_count() or 1, spares=0, turns=4000, open_turns=4000, deadline=10)
    recogniser = VoskRecogniser([LANG], Path("none"), limits=limits)
    await recogniser.start()
    while recogniser.status().up < limits.workers:
        await asyncio.sleep(0.05)
    try:
        return await load(our_leg(recogniser, grammar=side == "ours"), calls, seconds)
    except RecognitionError as error:
        raise SystemExit(str(error)) from None
    finally:
        await recogniser.stop()


def measured(side: str, calls: int, seconds: float) -> Result:
    """Measure, with the CPU of this process and of its children."""
    turns()  # spoken before the clock runs
    begun, before = time.monotonic(), cpu_seconds()
    result = asyncio.run(measure(side, calls, seconds))
    return replace(result, cores=(cpu_seconds() - before) / (time.monotonic() - begun))


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def most(side: str, seconds: float, start: int) -> Result:
    """Find the most calls, to about a sixteenth: double, then halve the gap."""
    calls, best, limit = start, Result(0, 0, 0, 0.0, 0.0), 0
    while not limit or limit - best.calls > max(8, best.calls // 16):
        result = measured(side, calls, seconds)
        print(
            f"{side}: {calls} calls, {result.turns} turns, {result.failed} failed, lag p50 "
            f"{result.p50 * 1000:.0f} ms, p95 {result.p95 * 1000:.0f} ms, "
            f"{result.cores:.2f} cores, {1000 * result.cores / calls:.1f} ms of CPU a second and call",
            flush=True,
        )
        if result.held:
            best = result
        else:
            limit = calls
        if limit and best.calls == 0 and limit <= 8:
            break
        calls = (best.calls + limit) // 2 if limit else calls * 2
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=12.0, help="of each measurement")
    parser.add_argument("--start", type=int, default=100, help="calls of the first measurement")
    parser.add_argument("--side", choices=["ours", "ours-open", "plain"], action="append")
    parser.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(plain_server(options.serve))
        return
    if (busy := os.getloadavg()[0]) > 0.5:
        print(f"the load is {busy:.1f} before anything is measured: compare CPU, not calls", file=sys.stderr)
    best = {
        side: most(side, options.seconds, options.start)
        for side in options.side or ["plain", "ours", "ours-open"]
    }
    for side, result in best.items():
        print(f"{side}: {result.calls} calls at a p95 lag of {result.p95 * 1000:.0f} ms")
    if "plain" in best and best["plain"].calls:
        for side in best.keys() - {"plain"}:
            print(f"{side} / plain: {best[side].calls / best['plain'].calls:.2f}")


if __name__ == "__main__":
    main()
