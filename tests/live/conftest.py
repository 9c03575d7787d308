import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.live.embedded import EmbeddedValkey
from bot.live.memory import MemoryLiveStore
from bot.live.redis import RedisLiveStore
from bot.live.store import LiveStore


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path, check_every=0.2, check_timeout=0.5)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def redis_live(valkey: EmbeddedValkey) -> AsyncIterator[RedisLiveStore]:
    live = RedisLiveStore(valkey.url, SystemClock(), prefix=f"{uuid.uuid4().hex}:")
    yield live
    await live.close()


@pytest.fixture
async def memory_live() -> AsyncIterator[MemoryLiveStore]:
    live = MemoryLiveStore(SystemClock())
    yield live
    await live.close()


@pytest.fixture
async def lonely_live(tmp_path: Path) -> AsyncIterator[RedisLiveStore]:
    """The Redis implementation where nobody answers."""
    live = RedisLiveStore(f"unix://{tmp_path}/nobody.sock", SystemClock())
    yield live
    await live.close()


@pytest.fixture(params=["memory_live", "redis_live", "lonely_live"])
def live(request: pytest.FixtureRequest) -> LiveStore:
    """Each implementation, and the Redis one without a server: the same promises hold."""
    store: LiveStore = request.getfixturevalue(request.param)
    return store
