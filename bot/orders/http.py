"""A shop's order system over HTTP: `GET {url}/orders/{number}`, an order as JSON or 404."""

import asyncio
import random
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.stop import stop_before_delay
from yarl import URL

from bot.errors import OrderBackendError
from bot.model.order import Order
from bot.orders.answer import read_order
from bot.orders.breaker import CircuitBreaker

_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class OrderHttpSettings:
    """How to ask the shop. Times are seconds; the whole must fit into a chat turn's 2 s."""

    url: str
    """Base address, with or without a path: `https://shop.example/api`."""
    token: str | None = field(default=None, repr=False)
    """Sent as `Authorization: Bearer`, where the shop wants one."""
    try_timeout: float = 0.9
    """For one try, from the connection to the last byte."""
    deadline: float = 1.5
    """For all tries and the pauses between them."""
    tries: int = 3
    region: str | None = None
    """ISO 3166 country of phone numbers that the shop writes without a country code."""


class HttpOrderBackend:
    """An `OrderBackend` over the shop's HTTP interface.

    Network errors, 429 and 5xx are tried again with jittered pauses (a GET changes nothing); other
    answers are not. A backend that keeps failing is left alone by the breaker, and then an error
    comes at once. Errors carry neither the number nor the address, which may hold a secret.
    """

    def __init__(
        self, session: aiohttp.ClientSession, settings: OrderHttpSettings, breaker: CircuitBreaker
    ) -> None:
        self._session = session
        self._settings = settings
        self._breaker = breaker
        self._base = settings.url.rstrip("/")
        # identity: a compressed answer would have to be unpacked before its size is known.
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token}"

    async def find(self, number: str) -> Order | None:
        """See `OrderBackend.find`."""
        if not number.strip("."):  # "." and ".." cannot be escaped: servers fold them into the path
            return None
        ticket = self._breaker.admit()
        if ticket is None:
            raise OrderBackendError("the order system keeps failing and is left alone for a while")
        try:
            order = await self._within_deadline(number)
        except _TransientError:
            self._breaker.failed(ticket)
            raise
        except OrderBackendError:  # nonsense, but it was there and quick
            self._breaker.succeeded(ticket)
            raise
        except BaseException:
            self._breaker.abandoned(ticket)
            raise
        self._breaker.succeeded(ticket)
        return order

    async def _within_deadline(self, number: str) -> Order | None:
        settings = self._settings
        retrying = AsyncRetrying(
            stop=stop_after_attempt(settings.tries) | stop_before_delay(settings.deadline),
            wait=_pause,
            retry=retry_if_exception_type(_TransientError),
            reraise=True,
        )
        try:
            async with asyncio.timeout(settings.deadline):
                return await retrying(self._try_once, number)
        except TimeoutError:
            raise _TransientError("the order system did not answer within the deadline") from None

    async def _try_once(self, number: str) -> Order | None:
        url = URL(f"{self._base}/orders/{quote(number, safe='', errors='replace')}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=self._settings.try_timeout)
        try:
            async with self._session.get(
                url, headers=self._headers, timeout=timeout, allow_redirects=False
            ) as response:
                if response.status == 404:
                    return None
                _check_status(response)
                body = await _read_bounded(response)
        except TimeoutError:
            raise _TransientError("the order system took too long") from None
        except (aiohttp.ClientError, OSError) as error:
            raise _TransientError(f"the order system cannot be reached: {type(error).__name__}") from None
        return read_order(body, number, self._settings.region)


class _TransientError(OrderBackendError):
    """Worth another try."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _check_status(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status == 200:
        return
    if status == 429 or status >= 500:
        after = response.headers.get("Retry-After", "")
        seconds = float(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0.0
        raise _TransientError(f"the order system answered {status}", seconds)
    raise OrderBackendError(f"the order system answered {status}: check orders.url and its token")


async def _read_bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        body += chunk
        if len(body) > _MAX_BYTES:
            response.close()  # not read to its end: the connection is of no more use
            raise OrderBackendError(f"the order system's answer is larger than {_MAX_BYTES} bytes")
    return bytes(body)


def _pause(state: RetryCallState) -> float:
    """Seconds before the next try: full jitter below 0.1, 0.2, ... s, or as the shop asked."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, _TransientError) else 0.0
    jitter = random.uniform(0.02, 0.1 * 2.0 ** (state.attempt_number - 1))
    return max(asked, jitter)
