"""A customer's client of /chat/ws, written against the contract alone."""

import asyncio
import contextlib
import json
import uuid
from typing import Any

import aiohttp


class ChatClient:
    """One customer. Keeps what it was told by `seq`; notes everything that breaks the protocol's promises."""

    def __init__(self, session: aiohttp.ClientSession, url: str, lang: str = "pl") -> None:
        self._session = session
        self._url = url.replace("http", "ws", 1) + "/chat/ws"
        self.lang = lang
        self.identity: str | None = None
        self.token: str | None = None
        self.conversation_id: str | None = None
        self.state: str | None = None
        self.by_seq: dict[int, dict[str, Any]] = {}
        self.acks: dict[str, int | None] = {}
        self.unacked: dict[str, dict[str, Any]] = {}
        self.said: dict[str, str] = {}
        self.frames: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.surveys = 0
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()

    async def connect(self) -> None:
        """Connect, say hello (again), and send again what was not acked."""
        self.socket = await self._session.ws_connect(self._url, max_msg_size=0)
        hello = {
            "type": "hello",
            "lang": self.lang,
            "visitor_token": self.token,
            "after_seq": max(self.by_seq, default=0) if self.token else 0,
            "identity": self.identity,
        }
        await self.socket.send_json(hello)
        self._reader = asyncio.create_task(self._read(self.socket), name="chat-client")
        heard = len(self.frames)
        await self.until(lambda: self.socket is None or self.socket.closed or len(self.frames) > heard)
        for frame in list(self.unacked.values()):
            await self.socket.send_json(frame)

    async def cut(self) -> None:
        """Drop the connection without a word."""
        if self.socket is not None and (connection := self.socket._response.connection) is not None:
            assert connection.transport is not None
            connection.transport.abort()
        await self.close()

    async def reconnect(self, seconds: float = 60) -> None:
        """Connect again, as often as it takes."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                await self.connect()
                return
            except (aiohttp.ClientError, ConnectionError):
                await self.close()
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Close in good order."""
        if self.socket is not None:
            await self.socket.close()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        self.socket = None

    async def say(self, text: str) -> str:
        """Send a message; return its client_id at once."""
        return await self._send({"type": "message", "text": text}, text)

    async def click(self, payload: str, title: str | None = None) -> str:
        """Send a button's payload; its title is what stands in the transcript."""
        return await self._send({"type": "choice", "payload": payload}, title or payload)

    async def send(self, frame: dict[str, Any]) -> None:
        """Send any frame."""
        assert self.socket is not None
        await self.socket.send_json(frame)

    async def _send(self, frame: dict[str, Any], text: str) -> str:
        client_id = str(uuid.uuid4())
        frame["client_id"] = client_id
        self.unacked[client_id] = frame
        self.said[client_id] = text
        if self.socket is not None and not self.socket.closed:
            with contextlib.suppress(ConnectionError):  # it stays unacked and is sent again
                await self.socket.send_json(frame)
        return client_id

    async def ask(self, text: str, timeout: float = 60) -> list[dict[str, Any]]:
        """Say something and return the whole reply of that turn."""
        return await self.reply_to(await self.say(text), timeout)

    async def reply_to(self, client_id: str, timeout: float = 60) -> list[dict[str, Any]]:
        """Wait for the last message of a turn; return all of it."""

        def whole() -> bool:
            return any(m.get("last") for m in self.replies(client_id))

        await self.until(whole, timeout)
        return self.replies(client_id)

    def replies(self, client_id: str) -> list[dict[str, Any]]:
        """What has come in answer to a message so far."""
        return [m for _, m in sorted(self.by_seq.items()) if m.get("reply_to") == client_id]

    async def until(self, condition: Any, timeout: float = 60) -> None:
        """Wait until a condition of what was received holds."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(condition), timeout)
            except TimeoutError:
                tail = [
                    {k: f.get(k) for k in ("type", "seq", "sender", "code", "state", "text")}
                    for f in self.frames[-8:]
                ]
                raise AssertionError(f"timed out; last frames: {tail}") from None

    def transcript(self) -> list[tuple[int, str, str]]:
        """(seq, sender, text) of everything, the customer's own words included."""
        whole = {seq: (m["sender"], m["text"]) for seq, m in self.by_seq.items()}
        for client_id, seq in self.acks.items():
            if seq is not None and client_id in self.said:
                whole.setdefault(seq, ("visitor", self.said[client_id]))
        return [(seq, *whole[seq]) for seq in sorted(whole)]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        shown: set[int] = set()
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            frame = json.loads(message.data)
            async with self._changed:
                self._take(frame, shown)
                self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()

    def _take(self, frame: dict[str, Any], shown: set[int]) -> None:
        self.frames.append(frame)
        match frame["type"]:
            case "welcome":
                if frame["conversation_id"] != self.conversation_id and self.conversation_id and self.by_seq:
                    self.by_seq, self.acks = {}, {}
                    shown.clear()
                self.conversation_id = frame["conversation_id"]
                self.token = frame["visitor_token"]
                self.state = frame["state"]
            case "ack":
                self.unacked.pop(frame["client_id"], None)
                before = self.acks.setdefault(frame["client_id"], frame["seq"])
                if before != frame["seq"]:
                    self.broken.append(f"two acks of one message: {before} and {frame['seq']}")
            case "message":
                if frame["seq"] in shown:
                    self.broken.append(f"seq {frame['seq']} came twice on one connection")
                if shown and frame["seq"] < max(shown):
                    self.broken.append(f"seq {frame['seq']} came after {max(shown)}")
                shown.add(frame["seq"])
                before_frame = self.by_seq.get(frame["seq"])
                if before_frame is not None and before_frame["text"] != frame["text"]:
                    self.broken.append(f"seq {frame['seq']} changed its text")
                self.by_seq[frame["seq"]] = frame
                if frame.get("client_id"):
                    self.acks.setdefault(frame["client_id"], frame["seq"])
            case "state":
                self.state = frame["state"]
            case "survey":
                self.surveys += 1
            case "error":
                self.errors.append(frame)
