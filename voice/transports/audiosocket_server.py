"""Listens for Asterisk's AudioSocket connections and hands each call on; refuses what is too many."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock, SystemClock
from bot.errors import ConfigurationError
from voice.transports.audiosocket import AudioSocketConnection, AudioSocketTransport
from voice.transports.limits import TransportLimits
from voice.transports.transport import Transport

log = structlog.get_logger(__name__)

OnCall = Callable[[Transport], Awaitable[None]]
"""Has a call from start to end; the leg is hung up when it returns or fails."""

_BACKLOG = 128
_SEND_BUFFER = 32 * 1024
"""The kernel's share of unread audio, 1 to 2 s; by default it would hide a peer that does not read."""
_STORE_SECONDS = 5.0
_MOST_UNNAMED = 32
"""Connections that have not said their UUID yet."""


class AudioSocketServer:
    """The listening socket and the calls that came by it."""

    def __init__(self, on_call: OnCall, max_calls: int, limits: TransportLimits, clock: Clock) -> None:
        self._on_call, self._max_calls = on_call, max_calls
        self._limits, self._clock = limits, clock
        self._unnamed: set[AudioSocketConnection] = set()
        self._calls: dict[asyncio.Task[None], AudioSocketTransport] = {}
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def calls(self) -> int:
        """How many calls there are."""
        return len(self._calls)

    async def listen(self, host: str, port: int) -> None:
        """Listen; port 0 is any free one. Raises `ConfigurationError` where the address is taken."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._connection, host, port, backlog=_BACKLOG)
        except OSError as error:
            raise ConfigurationError(
                f"voice.audiosocket: cannot listen on {host}:{port}: {error.strerror}; choose another port"
            ) from error
        for listening in self._server.sockets:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def drain(self) -> None:
        """Take no new calls: connections are refused, so that the dialplan goes on. Calls go on, too."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._unnamed):
            connection.refuse()

    async def wait_idle(self, seconds: float) -> bool:
        """Wait until the last call has ended, at most so long; whether it has."""
        if self._calls:
            await asyncio.wait(set(self._calls), timeout=seconds)
        return not self._calls

    async def close(self) -> None:
        """Stop listening, hang up what is left and give those who had the calls a moment to store it."""
        self.drain()
        tasks = list(self._calls)
        await asyncio.gather(*(leg.hang_up() for leg in list(self._calls.values())))
        await self.wait_idle(_STORE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connection(self) -> asyncio.Protocol:
        connection = AudioSocketConnection(self._started, self._unnamed.discard, self._limits, self._clock)
        self._unnamed.add(connection)
        if len(self._unnamed) > _MOST_UNNAMED:
            connection.refuse()
        return connection

    def _started(self, connection: AudioSocketConnection, call: AudioSocketTransport) -> None:
        self._unnamed.discard(connection)
        if len(self._calls) >= self._max_calls or self._server is None or not self._server.is_serving():
            log.warning("call refused", transport="audiosocket", calls=len(self._calls))
            connection.refuse()
            return
        task = asyncio.create_task(self._have(call), name=f"call-{call.start.call_id}")
        self._calls[task] = call
        task.add_done_callback(lambda done: self._calls.pop(done, None))

    async def _have(self, call: AudioSocketTransport) -> None:
        try:
            await self._on_call(call)
        except Exception:
            log.exception("call failed", transport="audiosocket", call_id=call.start.call_id)
        finally:
            await call.hang_up()


async def serve_audiosocket(
    host: str,
    port: int,
    on_call: OnCall,
    max_calls: int,
    limits: TransportLimits | None = None,
    clock: Clock | None = None,
) -> AudioSocketServer:
    """Listen for Asterisk on `host:port`; a call over `max_calls` is closed at once."""
    server = AudioSocketServer(on_call, max_calls, limits or TransportLimits(), clock or SystemClock())
    await server.listen(host, port)
    return server
