"""A throw-away PostgreSQL cluster on a unix socket, as an unprivileged user where the tests run as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path


def find_binaries() -> Path | None:
    """Find the folder with `initdb`; Debian keeps it out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class PostgresServer:
    """The cluster. Trusts everybody who can reach its socket folder."""

    def __init__(self) -> None:
        binaries = find_binaries()
        assert binaries is not None
        self._bin = binaries
        self._dir = Path(tempfile.mkdtemp(prefix="centrala-pg-"))
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def __enter__(self) -> "PostgresServer":
        if os.geteuid() == 0:
            shutil.chown(self._dir, "postgres")
        data = self._dir / "data"
        self._run("initdb", "-D", str(data), "-A", "trust", "-E", "UTF8", "--no-sync", "-U", "postgres")
        options = f"-k {self._dir} -c listen_addresses= -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(self._dir / "log"), "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._dir / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._dir, ignore_errors=True)

    def new_database(self) -> str:
        """Make an empty database; return its URL."""
        name = f"t{uuid.uuid4().hex}"
        self._run("createdb", "-h", str(self._dir), "-U", "postgres", name)
        return f"postgresql+asyncpg://postgres@/{name}?host={self._dir}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={self._user}", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd="/", env={**os.environ, "LC_ALL": "C"}
        )
