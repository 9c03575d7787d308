"""An agent at the REST interface, written against the contract alone."""

import uuid
from typing import Any

import aiohttp


class AgentClient:
    """One agent with a Bearer token."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url + "/api/v1"
        self._headers: dict[str, str] = {}

    async def sign_in(self, email: str, password: str = "demo") -> None:
        """Sign in and go online."""
        status, body = await self.call("POST", "/login", {"email": email, "password": password})
        assert status == 200, body
        self._headers = {"Authorization": f"Bearer {body['token']}"}
        status, body = await self.call("PUT", "/me/presence", {"state": "online"})
        assert status < 300, body

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call; return status and the body as JSON (none where there is none)."""
        async with self._session.request(
            method, self._url + path, json=body, headers=self._headers
        ) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    async def serve_next(self) -> dict[str, Any]:
        """Take the next waiting conversation; there must be one."""
        status, body = await self.call("POST", "/queue/next")
        assert status == 200, (status, body)
        found: dict[str, Any] = body
        return found

    async def say(self, conversation_id: str, text: str, client_id: str | None = None) -> None:
        """Reply to the customer."""
        body = {"client_id": client_id or str(uuid.uuid4()), "text": text}
        status, answer = await self.call("POST", f"/conversations/{conversation_id}/messages", body)
        assert status < 300, (status, answer)

    async def read(self, conversation_id: str) -> dict[str, Any]:
        """Read a conversation."""
        status, body = await self.call("GET", f"/conversations/{conversation_id}")
        assert status == 200, body
        found: dict[str, Any] = body
        return found

    async def transcript(self, conversation_id: str) -> list[tuple[int, str, str]]:
        """(seq, sender, text) of what the customer may see."""
        body = await self.read(conversation_id)
        return [(m["seq"], m["sender"], m["text"]) for m in body["messages"] if m["seq"] is not None]
