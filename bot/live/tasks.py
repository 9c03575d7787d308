"""Ending background tasks for certain."""

import asyncio
from collections.abc import Iterable


async def end(tasks: "Iterable[asyncio.Task[None]]") -> None:
    """Cancel tasks and wait until they are over.

    Again where one went on: a library may take the cancellation for its own timeout when both come in
    the same moment (seen with redis-py under load).
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.5)


def raise_if_cancelled() -> None:
    """Go on with a cancellation that was swallowed on the way."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
