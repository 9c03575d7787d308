"""The embedded Valkey: private, watched, gone when we are, and not needed for going on."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from live_support import kill, until

from bot.clock import SystemClock
from bot.errors import ConfigurationError
from bot.live.embedded import EmbeddedValkey
from bot.live.redis import RedisLiveStore
from tests.loop_clock import LoopClock


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


async def until_ok(live: RedisLiveStore) -> None:
    """Wait until the server answers again; asking is what makes it be tried again."""
    async with asyncio.timeout(30):
        while await live.status() != "ok":
            await asyncio.sleep(0.1)


async def test_no_port_no_disk_private_bounded(valkey: EmbeddedValkey, redis_live: RedisLiveStore) -> None:
    path = Path(valkey.url.removeprefix("unix://"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    config = await redis_live._redis.config_get("*")
    assert config["port"] == "0"
    assert config["save"] == ""
    assert config["appendonly"] == "no"
    assert config["maxmemory"] == str(64 * 1024 * 1024)
    assert config["maxmemory-policy"] == "allkeys-lru"
    assert "pubsub 8388608 2097152 30" in config["client-output-buffer-limit"]
    sockets = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True).stdout
    assert f"pid={valkey.pid}," not in sockets


async def test_killed_it_comes_back_and_callers_never_notice(
    valkey: EmbeddedValkey, redis_live: RedisLiveStore
) -> None:
    await redis_live.touch("visitor", "v1", "tab", 60)
    assert await redis_live.lease("sweep", "me", 60)
    slowest = 0.0
    answered = 0
    async with LoopClock() as clock:
        for life in range(3):
            kill(valkey)
            end = clock.now() + 1.5
            while clock.now() < end:
                began = clock.now()
                await redis_live.take("b", limit=1_000_000, window=1)
                assert await redis_live.connected("visitor", ["v1", "v2"]) == {"v1"}
                assert await redis_live.lease("sweep", "me", 60)
                slowest = max(slowest, clock.now() - began)
                answered += 1
                await asyncio.sleep(0.005)
            await until(lambda life=life: valkey.restarts == life + 1 and valkey.pid is not None)
    await until_ok(redis_live)
    assert slowest < 1.5
    assert answered > 100


async def test_flushall_in_the_middle(redis_live: RedisLiveStore) -> None:
    for number in range(200):
        await redis_live.touch("visitor", "v1", "tab", 60)
        await redis_live.take("b", limit=1_000_000, window=1)
        if number % 7 == 0:
            await redis_live._redis.flushall()
        if number % 50 == 0:
            await redis_live._redis.script_flush()
        assert await redis_live.connected("visitor", ["v1", "v2"]) == {"v1"}
    assert await redis_live.status() == "ok"


async def test_a_server_that_hangs_is_noticed_left_alone_and_replaced(
    valkey: EmbeddedValkey, redis_live: RedisLiveStore
) -> None:
    assert await redis_live.status() == "ok"
    pid = valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    async with LoopClock() as clock:
        began = clock.now()
        waits = await asyncio.gather(*(redis_live.take("b", limit=1000, window=1) for _ in range(500)))
        assert waits == [0.0] * 500
        assert clock.now() - began < 1.5  # the timeout once, not once a caller
        began = clock.now()
        assert "memory" in await redis_live.status()
        assert await redis_live.take("b", limit=1000, window=1) == 0.0
        assert clock.now() - began < 0.2
    await until(lambda: valkey.pid not in (None, pid))
    await until_ok(redis_live)


async def test_a_stale_socket_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "valkey.sock").write_text("left by somebody")
    server = EmbeddedValkey(tmp_path)
    await server.start()
    live = RedisLiveStore(server.url, SystemClock())
    assert await live.status() == "ok"
    pid = server.pid
    assert pid is not None
    await live.close()
    await server.stop()
    assert not alive(pid)
    assert not (tmp_path / "run" / "valkey.sock").exists()


async def test_a_long_data_dir_moves_the_socket(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / ("very-long-" * 10))
    await server.start()
    path = Path(server.url.removeprefix("unix://"))
    assert len(os.fsencode(path)) <= 107
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert server.pid is not None
    await server.stop()
    assert not path.parent.exists()


async def test_a_second_gateway_on_the_same_data_dir_is_told(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="data_dir"):
        await EmbeddedValkey(tmp_path).start()
    assert valkey.pid is not None
    assert alive(valkey.pid)


GATEWAY = """
import asyncio, pathlib, sys
from bot.live.embedded import EmbeddedValkey
async def main():
    server = EmbeddedValkey(pathlib.Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
async def test_it_dies_with_a_gateway_that_is_killed(tmp_path: Path) -> None:
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", GATEWAY, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert gateway.stdout is not None
    pid = int(await gateway.stdout.readline())
    assert alive(pid)
    gateway.kill()
    await gateway.wait()
    await until(lambda: not alive(pid))
    # and the folder is free for the next one
    server = EmbeddedValkey(tmp_path)
    await server.start()
    assert server.pid is not None
    await server.stop()
