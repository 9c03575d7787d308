"""What a person adds to the knowledge base, as the text of its files: a new article, more ways to ask.

Pure: who writes the files is somebody else's.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from knowledge_base.loader import KnowledgeBaseError
from knowledge_base.text import fold, words

MAX_PARAPHRASES = 32
"""Ways to ask for one article; the index uses no more of them."""
_FENCE = re.compile(r"\A(\ufeff?---[ \t]*\r?\n)(.*?)(^---[ \t]*(?:\r?\n|\Z))", re.DOTALL | re.MULTILINE)
_LIST = re.compile(
    r"^paraphrases:[ \t]*(?:#.*)?\r?\n((?:(?:[ \t]*-[ \t].*|[ \t]+.*|[ \t]*(?:#.*)?)\r?\n)*)", re.MULTILINE
)
_KEY = re.compile(r"^paraphrases[ \t]*:", re.MULTILINE)
_INDENT = re.compile(r"^([ \t]*)-[ \t]", re.MULTILINE)
_MAX_SLUG = 60
_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not take as it is, or takes for a line's end."""
_ASKED = re.compile(r"[\W_]+")


def slug(title: str) -> str:
    """Return a file's name for a title: `Free returns?` becomes `free-returns`; "" where it has no letter."""
    name = "-".join(re.sub(r"[^a-z0-9]+", "", fold(word)) for word in words(title))
    return re.sub(r"-+", "-", name).strip("-")[:_MAX_SLUG].strip("-")


def article(
    *,
    title: str,
    topic: str | None,
    paraphrases: Sequence[str],
    short: str | None,
    text: str,
    draft: bool,
) -> str:
    """Write an article's file. A draft may lack `short` and `text`."""
    lines = ["---", f"title: {_quoted(title)}"]
    if topic:
        lines.append(f"topic: {_quoted(topic)}")
    if draft:
        lines += [
            "# Customers are not told a draft. Write `short` and the text, then remove this line:",
            "draft: true",
        ]
    if paraphrases:
        lines += [
            "paraphrases:",
            *(f"  - {_quoted(one)}" for one in _distinct(paraphrases)[:MAX_PARAPHRASES]),
        ]
    if short or draft:
        lines.append(f"short: {_quoted(short or '')}")
    return "\n".join([*lines, "---", text.strip(), ""])


def with_paraphrases(source: str, more: Sequence[str]) -> tuple[str, int]:
    """Add ways to ask to an article's file; return its new text, and how many were new.

    Everything else, comments included, stays as it was written.

    Raises:
        KnowledgeBaseError: the file has no front matter that can be read, or is full.
    """
    fence = _FENCE.match(source)
    front = _front(fence.group(2)) if fence else None
    if fence is None or front is None:
        raise KnowledgeBaseError("the article has no front matter that can be read; mend it by hand")
    known = [str(one) for one in front.get("paraphrases") or ()]
    taken = {_asked(one) for one in (*known, str(front.get("title", "")))}
    fresh = [one for one in _distinct(more) if _asked(one) and _asked(one) not in taken]
    if not fresh:
        return source, 0
    if len(known) + len(fresh) > MAX_PARAPHRASES:
        raise KnowledgeBaseError(
            f"the article would have {len(known) + len(fresh)} paraphrases; at most {MAX_PARAPHRASES} are "
            "used: choose fewer, or write an article of their own"
        )
    wanted = {**front, "paraphrases": [*known, *fresh]}
    body = _inserted(fence.group(2), fresh)
    if body is None or _front(body) != wanted:
        body = yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=1000)
    return fence.group(1) + body + fence.group(3) + source[fence.end() :], len(fresh)


def _inserted(front: str, fresh: Sequence[str]) -> str | None:
    """Put lines at the end of the list; none where it is not written as one line an item."""
    block = _LIST.search(front)
    end = "\r\n" if "\r\n" in front else "\n"
    if block is None:
        if _KEY.search(front):
            return None
        lines = ["paraphrases:", *(f"  - {_quoted(one)}" for one in fresh)]
        return front + end.join([*lines, ""])
    items = block.group(1).rstrip()
    indent = _INDENT.search(items)
    space = indent.group(1) if indent else "  "
    place = block.start(1) + len(items)
    lines = [f"{space}- {_quoted(one)}" for one in fresh]
    between = end if items else ""
    after = "" if items else end
    return front[:place] + between + end.join(lines) + after + front[place:]


def _front(text: str) -> dict[str, Any] | None:
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return front if isinstance(front, dict) else None


def _distinct(texts: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(_asked(text), text)
    return list(found.values())


def _asked(text: str) -> str:
    return _ASKED.sub(" ", text.casefold()).strip()


def _quoted(text: str) -> str:
    """Return a YAML scalar in double quotes, on one line: of JSON's escapes YAML knows every one."""
    return json.dumps(" ".join(_UNPRINTABLE.sub(" ", text).split()), ensure_ascii=False)
