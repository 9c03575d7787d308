"""The tests' PBX: a real Asterisk that runs deploy/asterisk as it is, with a site of the tests' own.

Made by scripts/asterisk.sh in var/asterisk (CENTRALA_ASTERISK names another folder); needs root and Debian.
"""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from tests.gateway_process import free_port

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "tests/asterisk/site"
SCRIPT = ROOT / "scripts/asterisk.sh"

PHONES = {"201": "phone-of-anna", "202": "phone-of-piotr"}
"""Agents' phones and their passwords, as in the tests' site."""
ARI_USER, ARI_PASSWORD = "centrala", "ari-of-the-tests"
TOKEN = "demo"
"""Centrala's service token."""


class CannotRunError(Exception):
    """Why there can be no Asterisk here."""


class AsteriskPbx:
    """One running Asterisk on loopback, at ports of its own."""

    def __init__(self, folder: Path) -> None:
        """`folder` is an empty one for its configuration."""
        self.root = Path(os.environ.get("CENTRALA_ASTERISK", ROOT / "var/asterisk"))
        self._folder = folder
        self.sip_port = free_port(socket.SOCK_DGRAM)
        self.http_port = free_port()
        self.sip = f"127.0.0.1:{self.sip_port}"
        """Where phones call."""
        self.ari = f"http://127.0.0.1:{self.http_port}/ari"
        """Where ARI is."""

    def start(self) -> None:
        """Make it where it is missing, and start it. Raises `CannotRunError`."""
        if os.geteuid() != 0:
            raise CannotRunError("a real Asterisk runs in a chroot, which needs root")
        if "ID=debian" not in Path("/etc/os-release").read_text().split():
            raise CannotRunError("the real Asterisk is Debian's; this is not Debian")
        try:
            self._script("make", str(self.root))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            # Debian's sid is no release: a mirror that has no whole one today is no fault of ours.
            raise CannotRunError(f"Asterisk cannot be had from Debian now: {str(error)[-300:]}") from error
        self._script("stop", str(self.root))  # of a run that was killed
        self._write_site("127.0.0.1:1", 1)
        self._script("run", str(self.root), str(ROOT / "deploy/asterisk"), str(self._folder))

    def stop(self) -> None:
        self._script("stop", str(self.root))

    def cli(self, command: str) -> str:
        """Ask its command line."""
        return self._script("cli", str(self.root), command)

    def point_at(self, audiosocket_port: int, web_port: int, by: str = "audiosocket") -> None:
        """Tell the dialplan where Centrala is; `by` is `audiosocket` or `websocket`. In force at once."""
        for name, value in {
            "CENTRALA_AUDIO": f"127.0.0.1:{audiosocket_port}",
            "CENTRALA_API": f"http://127.0.0.1:{web_port}/api/v1",
            "CENTRALA_BY": by,
        }.items():
            self.cli(f"dialplan set global {name} {value}")
        if by == "websocket":
            self._write_site(f"127.0.0.1:{audiosocket_port}", web_port)
            site = self.root / "etc/asterisk/site"
            shutil.copy(self._folder / "site/websocket_client.conf", site)
            self.cli("module reload res_websocket_client.so")

    def channels(self) -> int:
        """How many channels there are."""
        counted = re.search(r"(\d+) active channel", self.cli("core show channels count"))
        assert counted is not None
        return int(counted[1])

    def messages(self) -> list[Path]:
        """What callers who want to be called back have left."""
        return sorted((self.root / "var/spool/asterisk/centrala").glob("*.wav"))

    def log(self) -> str:
        """What it has said since its start."""
        return (self.root / "asterisk.out").read_text(errors="replace")

    def _write_site(self, audiosocket: str, web_port: int) -> None:
        values = {
            "SIP": self.sip,
            "HTTP_PORT": str(self.http_port),
            "AUDIO": audiosocket,
            "WEB": f"127.0.0.1:{web_port}",
            "TOKEN": TOKEN,
            "ARI_PASSWORD": ARI_PASSWORD,
            **{f"PHONE_{phone}": password for phone, password in PHONES.items()},
        }
        for source in SITE.rglob("*.conf"):
            text = source.read_text()
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            target = self._folder / source.relative_to(SITE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def _script(self, *arguments: str) -> str:
        done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=420, check=False)
        if done.returncode:
            raise RuntimeError(f"scripts/asterisk.sh {arguments[0]}: {done.stderr.strip()[-2000:]}")
        return done.stdout
