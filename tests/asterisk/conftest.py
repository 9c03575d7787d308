"""Fixtures: a gateway that tests drive, and the session's Asterisk pointed at it."""

from collections.abc import AsyncIterator

import pytest
from asterisk_scene import Centrala, centrala_scene

from tests.asterisk_pbx import AsteriskPbx


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
