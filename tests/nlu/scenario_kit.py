"""The files of docs/scenarios.md, and a small house to try them in."""

import re
import shutil
from pathlib import Path

import yaml

from nlu.training import HOME, ROOT

LANGUAGES = ("pl", "cs", "en")
PAGE = ROOT / "docs" / "scenarios.md"
_FILE = re.compile(r"^```(?:yaml|markdown) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page_files() -> dict[str, str]:
    """Return the files that the page shows whole, by their path."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def write_scenario(folder: Path, text: str | None = None) -> Path:
    """Write the page's scenario, or another text in its place; return the scenarios' folder."""
    folder.mkdir(parents=True, exist_ok=True)
    scenario = page_files()["scenarios/engraving.yml"] if text is None else text
    (folder / "engraving.yml").write_text(scenario, encoding="utf-8")
    return folder


def write_articles(folder: Path) -> Path:
    """Write the page's articles and the topics that they belong to."""
    for name, text in page_files().items():
        if name.endswith(".md"):
            path = folder / Path(name).parent.name / Path(name).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            topics = HOME.parent / "knowledge_base" / "articles" / path.parent.name / "topics.yml"
            shutil.copy(topics, path.parent)
    return folder


def small_data(folder: Path, languages: tuple[str, ...], examples: int) -> Path:
    """Copy the training data with so many examples an intent: what is trained on it knows little, quickly."""
    folder.mkdir()
    shutil.copy(HOME / "data" / "rules.yml", folder)
    shutil.copytree(HOME / "data" / "shared", folder / "shared")
    for lang in languages:
        (folder / lang).mkdir()
        for path in (HOME / "data" / lang).glob("*.yml"):
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            for item in data["nlu"]:
                item["examples"] = "\n".join(item["examples"].splitlines()[:examples]) + "\n"
            text = yaml.safe_dump(data, allow_unicode=True)
            (folder / lang / path.name).write_text(text, encoding="utf-8")
    return folder
