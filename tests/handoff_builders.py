"""Agents for the store's tests, without the cost of a password."""

import uuid
from datetime import datetime

from sqlalchemy import insert

from bot.store.engine import Store
from bot.store.schema import agents


async def add_agents(store: Store, count: int, at: datetime, presence: str = "online") -> list[str]:
    """Store agents; return their ids."""
    rows = [
        {
            "id": str(uuid.uuid4()),
            "email": f"{uuid.uuid4().hex}@shop.example",
            "name": f"Agent {number}",
            "role": "agent",
            "password_hash": "-",
            "active": True,
            "presence": presence,
            "created_at": at,
        }
        for number in range(count)
    ]
    await store.write(lambda c: c.execute(insert(agents), rows) and None)
    return [row["id"] for row in rows]
