"""What the house may say, from the catalogue, and who its demo customers are."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import yaml

from tests.chat_client import ChatClient

CATALOGUE = Path(__file__).resolve().parents[2] / "nlu" / "catalogue"
IDENTITY_SECRET = "demo-identity-secret-of-32-bytes-or-more"
LANGUAGES = ("pl", "cs", "en")
CUSTOMERS = {
    "pl": ("demo-jan", "jan.kowalski@shop.example", "+48600100200", "10023"),
    "cs": ("demo-petra", "petra.novakova@shop.example", "+420601200300", "20417"),
    "en": ("demo-emma", "emma.clarke@shop.example", "+447700900123", "30555"),
}
"""By language: contact id, e-mail, phone, order."""
STATE_OF_ORDER = {
    "pl": r"10023.*jutro.*620011223344556677889900|10023.*620011223344556677889900.*jutro",
    "cs": r"doručen.*20417.* 3 dny|20417.*doručen.* 3 dny",
    "en": r"30555.*cancelled.*(sent back|refund)",
}
"""What the customer must be told, however it is worded."""
NONSENSE = {
    "pl": ("qwzx vbnm grlpf", "trzmkl wnptq brzdf"),
    "cs": ("qwzx vbnm grlpf", "trzmkl wnptq brzdf"),
    "en": ("qwzx vbnm grlpf", "trzmkl wnptq brzdf"),
}
BOT = re.compile(r"\b(chat)?bot\b", re.I)


@cache
def catalogue(lang: str) -> dict[str, Any]:
    """One language's texts."""
    found: dict[str, Any] = yaml.safe_load((CATALOGUE / f"{lang}.yml").read_text())
    return found


def title(lang: str, choice: str) -> str:
    """Return what stands on a button."""
    found: str = catalogue(lang)["choices"][choice]
    return found


def says(text: str, lang: str, key: str, **values: str) -> bool:
    """Tell whether `text` is one of the catalogue's ways to say `key`, after a disclosure or without."""
    variants = catalogue(lang)["keys"][key]["chat"]
    for variant in [variants] if isinstance(variants, str) else variants:
        wanted = variant
        for name, value in values.items():
            wanted = wanted.replace(f"{{{name}}}", value)
        if text.endswith(wanted):
            return True
    return False


def said(reply: list[dict[str, Any]]) -> str:
    """Join a turn's texts."""
    return " ".join(message["text"] for message in reply)


def identity(lang: str, *, secret: str = IDENTITY_SECRET, minutes: float = 4, **claims: Any) -> str:
    """Sign in at the shop as a language's demo customer."""
    contact, email, phone, _ = CUSTOMERS[lang]
    expires = datetime.now(UTC) + timedelta(minutes=minutes)
    known = {"sub": contact, "email": email, "phone": phone, "exp": expires} | claims
    return jwt.encode({name: value for name, value in known.items() if value is not None}, secret, "HS256")


async def wait_for_state(client: ChatClient, state: str) -> None:
    """Wait until the customer is shown this state."""
    await client.until(lambda: client.state == state, 30)


async def hand_over(client: ChatClient) -> str:
    """Ask for a person; return the conversation's id."""
    await client.click("/ask_human", title(client.lang, "ask_human"))
    await wait_for_state(client, "waiting")
    assert client.conversation_id is not None
    return client.conversation_id
