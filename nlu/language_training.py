"""Makes nlu/language_model.json: `python -m nlu.language_training`, after the training sentences changed.

Reads what the bot learns from (nlu/data/<lang>/*.yml) and what it answers with
(knowledge_base/articles/<lang>). The languages are the folders. Deterministic; about a second.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from nlu.language_model import LanguageModel, pieces, save, words_of

ROOT = Path(__file__).resolve().parent.parent
MODEL = Path(__file__).with_name("language_model.json")
MIN_GRAM_COUNT = 4
"""Pieces that were seen less often in all languages together say little and fill the file."""

_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_HEADER = re.compile(r"^(?:topic|title|short|paraphrases): ?|^[-#*>\s]+", re.MULTILINE)


def sentences(path: Path) -> list[str]:
    """Return the example sentences of one Rasa training file, annotations taken off."""
    data = yaml.safe_load(path.read_text("utf-8"))
    lines = (line for item in data["nlu"] for line in str(item.get("examples", "")).splitlines())
    return [_ENTITY.sub(r"\1", line.strip().removeprefix("- ")) for line in lines if line.strip()]


def article(path: Path) -> list[str]:
    """Return the lines of one article, its front matter's values among them."""
    text = _HEADER.sub("", path.read_text("utf-8"))
    return [line for line in text.splitlines() if " " in line.strip()]


def gather(root: Path = ROOT) -> dict[str, dict[str, list[str]]]:
    """Return the texts by language and file name."""
    found: dict[str, dict[str, list[str]]] = {}
    for folder in sorted(path for path in (root / "nlu" / "data").iterdir() if path.is_dir()):
        files = sorted(folder.glob("*.yml"))
        articles = sorted((root / "knowledge_base" / "articles" / folder.name).glob("*.md"))
        if files and articles:  # `shared` has patterns in no language
            found[folder.name] = {path.name: sentences(path) for path in files}
            found[folder.name] |= {path.name: article(path) for path in articles}
    return found


def train(texts: Mapping[str, Iterable[str]]) -> LanguageModel:
    """Count words and pieces of words in the texts of each language."""
    words: list[Counter[str]] = []
    grams: list[Counter[str]] = []
    for language in texts:
        seen, parts = Counter[str](), Counter[str]()
        for text in dict.fromkeys(texts[language]):
            for word in words_of(text):
                seen[word.folded] += 1
                parts.update(pieces(word))
        words.append(seen)
        grams.append(parts)
    return LanguageModel(list(texts), _table(words, 1), _table(grams, MIN_GRAM_COUNT))


def _table(counters: list[Counter[str]], minimum: int) -> dict[str, list[int]]:
    rows = {name: [counter[name] for counter in counters] for name in sorted(set().union(*counters))}
    return {name: row for name, row in rows.items() if sum(row) >= minimum}


if __name__ == "__main__":
    model = train(
        {lang: [text for texts in files.values() for text in texts] for lang, files in gather().items()}
    )
    save(model, MODEL)
    sys.stdout.write(f"{MODEL.name}: {MODEL.stat().st_size} bytes\n")
