"""Articles' Markdown: safe HTML for their page, and plain text for the chat.

What people write in help pages: paragraphs, headings, lists, quotes, `code`, *emphasis*, links. Everything
else stays the text that it is; HTML in an article is text too.
"""

import html
import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["p", "h2", "h3", "ul", "ol", "blockquote", "pre"]
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*")
_BULLET = re.compile(r"[ \t]{0,3}[-*+][ \t]+(.+)")
_NUMBERED = re.compile(r"[ \t]{0,3}\d{1,3}[.)][ \t]+(.+)")
_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?(.*)")
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,400})`"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<url>[^\s()<>\"]{1,1000})\)"
    r"|(?<!\w)(?P<mark>\*\*|__|\*|_)(?P<inner>(?=\S)[^\n]{0,200}?\S)(?P=mark)(?!\w)"
)
_WEB = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)[^\s\\]*", re.IGNORECASE)
_LISTS: tuple[Kind, ...] = ("ul", "ol")
_LONG: tuple[Kind, ...] = ("p", "ul", "ol", "blockquote")
"""What a further line of the same kind, or a plain one, goes on with."""
_DEPTH = 4
"""Emphasis within emphasis; deeper marks stay as they are written."""


def to_html(text: str) -> str:
    """Return HTML in which nothing but our own elements and web addresses are live."""
    return "".join(_element(kind, lines) for kind, lines in _blocks(text))


def to_plain(text: str) -> str:
    """Return the text as people read it where marks would be shown: a link's address stands behind it."""
    blocks = [_plain(kind, lines) for kind, lines in _blocks(text)]
    return "\n\n".join(block for block in blocks if block)


def _blocks(text: str) -> Iterator[tuple[Kind, list[str]]]:
    """Split into blocks; a list's lines are its items."""
    kind: Kind | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if kind == "pre" and not _FENCE.match(line):
            lines.append(line)
            continue
        new, part = _line(line)
        if kind in _LISTS and new == "p":
            lines[-1] += f"\n{part}"  # an item goes on in the next line
            continue
        if kind in _LONG and new in (kind, "p"):
            lines.append(part)
            continue
        if kind is not None:
            yield kind, lines
        ended = kind == new == "pre"
        kind, lines = (None, []) if ended else (new, [] if new == "pre" else [part])
    if kind is not None:
        yield kind, lines


def _line(line: str) -> tuple[Kind | None, str]:
    if not line.strip():
        return None, ""
    if _FENCE.match(line):
        return "pre", ""
    if heading := _HEADING.fullmatch(line):
        return ("h2" if len(heading.group(1)) < 3 else "h3"), heading.group(2)
    shapes: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_BULLET, "ul"),
        (_NUMBERED, "ol"),
        (_QUOTE, "blockquote"),
    )
    for pattern, kind in shapes:
        if found := pattern.fullmatch(line):
            return kind, found.group(1)
    return "p", line.strip()


def _element(kind: Kind, lines: list[str]) -> str:
    if kind == "pre":
        code = html.escape("\n".join(lines))
        return f"<pre><code>{code}</code></pre>"
    if kind in ("ul", "ol"):
        inner = "".join(f"<li>{_spans(line)}</li>" for line in lines)
    else:
        inner = _spans("\n".join(lines))
    return f"<{kind}>{inner}</{kind}>"


def _spans(text: str, depth: int = 0) -> str:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(html.escape(text[at : found.start()]))
        parts.append(_span(found, depth))
        at = found.end()
    return "".join(parts) + html.escape(text[at:])


def _span(found: re.Match[str], depth: int) -> str:
    if found["code"] is not None:
        return f"<code>{html.escape(found['code'])}</code>"
    if found["url"] is not None:
        if not _WEB.fullmatch(found["url"]):
            return html.escape(found.group())
        url, label = html.escape(found["url"]), html.escape(found["label"])
        return f'<a href="{url}" rel="noopener noreferrer">{label}</a>'
    if depth >= _DEPTH:
        return html.escape(found.group())
    tag = "strong" if len(found["mark"]) == 2 else "em"
    return f"<{tag}>{_spans(found['inner'], depth + 1)}</{tag}>"


def _plain(kind: Kind, lines: list[str]) -> str:
    if kind == "pre":
        return "\n".join(lines)
    words = [_INLINE.sub(_bare, line) for line in lines]
    if kind == "ul":
        words = [f"• {line}" for line in words]
    elif kind == "ol":
        words = [f"{place}. {line}" for place, line in enumerate(words, start=1)]
    return "\n".join(words)


def _bare(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return found["code"]
    if found["url"] is not None:
        whole = found["url"].lower().startswith("http")
        return f"{found['label']} ({found['url']})" if whole else found["label"]
    return _INLINE.sub(_bare, found["inner"])
