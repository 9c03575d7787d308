"""The configuration: three sources, one result, errors that name key, value and mend."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import load
from bot.settings.load import validate
from bot.settings.secrets import DEMO_IDENTITY, gather

CONFIG = Path("config.yml")


def test_the_file_in_the_repository_is_the_demo() -> None:
    settings = load(CONFIG, environment={})
    assert settings.demo
    assert settings.web.port == 8080
    assert settings.handoff.capacity == 4


def test_set_wins_over_environment_wins_over_file() -> None:
    environment = {"CENTRALA_WEB__PORT": "8081", "CENTRALA_SHOP__NAME": "2026", "HOME": "/root"}
    settings = load(CONFIG, environment=environment, overrides=["web.port=8082"])
    assert settings.web.port == 8082
    assert settings.shop.name == "2026"


def test_lists_come_as_json() -> None:
    sinks = '[{"url":"http://127.0.0.1:9/hook","secret":"whsec_abc"}]'
    settings = load(CONFIG, environment={"CENTRALA_HISTORY__SINKS": sinks})
    assert settings.history.sinks[0].url == "http://127.0.0.1:9/hook"


@pytest.mark.parametrize(
    ("override", "parts"),
    [
        ("web.prot=1", ["web.prot", "did you mean web.port"]),
        ("wbe.port=1", ["wbe", "did you mean web?"]),
        ("web.port=99999", ["web.port", "99999"]),
        ("web.port=abc", ["web.port", "abc"]),
        ("dialogue.workers=0", ["dialogue.workers", "0"]),
        ("languages=[de]", ["languages", "de"]),
        ("database.synchronous=sometimes", ["database.synchronous", "normal"]),
        ("demo.x=1", ["demo"]),
        ("shop.articles_url=https://shop.example/help", ["shop.articles_url", "{article}"]),
        ("shop.articles_url='https://shop.example/{slug}/{article}'", ["shop.articles_url", "{article}"]),
        ("shop.articles_url='javascript:{article}'", ["shop.articles_url", "address"]),
        ("web.port", ["--set"]),
    ],
)
def test_a_mistake_is_named(override: str, parts: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(CONFIG, environment={}, overrides=[override])
    for part in parts:
        assert part in str(caught.value)


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(CONFIG, environment={}, overrides=["history.sinks=[{url: ftp://x, secret: hush-hush}]"])
    assert "hush" not in str(caught.value)
    settings = load(CONFIG, environment={"CENTRALA_IDENTITY__SECRET": "hush" * 10})
    assert "hush" not in repr(settings)


def test_files_that_are_not_there_or_not_yaml(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--config"):
        load(tmp_path / "none.yml", environment={})
    broken = tmp_path / "broken.yml"
    broken.write_text("web: [\n")
    with pytest.raises(ConfigurationError, match="line"):
        load(broken, environment={})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "shop.example"])
def test_the_demo_stays_on_this_machine(tmp_path: Path, host: str) -> None:
    settings = validate({"demo": True, "data_dir": tmp_path, "web": {"host": host}})
    with pytest.raises(ConfigurationError, match="demo: false"):
        gather(settings)
    settings = validate({"data_dir": tmp_path, "web": {"host": host}, "identity": {"secret": DEMO_IDENTITY}})
    with pytest.raises(ConfigurationError, match="the demo's"):
        gather(settings)


def test_production_has_no_demo_secrets(tmp_path: Path) -> None:
    secrets = gather(validate({"data_dir": tmp_path}))
    assert secrets.identity is None
    assert secrets.service is None
    assert len(secrets.visitor) >= 32
    assert gather(validate({"data_dir": tmp_path})).visitor == secrets.visitor
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_gateways_that_share_a_database_share_a_secret(tmp_path: Path) -> None:
    settings = validate({"data_dir": tmp_path, "database": {"url": "postgresql+asyncpg://x/y"}})
    with pytest.raises(ConfigurationError, match="CENTRALA_WEB__SECRET"):
        gather(settings)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        gather(validate({"data_dir": tmp_path, "identity": {"secret": "short"}}))


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "identity"
    file.write_text("f" * 40 + "\n")
    settings = validate({"data_dir": tmp_path, "identity": {"secret_file": file}})
    assert gather(settings).identity == "f" * 40
    missing = validate({"data_dir": tmp_path, "identity": {"secret_file": tmp_path / "no"}})
    with pytest.raises(ConfigurationError, match=r"identity\.secret_file"):
        gather(missing)
