"""A gateway that only dispatches, to be killed: `python gateway_process.py DATABASE URL SECRET`."""

import asyncio
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.store.sqlite import SqliteStore
from handoff.sinks.dispatcher import Dispatcher
from handoff.sinks.policy import RetryPolicy
from handoff.sinks.webhook import WebhookSink, sink_session


async def main(database: str, url: str, secret: str) -> None:
    store = SqliteStore(Path(database))
    async with sink_session() as session:
        dispatcher = Dispatcher(
            store,
            [WebhookSink("crm", url, secret, session, timeout=1)],
            SystemClock(),
            policy=RetryPolicy(first=0.02, longest=0.2, longest_probe=0.1),
            lock_margin=0.5,
        )
        await dispatcher.start()
        print("up", flush=True)
        await asyncio.sleep(60)


asyncio.run(main(*sys.argv[1:]))
