"""Holds every REST answer that a test sees to the OpenAPI document of the gateway that gave it."""

import json
import re
from typing import Any

import aiohttp
from openapi_schema_validator import OAS31Validator

from tests.agent_client import AgentClient

PROBLEM = "application/problem+json"


class RestContract:
    """An OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()
        """(method, path, status) of what was checked."""
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in document["paths"]
        ]
        self._validators: dict[tuple[str, str, int], OAS31Validator] = {}

    def check(self, method: str, path: str, status: int, kind: str, body: bytes) -> None:
        """Fail where the document does not promise this answer."""
        template = next(known for pattern, known in self._paths if pattern.match(path.split("?")[0]))
        where = f"{method} {template} answered {status}"
        responses = self.document["paths"][template][method.lower()]["responses"]
        assert str(status) in responses, f"{where}, which the document does not know: {body.decode()[:300]}"
        promised = responses[str(status)]
        self.seen.add((method, template, status))
        if "content" not in promised:
            assert body == b"", f"{where} with a body"
            return
        assert kind in promised["content"], f"{where} as {kind}"
        data = json.loads(body)
        schema = promised["content"][kind]["schema"] | {"components": self.document["components"]}
        key = (method, template, status)
        if key not in self._validators:
            self._validators[key] = OAS31Validator(schema)
        problems = [
            f"{error.json_path}: {error.message}" for error in self._validators[key].iter_errors(data)
        ]
        assert problems == [], f"{where}: {problems}"
        if kind == PROBLEM:
            assert data["status"] == status
            assert data["code"] in promised["description"], f"{where} with the unnamed code {data['code']}"


class CheckedAgent(AgentClient):
    """An agent whose every answer is checked."""

    def __init__(self, session: aiohttp.ClientSession, url: str, contract: RestContract) -> None:
        super().__init__(session, url)
        self.url = url
        self.contract = contract

    async def log_in(self, email: str, password: str = "demo") -> str:
        """Sign in; return the session's token."""
        status, body = await self.call("POST", "/login", {"email": email, "password": password})
        assert status == 200, body
        token: str = body["token"]
        return token

    def use(self, token: str) -> None:
        """Go on with this token."""
        self._headers = {"Authorization": f"Bearer {token}"}

    def without(self) -> None:
        """Go on as nobody."""
        self._headers = {}

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call; return status and the body as JSON (none where there is none)."""
        url = self._url + path
        async with self._session.request(method, url, json=body, headers=self._headers) as answer:
            raw = await answer.read()
            self.contract.check(method, "/api/v1" + path, answer.status, answer.content_type, raw)
            return answer.status, json.loads(raw) if raw else None

    async def refused(self, status: int, code: str, method: str, path: str, body: Any = None) -> None:
        """Call, and be refused like this."""
        got, problem = await self.call(method, path, body)
        assert (got, (problem or {}).get("code")) == (status, code), problem

    async def done(self, method: str, path: str, body: Any = None) -> Any:
        """Call, and succeed."""
        status, answer = await self.call(method, path, body)
        assert 200 <= status < 300, (method, path, status, answer)
        return answer

    async def everything(self, path: str, limit: int = 100) -> list[dict[str, Any]]:
        """Read a list to its end, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        joint = "&" if "?" in path else "?"
        while True:
            page = await self.done("GET", f"{path}{joint}limit={limit}{cursor}")
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    async def serve(self, conversation_id: str) -> dict[str, Any]:
        """Take one waiting conversation."""
        found: dict[str, Any] = await self.done("POST", f"/conversations/{conversation_id}/claim")
        return found
