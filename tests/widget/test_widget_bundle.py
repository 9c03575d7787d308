"""What is shipped: its size, and that no way into HTML is in it."""

import gzip
from pathlib import Path

from fake_gateway import STATIC


def test_it_is_small() -> None:
    packed = len(gzip.compress((STATIC / "widget.js").read_bytes(), 9))
    assert packed < 40_000


def test_sources_never_write_html() -> None:
    sources = Path(__file__).parents[2] / "bot" / "widget" / "src"
    for path in [*sources.rglob("*.ts"), *(STATIC / "demo").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert way not in text, f"{path.name}: {way}"
