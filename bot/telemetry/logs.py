"""Structured logs with ids and without customer text.

Only names on the allow-list get into a line: a value that somebody logs by mistake, a customer's words or a
token, is dropped, and the line says which name was. Exceptions are logged by type and place; their text may
hold what a library read.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog
from aiohttp.http_exceptions import HttpProcessingError

ALLOWED = frozenset(
    {
        "agent_id", "attempts", "audiosocket_port", "bytes", "call_id", "case_id", "checks", "code",
        "connection_id", "contact_id",
        "conversation_id", "count", "delivery_id", "dependency", "dropped", "error", "event", "exit_code",
        "gateway_id", "host", "index", "kind", "lang", "level", "logger", "method", "model", "number_of",
        "outcome", "path", "pid", "place", "port", "position", "reason", "reference", "request_id",
        "restarts", "retry_after", "returned", "route", "seconds", "sink", "state", "status", "sweep",
        "timestamp", "topic", "transport", "version", "worker",
    }
)  # fmt: skip
"""Names that never hold what a person wrote or what opens a door."""
OWN_ROOMS = frozenset({"voice", "nlu", "knowledge_base"})
"""Rooms that log through the standard library; their own words name no person."""
LONGEST = 300
"""Characters of a value."""
_SECRETS = re.compile(
    r"whsec_[\w+/=-]+"  # a webhook's secret
    r"|(?i:bearer|basic)\s+[\w.~+/=-]+"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT
    r"|(?<=://)[^/\s@]+(?=@)"  # user and password in an address
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # an e-mail address
)
EventDict = MutableMapping[str, Any]


def only_known_names(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop every name that is not on the allow-list."""
    dropped = [name for name in event if name not in ALLOWED and name != "exc_info"]
    for name in dropped:
        del event[name]
    if dropped:
        event["dropped"] = sorted(dropped)
    for name, value in event.items():
        event[name] = safe(value)
    return event


def safe(value: Any) -> Any:
    """Return what may stand in a line: numbers, and short text without secrets; of all else the type."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list | set | frozenset) and len(value) <= 20:
        return [safe(item) for item in value]
    if not isinstance(value, str):
        return type(value).__name__
    text = _SECRETS.sub("[redacted]", value[: 2 * LONGEST])
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def error_by_place(_: Any, __: str, event: EventDict) -> EventDict:
    """Turn an exception into its type and where it happened, never its text."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        event["place"] = " < ".join(
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[::-1]
        )
    return event


def configure(level: str, style: Literal["auto", "json", "console"]) -> None:
    """Set logging up for the process; other libraries' warnings go the same way."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            error_by_place,
            only_known_names,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Through()], level=logging.WARNING, force=True)


class _Through(logging.Handler):
    """Hands other libraries' records to structlog; their text without the values that go into it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on one record; a client that speaks no HTTP has its 400 and is no fault of ours."""
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            return
        log = structlog.get_logger(record.name)
        values: Mapping[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        level = logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING
        # The first line: asyncio puts a failed task's exception, text and all, into the ones after it.
        ours = record.name.partition(".")[0] in OWN_ROOMS
        first = (record.getMessage() if ours else str(record.msg)).split("\n", 1)[0]
        log.log(level, first[:120], logger=record.name, **values)
