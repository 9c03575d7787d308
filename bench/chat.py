"""Chat against Rasa's own REST channel, alternating in one run: `make bench`.

Same machine, same lean environment, same model, same number of workers, a dialogue without a backend
call. Ours is the whole path: a new socket and `hello` a dialogue, every message durable before its ack,
every reply stored before it is sent. Rasa's is its own: HTTP keep-alive, tracker in memory, a new sender
a dialogue (its turns grow slower with a longer tracker). The load generator takes its share of the two
cores in both. Prints JSON; docs/quality.md and the README quote it.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import click

from bench.peers import RASA_WORKERS, BareWorker, Gateway, RasaServers
from bench.sockets import echo_ms, idle_sockets

DIALOGUE = ("cześć", "czy jesteś robotem?", "gdzie jest moja paczka", "anuluj", "dziękuję", "do widzenia")
CUSTOMERS = (1, 8, 32)
Talk = Callable[[aiohttp.ClientSession, float], Awaitable[list[float]]]


def our_talk(url: str) -> Talk:
    """One dialogue over /chat/ws."""

    async def talk(session: aiohttp.ClientSession, until: float) -> list[float]:
        times = []
        async with session.ws_connect(url.replace("http", "ws", 1) + "/chat/ws") as socket:
            await socket.send_json({"type": "hello", "lang": "pl"})
            await socket.receive_json()
            for text in DIALOGUE:
                if time.perf_counter() > until:
                    break
                client_id = str(uuid.uuid4())
                started = time.perf_counter()
                await socket.send_str(json.dumps({"type": "message", "client_id": client_id, "text": text}))
                while True:
                    frame = json.loads((await socket.receive()).data)
                    assert frame["type"] != "error", frame
                    if frame.get("last") and frame.get("reply_to") == client_id:
                        break
                times.append(time.perf_counter() - started)
        return times

    return talk


def rasa_talk(urls: list[str]) -> Talk:
    """One dialogue over Rasa's REST channel; customers are spread over the servers."""
    counter = iter(range(10**9))

    async def talk(session: aiohttp.ClientSession, until: float) -> list[float]:
        times = []
        number = next(counter)
        url, sender = urls[number % len(urls)] + "/webhooks/rest/webhook", uuid.uuid4().hex
        for text in DIALOGUE:
            if time.perf_counter() > until:
                break
            started = time.perf_counter()
            async with session.post(url, json={"sender": sender, "message": text}) as answer:
                replies = await answer.json()
                assert replies, "Rasa said nothing"
            times.append(time.perf_counter() - started)
        return times

    return talk


async def load(talk: Talk, customers: int, seconds: float) -> list[float]:
    """Let so many customers talk for so long; return each turn's seconds."""
    until = time.perf_counter() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def customer() -> list[float]:
            times: list[float] = []
            while time.perf_counter() < until:
                times += await talk(session, until)
            return times

        found = await asyncio.gather(*(customer() for _ in range(customers)))
    return [one for times in found for one in times]


def figures(rounds: list[list[float]], seconds: float) -> dict[str, float]:
    """Turns a second (median of the rounds) and latencies in milliseconds (over all of them)."""
    times = sorted(one for times in rounds for one in times)
    return {
        "turns_per_second": round(statistics.median(len(times) / seconds for times in rounds), 1),
        "p50_ms": round(statistics.median(times) * 1e3, 2),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1e3, 2),
    }


async def compare(ours: Gateway, rasa: RasaServers, seconds: float, rounds: int) -> dict[str, Any]:
    """Alternate between the two at each number of customers."""
    talks = {"centrala": our_talk(ours.url), "rasa": rasa_talk(rasa.urls)}
    for talk in talks.values():  # warm both up
        await load(talk, 4, 2)
    result: dict[str, Any] = {}
    for customers in CUSTOMERS:
        measured: dict[str, list[list[float]]] = {name: [] for name in talks}
        for _ in range(rounds):
            for name, talk in talks.items():
                measured[name].append(await load(talk, customers, seconds))
        row: dict[str, Any] = {name: figures(times, seconds) for name, times in measured.items()}
        row["throughput_ratio"] = round(
            row["centrala"]["turns_per_second"] / row["rasa"]["turns_per_second"], 2
        )
        row["p95_ratio"] = round(row["centrala"]["p95_ms"] / row["rasa"]["p95_ms"], 2)
        result[f"{customers} customers"] = row
        print(json.dumps({customers: row}), file=sys.stderr, flush=True)
    return result


async def added(data: Path, seconds: float) -> dict[str, Any]:
    """What the gateway adds to a bare worker turn, with and without the disk's fsync.

    The whole difference is counted, the socket and the load generator's own share included; beside it
    stands what a message through a raw aiohttp socket and back takes.
    """
    result: dict[str, Any] = {"raw_echo_p50_ms": round(statistics.median(await echo_ms(3)), 2)}
    for name, synchronous in (("without fsync", "normal"), ("with fsync", "full")):
        async with (
            Gateway(data / synchronous, {"database.synchronous": synchronous}) as gateway,
            BareWorker(data / f"bare-{synchronous}") as worker,
        ):
            await load(our_talk(gateway.url), 1, 2)
            whole, bare = [], []
            for _ in range(3):
                whole += await load(our_talk(gateway.url), 1, seconds / 3)
                bare += await worker.turns_ms(DIALOGUE, seconds / 3)
            turn = statistics.median(whole) * 1e3
            result[name] = {
                "turn_p50_ms": round(turn, 2),
                "bare_worker_p50_ms": round(statistics.median(bare), 2),
                "added_p50_ms": round(turn - statistics.median(bare), 2),
            }
    return result


@click.command()
@click.option("--seconds", default=8.0, help="Of one round.")
@click.option("--rounds", default=3, help="Of each side at each number of customers.")
@click.option("--sockets", default=5000, help="Idle sockets; 0 leaves that part out.")
def main(seconds: float, rounds: int, sockets: int) -> None:
    """Measure, and print the figures as JSON."""

    async def run() -> dict[str, Any]:
        result: dict[str, Any] = {"cores": os.cpu_count(), "workers": RASA_WORKERS}
        with tempfile.TemporaryDirectory(prefix="centrala-bench-") as folder:
            data = Path(folder)
            async with Gateway(data / "compare") as ours, RasaServers(data) as rasa:
                result["against Rasa's REST channel"] = await compare(ours, rasa, seconds, rounds)
            result["added to a bare worker turn"] = await added(data, seconds * 2)
            if sockets:
                result["idle sockets"] = await idle_sockets(data, sockets)
        return result

    click.echo(json.dumps(asyncio.run(run()), indent=2))


if __name__ == "__main__":
    main()
