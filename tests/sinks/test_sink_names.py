"""Each sink is owed its own rows, by its name."""

import pytest

from bot.app.gateway import sink_names
from bot.errors import ConfigurationError
from bot.settings.model import History, Settings, Sink


def names(*sinks: Sink) -> tuple[str, ...]:
    return sink_names(Settings(history=History(sinks=sinks)))


def test_a_sink_is_called_by_its_host_or_its_name() -> None:
    assert names(Sink(url="https://crm.example/hook"), Sink(url="https://crm.example/b", name="b")) == (
        "crm.example",
        "b",
    )


def test_two_of_one_name_would_share_what_is_owed() -> None:
    with pytest.raises(ConfigurationError, match=r"history\.sinks: two are called crm\.example"):
        names(Sink(url="https://crm.example/a"), Sink(url="https://crm.example/b"))
