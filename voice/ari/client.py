"""Asterisk's REST interface (ARI): the calls that a bot needs, each a small typed method.

Source: Asterisk 22, "Asterisk REST Interface". What is asked of a channel that is gone raises `AriGoneError`;
an Asterisk that does not answer, or answers 5xx, raises `AriUnavailableError`.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote

import aiohttp

from bot.errors import CentralaError, NotFoundError, UnavailableError

APP = "centrala"
_TIMEOUT = 5.0
_MOST_BYTES = 4 * 1024 * 1024
_CHUNK = 64 * 1024

Spy = Literal["in", "out", "both"]


class AriUnavailableError(UnavailableError):
    """Asterisk did not answer, or could not do it just now."""

    code = "ari_unavailable"


class AriGoneError(NotFoundError):
    """The channel, bridge or recording is not there any more."""

    code = "ari_gone"


class AriRefusedError(CentralaError):
    """Asterisk understood and will not: wrong password, channel not in our application, unknown endpoint."""

    code = "ari_refused"


@dataclass(frozen=True, slots=True)
class Channel:
    """A leg of a call in Asterisk."""

    id: str
    name: str
    state: str
    """`Ring`, `Ringing`, `Up`, ..."""
    caller: str | None
    """The caller's number; none where it is withheld."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Those that `channelvars` of ari.conf names."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Channel":
        """Read a channel as ARI writes it."""
        variables = {name: str(value) for name, value in (told.get("channelvars") or {}).items()}
        number = (told.get("caller") or {}).get("number") or None
        return cls(str(told["id"]), str(told.get("name", "")), str(told.get("state", "")), number, variables)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Channels that hear one another."""

    id: str
    channels: tuple[str, ...]


class AriClient:
    """One Asterisk. Use as an async context manager; safe for any number of tasks of one event loop."""

    def __init__(self, url: str, user: str, password: str, *, app: str = APP) -> None:
        """`url` is such as `http://127.0.0.1:8088/ari` (`/ari` may be left out); `app` is our name there."""
        self.url = url.rstrip("/").removesuffix("/ari")
        self.app = app
        self.headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "AriClient":
        self._session = aiohttp.ClientSession(
            headers=self.headers, timeout=aiohttp.ClientTimeout(total=_TIMEOUT, connect=2.0)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    # --- channels

    async def channels(self) -> list[Channel]:
        """Return every channel that Asterisk has."""
        return [Channel.read(told) for told in await self._call("GET", "channels")]

    async def channel(self, channel_id: str) -> Channel:
        """Return a channel. Raises `AriGoneError`."""
        return Channel.read(await self._call("GET", f"channels/{_part(channel_id)}"))

    async def find(self, variable: str, value: str) -> Channel | None:
        """Return the channel whose variable has this value; `channelvars` in ari.conf must name it."""
        return next((one for one in await self.channels() if one.variables.get(variable) == value), None)

    async def originate(
        self,
        endpoint: str,
        *,
        channel_id: str,
        caller_id: str = "",
        seconds: int = 30,
        args: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> Channel:
        """Ring an endpoint such as `PJSIP/201`; once answered it enters our application with `args`."""
        query = {
            "endpoint": endpoint,
            "app": self.app,
            "appArgs": args,
            "callerId": caller_id,
            "timeout": str(seconds),
            "channelId": channel_id,
        }
        body = {"variables": dict(variables or {})}
        return Channel.read(await self._call("POST", "channels", query, body))

    async def answer(self, channel_id: str) -> None:
        """Answer a channel in our application."""
        await self._call("POST", f"channels/{_part(channel_id)}/answer")

    async def ring(self, channel_id: str) -> None:
        """Let the caller hear ringing."""
        await self._call("POST", f"channels/{_part(channel_id)}/ring")

    async def stop_ringing(self, channel_id: str) -> None:
        """End `ring`."""
        await self._call("DELETE", f"channels/{_part(channel_id)}/ring")

    async def start_music(self, channel_id: str, music_class: str = "default") -> None:
        """Let the channel hear music on hold."""
        await self._call("POST", f"channels/{_part(channel_id)}/moh", {"mohClass": music_class})

    async def stop_music(self, channel_id: str) -> None:
        """End `start_music`."""
        await self._call("DELETE", f"channels/{_part(channel_id)}/moh")

    async def hang_up(self, channel_id: str, reason: str = "normal") -> None:
        """End a channel; one that is gone is no error."""
        try:
            await self._call("DELETE", f"channels/{_part(channel_id)}", {"reason": reason})
        except AriGoneError:
            return

    async def variable(self, channel_id: str, name: str) -> str | None:
        """Return a channel's variable, whether it is in our application or not; none where it is unset."""
        try:
            told = await self._call("GET", f"channels/{_part(channel_id)}/variable", {"variable": name})
        except AriGoneError:
            await self.channel(channel_id)  # raises where the channel is what is gone
            return None
        return str(told["value"])

    async def share(self, channel: Channel, name: str, value: str) -> None:
        """Set `SHARED(name)` of a channel that is anywhere, in the dialplan for instance.

        Plain variables can be set of channels in our application only. A channel that is gone is not told.
        """
        query = {"variable": f"SHARED({name},{channel.name})", "value": value}
        await self._call("POST", "asterisk/variable", query)

    async def set_variable(self, channel_id: str, name: str, value: str) -> None:
        """Set a variable of a channel in our application."""
        await self._call("POST", f"channels/{_part(channel_id)}/variable", {"variable": name, "value": value})

    async def continue_in_dialplan(
        self, channel_id: str, *, context: str = "", extension: str = "", label: str = ""
    ) -> None:
        """Give a channel of our application back to its dialplan: where it left, or elsewhere."""
        query = {"context": context, "extension": extension, "label": label}
        await self._call(
            "POST", f"channels/{_part(channel_id)}/continue", {k: v for k, v in query.items() if v}
        )

    async def snoop(self, channel_id: str, *, snoop_id: str, spy: Spy = "in", args: str = "") -> Channel:
        """Make a channel that hears another; `in` is what the other's party says."""
        query = {"app": self.app, "appArgs": args, "spy": spy, "snoopId": snoop_id}
        return Channel.read(await self._call("POST", f"channels/{_part(channel_id)}/snoop", query))

    async def external_media(self, host: str, *, channel_id: str, call_id: str) -> Channel:
        """Make a channel that is an AudioSocket connection to `host:port` with this UUID, 8 kHz."""
        query = {
            "app": self.app,
            "channelId": channel_id,
            "external_host": host,
            "encapsulation": "audiosocket",
            "transport": "tcp",
            "connection_type": "client",
            "format": "slin",
            "data": call_id,
        }
        return Channel.read(await self._call("POST", "channels/externalMedia", query))

    # --- bridges

    async def create_bridge(self, bridge_id: str) -> None:
        """Make a bridge in which everybody hears everybody."""
        await self._call("POST", f"bridges/{_part(bridge_id)}", {"type": "mixing", "name": bridge_id})

    async def bridges(self) -> list[Bridge]:
        """Return every bridge that Asterisk has."""
        return [
            Bridge(str(told["id"]), tuple(map(str, told["channels"])))
            for told in await self._call("GET", "bridges")
        ]

    async def add_to_bridge(self, bridge_id: str, *channel_ids: str) -> None:
        """Put channels of our application into a bridge."""
        await self._call("POST", f"bridges/{_part(bridge_id)}/addChannel", {"channel": ",".join(channel_ids)})

    async def remove_from_bridge(self, bridge_id: str, *channel_ids: str) -> None:
        """Take channels out of a bridge; they stay in our application."""
        await self._call(
            "POST", f"bridges/{_part(bridge_id)}/removeChannel", {"channel": ",".join(channel_ids)}
        )

    async def destroy_bridge(self, bridge_id: str) -> None:
        """End a bridge; its channels stay in our application. One that is gone is no error."""
        try:
            await self._call("DELETE", f"bridges/{_part(bridge_id)}")
        except AriGoneError:
            return

    # --- recordings

    async def record(self, channel_id: str, name: str, *, seconds: int = 7200) -> None:
        """Record what a channel of our application says, to a WAV in Asterisk's own store."""
        query = {"name": name, "format": "wav", "ifExists": "overwrite", "maxDurationSeconds": str(seconds)}
        await self._call("POST", f"channels/{_part(channel_id)}/record", query)

    async def record_bridge(self, bridge_id: str, name: str, *, seconds: int = 7200) -> None:
        """Record what is heard in a bridge."""
        query = {"name": name, "format": "wav", "ifExists": "overwrite", "maxDurationSeconds": str(seconds)}
        await self._call("POST", f"bridges/{_part(bridge_id)}/record", query)

    async def stop_recording(self, name: str) -> None:
        """End a recording that runs, and store it."""
        await self._call("POST", f"recordings/live/{_part(name)}/stop")

    async def download(self, name: str) -> AsyncIterator[bytes]:
        """Give a stored recording's file in pieces."""
        async with self._answer("GET", f"recordings/stored/{_part(name)}/file") as answer:
            async for piece in answer.content.iter_chunked(_CHUNK):
                yield piece

    async def delete_recording(self, name: str) -> None:
        """Delete a stored recording; one that is gone is no error."""
        try:
            await self._call("DELETE", f"recordings/stored/{_part(name)}")
        except AriGoneError:
            return

    # --- our application

    async def app_channels(self) -> list[str]:
        """Return the channels that are in our application now; none where nobody listens for it."""
        try:
            told = await self._call("GET", f"applications/{_part(self.app)}")
        except AriGoneError:
            return []
        return [str(channel) for channel in told.get("channel_ids", ())]

    def _answer(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None
    ) -> "_Answer":
        assert self._session is not None, "an AriClient is used as a context manager"
        request = self._session.request(method, f"{self.url}/ari/{path}", params=query, json=body)
        return _Answer(request, f"{method} {path.split('/')[0]}")

    async def _call(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        async with self._answer(method, path, query, body) as answer:
            if answer.status == 204:
                return None
            if (answer.content_length or 0) > _MOST_BYTES:
                raise AriUnavailableError("ARI answered more than can be")
            return await answer.json()


class _Answer:
    """An answer whose failures are ours: what is said names the kind of call, never numbers or names."""

    def __init__(self, request: Any, what: str) -> None:
        self._request = request
        self._what = what

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            answer: aiohttp.ClientResponse = await self._request.__aenter__()
        except (TimeoutError, aiohttp.ClientError) as error:
            raise AriUnavailableError(f"ARI {self._what}: {type(error).__name__}") from error
        if answer.status < 300:
            return answer
        answer.release()
        what = f"ARI {self._what}: {answer.status}"
        if answer.status == 404:
            raise AriGoneError(what)
        raise AriUnavailableError(what) if answer.status >= 500 else AriRefusedError(what)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.__aexit__(kind, error, trace)


def _part(text: str) -> str:
    return quote(text, safe="")
