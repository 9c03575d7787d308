"""What is shipped: its size, and that no way into HTML is in it."""

import gzip
from pathlib import Path

from fake_gateway import STATIC


def packed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_it_is_small() -> None:
    assert packed("widget.js") < 25_000
    assert packed("widget-voice.js") + packed("voice-worklet.js") < 14_000, "what a call loads besides"


def test_sources_never_write_html() -> None:
    sources = Path(__file__).parents[2] / "bot" / "widget"
    for path in [*sources.rglob("*.ts"), *(STATIC / "demo").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert way not in text, f"{path.name}: {way}"
