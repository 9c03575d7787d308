"""Somebody who calls the desk's REST interface with a Bearer token."""

from types import TracebackType
from typing import Any

from aiohttp import ClientWebSocketResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer


class Caller:
    """Each call gives (status, parsed body or none)."""

    def __init__(self, server: TestServer) -> None:
        self.client: TestClient[Any, Any] = TestClient(server, cookie_jar=DummyCookieJar())
        self.headers: dict[str, str] = {}
        self.id = ""

    async def __aenter__(self) -> "Caller":
        await self.client.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.session.close()

    def bearer(self, token: str) -> "Caller":
        self.headers = {"Authorization": f"Bearer {token}"}
        return self

    async def sign_in(self, email: str, password: str = "demo") -> "Caller":
        status, body = await self.post("/login", {"email": email, "password": password})
        assert status == 200, body
        self.id = body["me"]["id"]
        return self.bearer(body["token"])

    async def online(self, state: str = "online") -> "Caller":
        status, body = await self.put("/me/presence", {"state": state})
        assert status == 200, body
        return self

    async def get(self, path: str, **query: Any) -> tuple[int, Any]:
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return await self.call("POST", path, json=body if body is not None else {})

    async def put(self, path: str, body: Any) -> tuple[int, Any]:
        return await self.call("PUT", path, json=body)

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.client.request(method, f"/api/v1{path}", headers=self.headers, **options) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    async def socket(self, **options: Any) -> ClientWebSocketResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        return await self.client.ws_connect("/desk/ws", headers=headers, **options)
