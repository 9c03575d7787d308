"""Fixtures: a real Asterisk for the session, and phones that call it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from asterisk_scene import Centrala, centrala_scene

from tests.asterisk_pbx import AsteriskPbx, CannotRunError
from tests.sip_phone import SipStack


@pytest.fixture(scope="session")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskPbx]:
    """An Asterisk with deploy/asterisk; skipped where it cannot run."""
    pbx = AsteriskPbx(tmp_path_factory.mktemp("asterisk"))
    try:
        pbx.start()
    except CannotRunError as reason:
        pytest.skip(str(reason))
    yield pbx
    pbx.stop()


@pytest.fixture
async def phones(pbx: AsteriskPbx) -> AsyncIterator[SipStack]:
    """Callers and agents' phones."""
    async with SipStack(pbx.sip) as stack:
        yield stack


@pytest.fixture
async def centrala(pbx: AsteriskPbx) -> AsyncIterator[Centrala]:
    """A gateway that tests drive, reached by AudioSocket."""
    async with centrala_scene(pbx, "audiosocket") as centrala:
        yield centrala


@pytest.fixture(params=["audiosocket", "websocket"])
async def either(pbx: AsteriskPbx, request: pytest.FixtureRequest) -> AsyncIterator[Centrala]:
    """The same, reached by each way that Asterisk has."""
    async with centrala_scene(pbx, request.param) as centrala:
        yield centrala
