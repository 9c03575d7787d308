"""The worker's parse against Rasa's own HTTP server (`rasa run --enable-api`, POST /model/parse).

    .venv/bin/python -m bench.parse [--rounds 7] [--seconds 4] [--model var/models/pl-….tar.gz]

Same lean environment, same model, same sentences. Each server has the first core for itself, the load
generator the second; the two take turns round by round, so that what else the machine does falls on both.
Four requests are always on their way, so that no server waits for the load generator. The processor's time
of an answer says the same without what else ran on the core. Then one worker's whole turns, one after the
other. Prints JSON; docs/quality.md quotes it.
"""

import asyncio
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import click

from bench.chat import DIALOGUE
from bench.peers import LANGUAGE, ROOT, RasaServers, model
from nlu.protocol import decode, encode
from nlu.worker_process import WorkerProcess

IN_FLIGHT = 4
SENTENCES = (
    "dzień dobry",
    "gdzie jest moja paczka?",
    "czy mogę zwrócić buty, które kupiłam w zeszłym tygodniu",
    "no w sumie to może bym spróbował",
    "chcę rozmawiać z człowiekiem",
    "zamówienie 10023 miało przyjść we wtorek, a dalej nic",
    "proszę już więcej nie dzwonić",
    "ile kosztuje dostawa do paczkomatu",
    "nie, dziękuję, na razie nie mam czasu",
    "jaka jutro będzie pogoda w Gdańsku",
    "tak",
    "faktura przyszła na złą firmę, jak to poprawić?",
)
Work = Callable[[float], Awaitable[int]]
"""Ask for so many seconds; return how many answers came."""


class Worker:
    """One dialogue worker on its core, asked over its unix socket."""

    def __init__(self, process: WorkerProcess) -> None:
        self._process = process
        self._ids = itertools.count()

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask once and wait for the answer."""
        self._send(request)
        return await self._answer()

    async def parse_for(self, seconds: float) -> int:
        """Parse sentences, `IN_FLIGHT` at a time."""
        until, answers, texts = time.perf_counter() + seconds, 0, itertools.cycle(SENTENCES)
        for _ in range(IN_FLIGHT):
            self._send({"op": "parse", "lang": LANGUAGE, "text": next(texts)})
        while time.perf_counter() < until:
            await self._answer()
            answers += 1
            self._send({"op": "parse", "lang": LANGUAGE, "text": next(texts)})
        for _ in range(IN_FLIGHT):
            await self._answer()
        return answers

    async def turns_ms(self, seconds: float) -> list[float]:
        """Take the turns of a dialogue one after the other; return each one's milliseconds."""
        until, times = time.perf_counter() + seconds, []
        while time.perf_counter() < until:
            state: Any = None
            for text in DIALOGUE:
                started = time.perf_counter()
                reply = await self.ask({"op": "turn", "lang": LANGUAGE, "text": text, "state": state})
                times.append((time.perf_counter() - started) * 1e3)
                state = reply["state"]
        return times

    def _send(self, request: dict[str, Any]) -> None:
        self._process.send(encode({"id": next(self._ids), **request}))

    async def _answer(self) -> dict[str, Any]:
        reply = await self._process.reply()
        if reply is None or "error" in reply:
            raise RuntimeError("the worker gave no answer")
        return reply


class Rasa:
    """Rasa's server on its core, asked over HTTP with keep-alive."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{url}/model/parse"
        self._session = session

    async def parse(self, text: str) -> dict[str, Any]:
        """Parse one text."""
        async with self._session.post(self._url, json={"text": text}) as answer:
            found: dict[str, Any] = decode(await answer.read())
            return found

    async def parse_for(self, seconds: float) -> int:
        """Parse sentences, `IN_FLIGHT` at a time."""
        until, texts = time.perf_counter() + seconds, itertools.cycle(SENTENCES)

        async def ask() -> int:
            answers = 0
            while time.perf_counter() < until:
                await self.parse(next(texts))
                answers += 1
            return answers

        return sum(await asyncio.gather(*(ask() for _ in range(IN_FLIGHT))))


def pin(pid: int, core: int) -> None:
    """Let every thread of a process run on one core alone."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def processor_seconds(pid: int) -> float:
    """Return how long a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def rates(work: Work, pid: int, seconds: float) -> tuple[float, float]:
    """Return the answers a second, and a second of the processor's."""
    started, computed = time.perf_counter(), processor_seconds(pid)
    answers = await work(seconds)
    return answers / (time.perf_counter() - started), answers / (processor_seconds(pid) - computed)


async def agreement(worker: Worker, rasa: Rasa) -> int:
    """Return how many sentences both understand alike, as intents."""
    alike = 0
    for text in SENTENCES:
        ours = await worker.ask({"op": "parse", "lang": LANGUAGE, "text": text})
        theirs = (await rasa.parse(text))["intent"]["name"]
        alike += theirs in (ours["understood"]["intent"], "nlu_fallback")
    return alike


def compared(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return both sides' medians, and the ratio of each round."""
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    return {
        "ours": round(statistics.median(ours for ours, _ in pairs)),
        "rasa": round(statistics.median(theirs for _, theirs in pairs)),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


async def measure(rounds: int, seconds: float, path: Path) -> dict[str, Any]:
    """Alternate both, and return the figures."""
    server_core, client_core = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory() as folder:
        async with RasaServers(Path(folder), path, servers=1) as servers, aiohttp.ClientSession() as session:
            python = ROOT / ".venv-rasa/bin/python"
            process = await WorkerProcess.spawn(python, {LANGUAGE: path}, Path(folder) / "worker.sock")
            try:
                pin(process.pid, server_core)
                pin(servers.pids[0], server_core)
                pin(os.getpid(), client_core)
                worker, rasa = Worker(process), Rasa(servers.urls[0], session)
                alike = await agreement(worker, rasa)
                ours, theirs = (worker.parse_for, process.pid), (rasa.parse_for, servers.pids[0])
                found = []
                for number in range(rounds):
                    order = (ours, theirs) if number % 2 == 0 else (theirs, ours)
                    told = {side: await rates(*side, seconds) for side in order}
                    found.append((told[ours], told[theirs]))
                computed = processor_seconds(process.pid)
                turns = await worker.turns_ms(seconds * 2)
                computed = processor_seconds(process.pid) - computed
            finally:
                await process.end()
    return {
        "parses_a_second": compared([(ours[0], theirs[0]) for ours, theirs in found]),
        "parses_a_second_of_the_processor": compared([(ours[1], theirs[1]) for ours, theirs in found]),
        "understood_alike": f"{alike} of {len(SENTENCES)}",
        "turn_ms": {
            "p50": round(statistics.median(turns), 2),
            "p95": round(statistics.quantiles(turns, n=20)[-1], 2),
            "turns": len(turns),
            "processor": round(computed / len(turns) * 1e3, 2),
        },
    }


@click.command()
@click.option("--rounds", default=7)
@click.option("--seconds", default=4.0)
@click.option(
    "--model", "path", type=click.Path(path_type=Path, exists=True), help="Instead of the present one."
)
def main(rounds: int, seconds: float, path: Path | None) -> None:
    """Print the figures as JSON."""
    click.echo(json.dumps(asyncio.run(measure(rounds, seconds, path or model())), indent=2))


if __name__ == "__main__":
    main()
