"""What the documentation says is there, is there: links, files, commands, settings, metrics, snippets."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from bot.cli import main
from bot.clock import SystemClock
from bot.errors import ConfigurationError
from bot.orders.answer import read_order
from bot.settings import Settings, load
from bot.settings.load import read_file, validate
from bot.telemetry.metrics import Metrics
from bot.web.identity import Identities

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED = (
    "node_modules",
    ".venv",
    "var",
    "articles",
    ".hypothesis",
    ".pytest_cache",
    ".rasa",
    "test-results",
)
FENCE = re.compile(r"^ *```([^\n]*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
INSTALLED = ("deploy/.env", "deploy/secrets/", "deploy/certs/")
"""What an installation adds."""
SECRET = "a-secret-that-is-long-enough-for-hs256"


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    page: Path
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.text.strip().splitlines()[0][:40]}"


def pages() -> list[Path]:
    found = []
    for path in sorted(ROOT.rglob("*.md")):
        inside = path.relative_to(ROOT).parts
        if not any(part.startswith(SKIPPED) for part in inside):
            found.append(path)
    return found


def blocks(*kinds: str) -> list[Block]:
    return [
        Block(page, kind.strip(), text)
        for page in pages()
        for kind, text in FENCE.findall(page.read_text(encoding="utf-8"))
        if kind.strip() in kinds
    ]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def inline_code() -> Iterator[tuple[Path, str]]:
    for page in pages():
        for text in re.findall(r"`([^`\n]+)`", prose(page)):
            yield page, text


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.strip().replace(" ", "-") for title in plain}


def settings_keys(model: type[BaseModel] = Settings, prefix: str = "") -> set[str]:
    keys = set()
    for name, field in model.model_fields.items():
        keys.add(f"{prefix}{name}")
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys |= settings_keys(kind, f"{prefix}{name}.")
    return keys


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert not broken


def test_files_that_are_named_exist() -> None:
    rooms = (
        "bot/",
        "nlu/",
        "handoff/",
        "knowledge_base/",
        "deploy/",
        "docs/",
        "scripts/",
        "requirements/",
        "tests/",
    )
    missing = [
        f"{page.relative_to(ROOT)}: {text}"
        for page, text in inline_code()
        if text.startswith(rooms) and not re.search(r"[<{* …]", text) and not (ROOT / text).exists()
        if text not in INSTALLED
    ]
    assert not missing


def test_commands_exist_with_their_options() -> None:
    wrong = []
    texts = [(block.page, block.text) for block in blocks("sh", "")] + list(inline_code())
    for page, text in texts:
        for words in re.findall(
            r"(?:^|(?<=[/`])|gateway-1 |-u \S+ )centrala ([a-z]+(?: [^\n#`>|]*)?)", text, re.MULTILINE
        ):
            if problem := problem_of(words.split()):
                wrong.append(f"{page.relative_to(ROOT)}: centrala {words.strip()}: {problem}")
    assert not wrong


def problem_of(words: list[str]) -> str | None:
    """Say what is wrong with a command line, or none."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group):
        if not rest or not re.fullmatch(r"[a-z]+", rest[0]):
            return None if command is not main else "no command"
        if rest[0] not in command.commands:
            return f"there is no {rest[0]!r}" if looks_like_a_command(command, rest) else None
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in rest if word.startswith("--") and word not in known]
    return f"there is no {unknown[0]}" if unknown else None


def looks_like_a_command(command: click.Group, words: list[str]) -> bool:
    """Names of folders, packages and units are called centrala too; a line of prose is no command."""
    return command is not main or len(words) > 1


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [(block.page, block.text) for block in blocks("sh")]
    texts += [(page, text) for page, text in inline_code() if text.startswith("make ")]
    named = {target for _, text in texts for target in re.findall(r"(?:^|\s)make ([a-z-]+)", text)}
    assert named <= targets
    assert {"run", "test"} <= named


@pytest.mark.parametrize("block", [b for b in blocks("yaml") if b.text.startswith("# config.yml")], ids=str)
def test_configurations_load(block: Block) -> None:
    data = read_file(ROOT / "config.yml") | yaml.safe_load(block.text)
    assert isinstance(validate(data), Settings)


def test_settings_that_are_named_exist() -> None:
    keys = settings_keys()
    sections = {key.split(".")[0] for key in keys if "." in key}
    wrong = [
        f"{page.relative_to(ROOT)}: {text}"
        for page, text in inline_code()
        if (match := re.fullmatch(r"([a-z_]+\.[a-z_.]+)(?:: .*)?", text))
        and match[1].split(".")[0] in sections
        and match[1] not in keys
    ]
    assert not wrong


def test_environment_names_are_settings() -> None:
    keys = settings_keys()
    for page in [*pages(), *(ROOT / "deploy").iterdir()]:
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        for name in re.findall(r"CENTRALA_([A-Z_]+?)(?=[\s=:`\"'},;)%]|$)", text):
            key = name.lower().replace("__", ".")
            if page.parent.name == "asterisk":
                continue  # variables of the dialplan have the same prefix
            assert key in keys | {"key.path", "image", "soak"}, f"{page.name}: CENTRALA_{name}"


def compose() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yml").read_text(encoding="utf-8"))
    return data


def example_environment() -> dict[str, str]:
    lines = (ROOT / "deploy" / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: value.strip("'") for name, value in pairs}


@pytest.mark.parametrize("service", ["gateway-1", "gateway-2"])
def test_composes_environment_is_a_valid_configuration(service: str) -> None:
    example = example_environment()

    def fill(match: re.Match[str]) -> str:
        return example.get(match[1]) or match[2] or ""

    environment = {
        name: re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", fill, value)
        for name, value in compose()["services"][service]["environment"].items()
    }
    settings = load(ROOT / "config.yml", environment=environment)
    assert not settings.demo
    assert settings.database.url is not None
    assert settings.redis.url.startswith("redis://")
    assert settings.orders.url == example["ORDERS_URL"]
    assert len(settings.widget.allowed_origins) == 2
    assert settings.history.sinks[0].secret_file is not None
    assert settings.telemetry.log_format == "json"


def test_composes_secrets_are_files_that_it_declares() -> None:
    data = compose()
    named = set(re.findall(r"/run/secrets/(\w+)", json.dumps(data) + json.dumps(example_environment())))
    assert named == set(data["secrets"])
    for service in data["services"].values():
        assert set(service.get("secrets", [])) <= set(data["secrets"])


def test_who_stops_a_gateway_waits_longer_than_it_drains() -> None:
    drain = load(ROOT / "config.yml", environment={}).web.drain_seconds
    unit = (ROOT / "deploy" / "centrala.service").read_text(encoding="utf-8")
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) >= 2 * drain
    assert int(compose()["services"]["gateway-1"]["stop_grace_period"].removesuffix("s")) >= 2 * drain


def test_metrics_that_are_named_exist() -> None:
    text = Metrics().render().decode()
    known = {name.removesuffix("_total") for name in re.findall(r"^# HELP (\w+)", text, re.MULTILINE)}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = {name.removesuffix("_total") for name in re.findall(r"`(centrala_[a-z_]+)", page)}
    assert named - {"centrala_process_"} <= known
    assert {name for name in known if not name.endswith("_created")} - named <= {
        name for name in known if name.startswith("centrala_process_")
    }


def test_every_library_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=]", dependency)[0] for dependency in project["dependencies"]}
    page = (ROOT / "docs" / "adr" / "0008-dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([a-z0-9]\S*) \|", page, re.MULTILINE)) - {"library"} == wanted
    assert f"{len(wanted)} direct dependencies" in page
    for extra in project["optional-dependencies"].values():
        for dependency in extra:
            name = re.split(r"[\[<>=]", dependency)[0]
            assert name in page or name.removesuffix("-proto-http").endswith("otlp"), name


def test_the_orders_example_is_an_order() -> None:
    (block,) = blocks("json")
    order = read_order(block.text.encode(), "10023")
    assert order.state == "shipped"
    assert order.delivery == "2026-11-24"


def check_identity(token: str) -> None:
    identity = Identities(SECRET, SystemClock()).read(token)
    assert identity["id"] == "c-17"
    assert identity["phone"] == "+48600100200"


def test_the_python_example_signs_an_identity() -> None:
    (block,) = (block for block in blocks("python") if "chat_token" in block.text)
    names: dict[str, Any] = {}
    exec(block.text, names)
    user = SimpleNamespace(id="c-17", email="jan@shop.example", phone="+48600100200")
    check_identity(names["chat_token"](user, SECRET))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_node_example_signs_an_identity(tmp_path: Path) -> None:
    (block,) = (block for block in blocks("js") if "chatToken" in block.text)
    user = {"id": "c-17", "email": "jan@shop.example", "phone": "+48600100200"}
    script = tmp_path / "sign.mjs"
    script.write_text(f"{block.text}\nconsole.log(chatToken({json.dumps(user)}, {json.dumps(SECRET)}));\n")
    done = subprocess.run(["node", str(script)], check=True, capture_output=True, text=True)
    check_identity(done.stdout.strip())


def test_a_wrong_configuration_would_be_noticed() -> None:
    with pytest.raises(ConfigurationError, match=r"web\.prot"):
        validate({"web": {"prot": 1}})
    assert problem_of(["agent", "add", "a@shop.example", "--role", "agent"]) is None
    assert problem_of(["agent", "fire", "a@shop.example"]) is not None
    assert problem_of(["serve", "--ste", "x=y"]) is not None
