"""What an operator does: deploy/asterisk/new-site.sh, and an Asterisk that runs what it made."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk_pbx import ROOT, SCRIPT, AsteriskPbx
from voice.ari.ringing import NotReached, why_not


def new_site(to: Path) -> str:
    script = ROOT / "deploy/asterisk/new-site.sh"
    return subprocess.run([script, to], capture_output=True, text=True, check=True).stdout


def secrets(site: Path) -> list[str]:
    texts = [file.read_text() for file in sorted(site.glob("*.conf"))]
    return [found for text in texts for found in re.findall(r"\b[0-9a-f]{32}\b", text)]


def test_a_new_site_has_secrets_of_its_own_and_a_second_time_leaves_them(tmp_path: Path) -> None:
    said = new_site(tmp_path)
    site = tmp_path / "site"
    assert not [file for file in site.glob("*.conf") if re.search(r"@[A-Z_0-9]+@", file.read_text())]
    made = secrets(site)
    assert len(made) == len(set(made)) == 5  # service, WebSocket, ARI, two phones
    assert all(secret in made for secret in re.findall(r"[0-9a-f]{32}", said))
    assert all(not file.stat().st_mode & 0o007 for file in site.glob("*.conf"))
    (tmp_path / "queues.conf").write_text("; changed by somebody")
    assert new_site(tmp_path) == ""
    assert secrets(site) == made
    assert (tmp_path / "queues.conf.before-centrala").read_text() == "; changed by somebody"


@pytest.fixture
def operators(pbx: AsteriskPbx, tmp_path: Path) -> Iterator[AsteriskPbx]:
    """The PBX with an operator's new site instead of the tests'; only its ports are others."""
    new_site(tmp_path)
    with (tmp_path / "site/pjsip.conf").open("a") as file:
        file.write(f"\n[transport-udp](+)\nbind = {pbx.sip}\n")
    with (tmp_path / "site/http.conf").open("a") as file:
        file.write(f"\n[general](+)\nbindport = {pbx.http_port}\n")
    pbx.stop()
    subprocess.run([SCRIPT, "run", pbx.root, tmp_path], check=True, capture_output=True)
    yield pbx
    pbx.stop()
    pbx.start()


@pytest.mark.asterisk
def test_an_asterisk_runs_a_new_site(operators: AsteriskPbx) -> None:
    endpoints = operators.cli("pjsip show endpoints")
    assert re.search(r"Endpoint:\s+201/201", endpoints)
    assert re.search(r"Endpoint:\s+202/202", endpoints)
    assert "PJSIP/201" in operators.cli("queue show support")
    assert "from-trunk" in operators.cli("dialplan show from-trunk")
    assert "centrala" in operators.cli("ari show users")
    assert "ERROR" not in operators.log()


@pytest.mark.parametrize(
    ("cause", "rang", "why"),
    [
        (17, True, NotReached.BUSY),
        (17, False, NotReached.BUSY),
        (21, True, NotReached.DECLINED),
        (19, True, NotReached.NO_ANSWER),
        (16, True, NotReached.NO_ANSWER),
        (19, False, NotReached.UNREACHABLE),
        (1, False, NotReached.UNREACHABLE),
        (1, True, NotReached.UNREACHABLE),
        (0, False, NotReached.UNREACHABLE),
    ],
)
def test_causes(cause: int, rang: bool, why: NotReached) -> None:
    assert why_not(cause, rang=rang) is why
