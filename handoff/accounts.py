"""Agents' accounts, for the command line and the demo data."""

import contextlib
import re
from collections.abc import Sequence
from functools import partial

from bot.clock import Clock
from bot.errors import ConflictError, InvalidInputError, NotFoundError
from bot.model.agent import Agent, Role
from bot.store import agents
from bot.store.engine import Store
from handoff.passwords import Passwords, check_strength

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
NAME_CHARS = 100


async def add_agent(
    store: Store, clock: Clock, passwords: Passwords, email: str, name: str, role: str, password: str
) -> Agent:
    """Store a new agent.

    Raises:
        InvalidInputError: the e-mail, the name, the role or the password will not do.
        ConflictError: `agent_exists`.
    """
    check_strength(password)
    return await _add(store, clock, passwords, email, name, role, password)


async def ensure_demo_agents(
    store: Store,
    clock: Clock,
    demo: Sequence[tuple[str, str, str]],
    password: str,
    passwords: Passwords | None = None,
) -> None:
    """Store the demo's agents (e-mail, name, role) that are not there yet, with their short password."""
    passwords = passwords or Passwords()
    for email, name, role in demo:
        if await store.read(partial(agents.by_email, email=email)) is None:
            with contextlib.suppress(ConflictError):  # another gateway starts as well
                await _add(store, clock, passwords, email, name, role, password)


async def _add(
    store: Store, clock: Clock, passwords: Passwords, email: str, name: str, role: str, password: str
) -> Agent:
    if not _EMAIL.fullmatch(email.strip()):
        raise InvalidInputError("the e-mail must look like name@example.com")
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_CHARS or not name.isprintable():
        raise InvalidInputError(f"the name, which customers see, has 1 to {NAME_CHARS} characters")
    if role not in [known.value for known in Role]:
        raise InvalidInputError("the role must be agent or supervisor")
    hashed, at = await passwords.hash(password), clock.now()
    return await store.write(
        lambda c: agents.create(c, email=email, name=name, role=Role(role), password_hash=hashed, at=at)
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
