"""The generic sink: a webhook signed as Standard Webhooks describes (standardwebhooks.com).

The receiver drops repeats by `webhook-id` and checks `webhook-signature` with the shared secret.
"""

import asyncio
import base64
import binascii
import contextlib
import io
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from standardwebhooks import Webhook

from bot.errors import ConfigurationError
from handoff.sinks.failure import name_failure

IN_ONE_PIECE = 64 * 1024
"""Bytes; what is larger is signed in a thread and sent in pieces."""
_IGNORED_BODY = 4096
_ROWS_FAULT = frozenset({400, 409, 413, 414, 415, 422})
"""Statuses that speak of one body and not of the sink."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try."""

    error: str | None
    """Why it was not taken, in a few words without address or body; None where it was taken."""
    retry_after: float = 0.0
    """Seconds the sink asked for; 0 where it asked for none."""
    sink_failed: bool = False
    """The sink itself is in trouble (down, slow, overloaded, misconfigured), not this one body."""


class WebhookSink:
    """Posts rows of the outbox to one address.

    `secret` is `whsec_` and the key in base64, or any other text, whose UTF-8 bytes are the key (a
    receiver's library wants those in base64). `session` is `sink_session()`, for sinks alone.
    """

    def __init__(
        self, name: str, url: str, secret: str, session: aiohttp.ClientSession, *, timeout: float = 10.0
    ) -> None:
        self.name = name
        """As `outbox.sink` holds it; also a metric's label."""
        self.timeout = timeout
        """Seconds a try may take, from the connection to the status."""
        self._url = url
        self._webhook = Webhook(signing_key(name, secret))
        self._session = session

    async def post(self, delivery_id: str, body: bytes, at: datetime) -> Answer:
        """Post one body; never raises. Only 2xx is taken; a redirect is not followed (it would be signed
        for somebody else)."""
        if len(body) > IN_ONE_PIECE:
            signature = await asyncio.to_thread(self._sign, delivery_id, body, at)
        else:
            signature = self._sign(delivery_id, body, at)
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Centrala",
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with self._session.post(
                self._url, data=_payload(body), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                await _skip_body(response)
                return _read_answer(response)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return Answer(name_failure(error), sink_failed=True)

    def _sign(self, delivery_id: str, body: bytes, at: datetime) -> str:
        return str(self._webhook.sign(delivery_id, at, body.decode()))


def sink_session() -> aiohttp.ClientSession:
    """Make the session that sinks share: no cookies, nothing unpacked, connections kept for a while."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=64, limit_per_host=16),
    )


def signing_key(name: str, secret: str) -> bytes:
    """Return the key of a secret; raises `ConfigurationError` where it is empty or no base64."""
    if not secret.startswith("whsec_"):
        key = secret.encode()
    else:
        text = secret.removeprefix("whsec_")
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise ConfigurationError(
                f"history.sinks: the secret of {name} is not base64 after whsec_; copy it again"
            ) from None
    if not key:
        raise ConfigurationError(f"history.sinks: the secret of {name} is empty; set one")
    return key


def _payload(body: bytes) -> bytes | io.BytesIO:
    """A large body goes out in pieces, so that the loop breathes between them."""
    return io.BytesIO(body) if len(body) > IN_ONE_PIECE else body


async def _skip_body(response: aiohttp.ClientResponse) -> None:
    """Read a short answer away, so that the connection can be used again; the status counts already."""
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await response.content.read(_IGNORED_BODY)


def _read_answer(response: aiohttp.ClientResponse) -> Answer:
    status = response.status
    if 200 <= status < 300:
        return Answer(None)
    after = response.headers.get("Retry-After", "")
    seconds = float(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0.0
    error = f"redirect refused ({status})" if 300 <= status < 400 else str(status)
    return Answer(error, seconds, sink_failed=status not in _ROWS_FAULT)
