"""Tokens by which a media stream proves that it belongs to a call that the webhook took.

Twilio opens the stream without a signature and without a query, so the webhook passes the token as a
`<Parameter>`. It is bound to the CallSid and to every other parameter, lives for seconds and counts once.
Several gateways that share the secret take each other's tokens; 'once' holds for each of them.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping

from bot.clock import Clock
from bot.errors import ForbiddenError

TOKEN = "token"  # noqa: S105 - the parameter's name
_MOST_KEPT = 10_000


class StreamTokens:
    """Issues and takes tokens."""

    def __init__(self, secret: str, clock: Clock, *, seconds: float = 60.0) -> None:
        """`secret` may be Twilio's auth token: the key is derived from it."""
        self._key = hmac.new(secret.encode(), b"centrala stream token", hashlib.sha256).digest()
        self._clock = clock
        self._seconds = seconds
        self._used: dict[str, float] = {}

    def issue(self, call_sid: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return `parameters` with the token that holds them together."""
        until = int(self._clock.now().timestamp() + self._seconds)
        head = f"{until}.{secrets.token_urlsafe(9)}"
        return {**parameters, TOKEN: f"{head}.{self._mac(head, call_sid, parameters)}"}

    def take(self, call_sid: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters without their token; raises `ForbiddenError` where that is not good."""
        rest = {name: value for name, value in parameters.items() if name != TOKEN}
        head, _, mac = parameters.get(TOKEN, "").rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(head, call_sid, rest).encode()):
            raise ForbiddenError("the stream's token is not ours or of another call")
        now = self._clock.now().timestamp()
        until = float(head.partition(".")[0])
        if until < now:
            raise ForbiddenError("the stream's token is too old")
        if head in self._used:
            raise ForbiddenError("the stream's token was used before")
        self._used = {used: end for used, end in self._used.items() if end >= now}
        if len(self._used) >= _MOST_KEPT:
            raise ForbiddenError("too many streams at once")
        self._used[head] = until
        return rest

    def _mac(self, head: str, call_sid: str, parameters: Mapping[str, str]) -> str:
        text = json.dumps([head, call_sid, sorted(parameters.items())])
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()
