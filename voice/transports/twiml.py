"""TwiML: what Twilio's webhooks are answered with, and whether a request is Twilio's.

Sources: Twilio's pages on <Connect><Stream>, <Redirect>, <Dial>, <Enqueue>, <Reject> and on webhook security.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree as ET

CONTENT_TYPE = "text/xml"
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Dial:
    """Put the caller through to somebody's phone."""

    to: str
    """A number (`+48...`), `sip:...` or `client:...`."""
    caller_id: str | None = None
    """What the phone shows; one of the shop's own numbers at Twilio."""
    seconds: int = 25
    """How long it rings."""
    then: str | None = None
    """The webhook that says what is next when the leg is over or nobody answered."""


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put the caller into a queue at Twilio, with its music."""

    queue: str
    wait_url: str | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Connect the caller to us again: back to the bot."""

    stream: str
    """`wss://` without a query: Twilio takes none."""
    parameters: Mapping[str, str]
    then: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Take no call: it costs nothing, and the caller hears that we are busy."""


Next = Dial | Enqueue | Resume | HangUp | Reject


def render(step: Next) -> str:
    """Write what comes next as a TwiML document."""
    response = ET.Element("Response")
    match step:
        case Resume(stream, parameters, then):
            connected = ET.SubElement(ET.SubElement(response, "Connect"), "Stream", url=stream)
            for name, value in parameters.items():
                ET.SubElement(connected, "Parameter", name=name, value=value)
            ET.SubElement(response, "Redirect", method="POST").text = then
        case Dial(to, caller_id, seconds, then):
            given = {"timeout": str(seconds), "callerId": caller_id, "action": then}
            dial = ET.SubElement(response, "Dial", _there(given))
            ET.SubElement(dial, _noun(to)).text = to.removeprefix("client:")
        case Enqueue(queue, wait_url, then):
            ET.SubElement(response, "Enqueue", _there({"waitUrl": wait_url, "action": then})).text = queue
        case HangUp():
            ET.SubElement(response, "Hangup")
        case Reject():
            ET.SubElement(response, "Reject", reason="busy")
    text = ET.tostring(response, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'


def _there(given: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _noun(to: str) -> str:
    return {"sip": "Sip", "sips": "Sip", "client": "Client"}.get(to.partition(":")[0], "Number")


def signature(auth_token: str, url: str, params: Sequence[tuple[str, str]]) -> str:
    """Sign a request as Twilio does: base64 of HMAC-SHA1 over the URL and the sorted POST parameters.

    A parameter that comes several times counts once for each different value, as in Twilio's own libraries.
    """
    text = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def is_signed(auth_token: str, url: str, params: Sequence[tuple[str, str]], given: str | None) -> bool:
    """Tell whether `given` (X-Twilio-Signature) is right, in constant time.

    `url` is the one that Twilio called, query included. Twilio signs it with the port or without; both count.
    """
    offered = (given or "").encode()
    right = [
        hmac.compare_digest(signature(auth_token, spelling, params).encode(), offered)
        for spelling in _spellings(url)
    ]
    return any(right)


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)
    return urlunsplit(parts._replace(netloc=host)), urlunsplit(parts._replace(netloc=f"{host}:{port}"))
