"""Fixtures for all tests (tests/conftest.py): one real Asterisk for the session, and phones that call it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.asterisk_pbx import AsteriskPbx, CannotRunError

if TYPE_CHECKING:
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
    from tests.sip_phone import SipStack  # its native library is loaded where it is needed

    async with SipStack(pbx.sip) as stack:
        yield stack
