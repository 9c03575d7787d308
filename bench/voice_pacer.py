"""Jitter of the pacer at 30 calls: each call's playout makes a frame, a recorder takes it, a socket sends it.

    python -m bench.voice_pacer [--calls 30] [--seconds 20] [--loop uvloop|asyncio]

The jitter is how late a call's frame leaves its absolute 20 ms deadline, the work of the calls before it
included; the target is 5 ms at p99.
"""

import argparse
import asyncio
import json
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import uvloop

from voice.audio import pcm
from voice.pacer import Pacer
from voice.playout import LiveSource, Playout
from voice.recording import InboundBuffer, Recorder


class Call:
    """One call's tick, as a gateway does it."""

    def __init__(self, folder: Path, number: int, told: Callable[[float], None]) -> None:
        self.playout = Playout()
        self.playout.loop(bytes(range(256)) * 40)
        self.source = LiveSource()
        self.playout.live(self.source)
        self.inbound = InboundBuffer()
        self.recorder = Recorder(folder / f"{number}.wav")
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ours.setblocking(False)
        self.theirs.setblocking(False)
        self.told = told

    def tick(self) -> None:
        self.inbound.feed(pcm.SILENCE)
        self.source.feed(b"\x10\x00" * pcm.FRAME_SAMPLES)
        frame = self.playout.next_frame()
        self.ours.send(frame)
        self.told(time.monotonic())
        self.recorder.tick(self.inbound.next_frame(), frame)
        self.theirs.recv(1024)

    async def close(self) -> None:
        self.ours.close()
        self.theirs.close()
        await self.recorder.close()


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def measure(calls: int, seconds: float, *, folder: Path) -> dict[str, float]:
    sent: list[float] = []
    wakes: list[float] = []

    def failed(error: Exception) -> None:
        raise SystemExit(f"a tick failed: {error!r}")

    pacer = Pacer(failed, on_lateness=wakes.append)
    legs = [Call(folder, number, sent.append) for number in range(calls)]
    cpu, began = time.process_time(), time.monotonic()
    for leg in legs:
        pacer.add(leg.tick)
    await asyncio.sleep(seconds)
    pacer.close()
    cpu = (time.process_time() - cpu) / (time.monotonic() - began)
    for leg in legs:
        await leg.close()
    late = [1000 * (((at - began) + 0.005) % pcm.FRAME_SECONDS - 0.005) for at in sent]
    return {
        "calls": calls,
        "frames": len(sent),
        "jitter_ms_p50": round(quantile(late, 0.5), 2),
        "jitter_ms_p99": round(quantile(late, 0.99), 2),
        "jitter_ms_max": round(max(late), 2),
        "wake_ms_p99": round(1000 * quantile(wakes, 0.99), 2),
        "wake_ms_max": round(1000 * max(wakes), 2),
        "skipped": pacer.skipped,
        "cpu_share_of_a_core": round(cpu, 3),
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=30)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    chosen = options.parse_args()
    factory = uvloop.new_event_loop if chosen.loop == "uvloop" else asyncio.new_event_loop
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=factory) as runner:
        told = runner.run(measure(chosen.calls, chosen.seconds, folder=Path(folder)))
    print(json.dumps({"loop": chosen.loop, **told}))
    return 0 if told["jitter_ms_p99"] <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
