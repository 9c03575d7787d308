"""Health names every dependency; only the vital ones make the gateway unready."""

import asyncio

import pytest

from bot.telemetry.health import Health


async def ok() -> str:
    return "ok"


async def behind() -> str:
    return "no answer (TimeoutError), this gateway's memory is used"


async def broken() -> str:
    raise OSError("postgres://user:password@host")


async def hangs() -> str:
    await asyncio.sleep(60)
    return "ok"


async def test_all_is_well() -> None:
    health = Health()
    health.add("database", ok, vital=True)
    health.add("live", ok, vital=False)
    assert await health.look() == (True, {"status": "ready", "checks": {"database": "ok", "live": "ok"}})


async def test_what_degrades_is_named_and_does_not_make_it_unready() -> None:
    health = Health(timeout=0.05)
    health.add("database", ok, vital=True)
    health.add("live", behind, vital=False)
    health.add("history", hangs, vital=False)
    ready, document = await health.look()
    assert ready
    assert document["status"] == "degraded"
    assert document["checks"] == {
        "database": "ok",
        "live": "degraded: no answer (TimeoutError), this gateway's memory is used",
        "history": "degraded: no answer within 0.05 s",
    }


@pytest.mark.parametrize(("check", "said"), [(broken, "OSError"), (hangs, "no answer within 0.05 s")])
async def test_a_vital_one_makes_it_unready_without_telling_secrets(check: object, said: str) -> None:
    health = Health(timeout=0.05)
    health.add("database", check, vital=True)  # type: ignore[arg-type]
    ready, document = await health.look()
    assert not ready
    assert document == {"status": "unready", "checks": {"database": said}}


async def test_a_crowd_of_askers_costs_one_look() -> None:
    looks = 0

    async def slow() -> str:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.02)
        return "ok"

    health = Health()
    health.add("database", slow, vital=True)
    answers = await asyncio.gather(*(health.look() for _ in range(100)))
    assert all(ready for ready, _ in answers)
    assert looks == 1
    gone = asyncio.create_task(health.look())
    await asyncio.sleep(0)
    gone.cancel()  # a client that hung up
    assert (await health.look())[0]
