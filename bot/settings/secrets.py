"""The secrets that a start needs: from the configuration, from the demo, or made and kept in data_dir."""

import ipaddress
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ConfigurationError
from bot.settings.model import Settings

DEMO_IDENTITY = "demo-identity-secret-of-32-bytes-or-more"
DEMO_SERVICE = "demo"
MIN_SECRET = 32
"""Bytes of a secret that signs; RFC 7518, section 3.2."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is signed and checked with what. Never logged: `repr` shows no values."""

    visitor: str = field(repr=False)
    """Signs visitors' tokens."""
    identity: str | None = field(repr=False)
    """The shop's secret for identity tokens; none: no identity is taken."""
    service: str | None = field(repr=False)
    """The service token; none: no system may sign in with one."""
    orders: str | None = field(repr=False, default=None)
    """The order system's token; none: it wants none."""
    asterisk: str | None = field(repr=False, default=None)
    """What chan_websocket shows; none: it is not taken."""
    ari: str | None = field(repr=False, default=None)
    """ARI's password."""
    twilio: str | None = field(repr=False, default=None)
    """The account's auth token; none: Twilio is not used."""


def gather(settings: Settings) -> Secrets:
    """Find every secret; raises `ConfigurationError` that names the key and how to set it."""
    loopback = is_loopback(settings.web.host)
    identity = _read("identity.secret", settings.identity.value)
    service = _read("web.service_token", settings.web.service)
    if settings.demo:
        if not loopback:
            raise ConfigurationError(
                f"demo: true with web.host: {settings.web.host} would show the demo's passwords and "
                "secrets to the network; set demo: false, or web.host: 127.0.0.1"
            )
        identity = identity or DEMO_IDENTITY
        service = service or DEMO_SERVICE
    elif not loopback and (identity == DEMO_IDENTITY or service == DEMO_SERVICE):
        raise ConfigurationError(
            "identity.secret or web.service_token is the demo's, and web.host is not loopback; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if identity is not None and len(identity.encode()) < MIN_SECRET:
        raise ConfigurationError(
            f"identity.secret is shorter than {MIN_SECRET} bytes; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    visitor = _read("web.secret", settings.web.value) or _own_secret(settings)
    orders = _read("orders.token", settings.orders.bearer)
    voice = settings.voice
    return Secrets(
        visitor=visitor,
        identity=identity,
        service=service,
        orders=orders,
        asterisk=voice.asterisk.token.get_secret_value() if voice.asterisk.token else None,
        ari=_read("voice.asterisk.ari_password", voice.asterisk.password),
        twilio=_read("voice.twilio.auth_token", voice.twilio.token),
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(key: str, value: Callable[[], str | None]) -> str | None:
    try:
        text = value()
    except OSError as error:
        raise ConfigurationError(f"{key}_file cannot be read: {error.strerror}") from None
    return text or None


def _own_secret(settings: Settings) -> str:
    """Make a secret once and keep it beside the database; gateways that share one must be given it."""
    if settings.database.url is not None:
        raise ConfigurationError(
            "web.secret: none is set, and gateways that share a database must share it; set "
            "CENTRALA_WEB__SECRET, made with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    path = Path(settings.data_dir) / "secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(new, path)
        except FileExistsError:
            pass  # another gateway on this machine made it first; ours is thrown away
        finally:
            new.unlink()
    return path.read_text(encoding="utf-8")
