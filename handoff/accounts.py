"""Agents' accounts, for the command line and the demo data."""

import re

from bot.clock import Clock, SystemClock
from bot.errors import InvalidInputError, NotFoundError
from bot.model.agent import Agent, Role
from bot.store import agents
from bot.store.engine import Store
from handoff.passwords import Passwords, check_strength

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
NAME_CHARS = 100


async def add_agent(
    store: Store,
    passwords: Passwords,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    demo: bool = False,
    clock: Clock | None = None,
) -> Agent:
    """Store a new agent; `demo` lets the demo's short password pass.

    Raises:
        InvalidInputError: the e-mail, the name or the password will not do.
        ConflictError: `agent_exists`.
    """
    if not _EMAIL.fullmatch(email.strip()):
        raise InvalidInputError("the e-mail must look like name@example.com")
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_CHARS or not name.isprintable():
        raise InvalidInputError(f"the name, which customers see, has 1 to {NAME_CHARS} characters")
    if not demo:
        check_strength(password)
    hashed = await passwords.hash(password)
    at = (clock or SystemClock()).now()
    return await store.write(
        lambda c: agents.create(c, email=email, name=name, role=role, password_hash=hashed, at=at)
    )


async def set_password(store: Store, passwords: Passwords, email: str, password: str) -> None:
    """Change an agent's password and end all her sessions.

    Raises:
        NotFoundError: nobody has this e-mail.
        InvalidInputError: `weak_password`.
    """
    check_strength(password)
    found = await store.read(lambda c: agents.by_email(c, email))
    if found is None:
        raise NotFoundError("there is no agent with this e-mail")
    agent = found[0]
    hashed = await passwords.hash(password)
    await store.write(lambda c: agents.set_password(c, agent.id, hashed))
