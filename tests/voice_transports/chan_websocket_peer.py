"""Asterisk's side of chan_websocket, scripted as it was seen from Asterisk 22."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType, encode_basic_auth, web
from socket_peers import SocketPeer
from transport_peers import Leg, Legs

from voice.audio.resample import resample
from voice.transports.chan_websocket import chan_websocket_handler
from voice.transports.limits import TransportLimits

TOKEN = "token-of-tests"
_RATES = {"slin": 8000, "slin16": 16000}


class ChanWebsocketPeer(SocketPeer):
    """Returns a mark once nothing before it is left to play, and forgets those that a flush overtook."""

    def __init__(self, socket: ClientWebSocketResponse, media: str = "slin") -> None:
        self._media = media
        self._marks: list[str] = []
        super().__init__(socket)

    async def begin(self) -> None:
        await self.tell(
            event="MEDIA_START",
            connection_id="centrala",
            channel="WebSocket/centrala/0x1",
            channel_id="1.1",
            format=self._media,
            optimal_frame_size=_RATES[self._media] // 25,
            ptime=20,
            channel_variables={},
        )

    async def say(self, pcm: bytes) -> None:
        pcm = resample(pcm, 8000, _RATES[self._media])
        size = _RATES[self._media] // 25
        for at in range(0, len(pcm), size):
            await self.write(pcm[at : at + size])

    async def press(self, digit: str) -> None:
        await self.tell(event="DTMF_END", channel_id="1.1", digit=digit)

    async def hang_up(self) -> None:
        await self.socket.close()

    async def take(self, message: aiohttp.WSMessage) -> bytes:
        if message.type is WSMsgType.BINARY:
            return resample(message.data, _RATES[self._media], 8000)
        said = self.frames[-1]
        if said["command"] == "MARK_MEDIA":
            self._marks.append(said["correlation_id"])
            asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(self._played()))
        elif said["command"] == "FLUSH_MEDIA":
            self._marks.clear()
        elif said["command"] == "HANGUP":
            await self.socket.close()
        return b""

    async def _played(self) -> None:
        marks, self._marks = self._marks, []
        for mark in marks:
            await self.tell(event="MEDIA_MARK_PROCESSED", channel_id="1.1", correlation_id=mark)


class ChanWebsocketScene:
    def __init__(self, url: str, session: aiohttp.ClientSession, legs: Legs, media: str) -> None:
        self.url, self.session = url, session
        self.legs, self._media = legs, media
        self.takes_calls = True
        self.peers: list[SocketPeer] = []

    async def connect(self, **query: str) -> ChanWebsocketPeer:
        """A connection that has said nothing yet."""
        headers = {"Authorization": encode_basic_auth("asterisk", TOKEN)}
        socket = await self.session.ws_connect(self.url, headers=headers, params=query, protocols=("media",))
        peer = ChanWebsocketPeer(socket, self._media)
        self.peers.append(peer)
        return peer

    async def call(self) -> tuple[Any, Leg]:
        peer = await self.connect(call=str(uuid.uuid4()), caller="+48600100200", called="800", lang="pl")
        await peer.begin()
        return peer, await self.legs.next()


@asynccontextmanager
async def chan_websocket_scene(
    legs: Legs, limits: TransportLimits, media: str = "slin"
) -> AsyncIterator[ChanWebsocketScene]:
    async with aiohttp.ClientSession() as session:
        scene = ChanWebsocketScene("", session, legs, media)
        handler = chan_websocket_handler(
            legs.on_call, lambda token: token == TOKEN, takes_calls=lambda: scene.takes_calls, limits=limits
        )
        app = web.Application()
        app.router.add_get("/voice/asterisk", handler)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        scene.url = f"http://127.0.0.1:{runner.addresses[0][1]}/voice/asterisk"
        try:
            yield scene
        finally:
            legs.release()
            for peer in scene.peers:
                await peer.socket.close()
                peer.reader.cancel()
            await asyncio.gather(*(peer.reader for peer in scene.peers), return_exceptions=True)
            await runner.cleanup()
