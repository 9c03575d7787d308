"""Articles from Markdown files: YAML front matter, then the answer as plain text."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import CentralaError

_MAX_BYTES = 256 * 1024
_MAX_ARTICLES = 20_000
_FENCE = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_TITLE = 200
_MAX_NAMED = 80
_HEADING = re.compile(r"\A#{1,6}[ \t]+(.+?)[ \t#]*(?:\n|\Z)")


class KnowledgeBaseError(CentralaError):
    """An article cannot be used; the text names the file and the mend."""

    code = "knowledge_base_error"


@dataclass(frozen=True, slots=True)
class Article:
    """One answer in one language."""

    id: str
    """The file's name without `.md`; the same in every language."""
    lang: str
    title: str
    text: str
    """The whole answer, for the chat."""
    short: str
    """One sentence, for the phone; the first paragraph where the author gave none."""
    topic: str | None = None
    paraphrases: tuple[str, ...] = ()
    """Ways in which customers ask for it."""
    audience: Literal["customers", "agents"] = "customers"
    """Articles for agents are never told to customers."""
    valid_from: date | None = None
    valid_until: date | None = None
    """Both days included; none: without a limit."""
    draft: bool = False
    """Still being written: nobody is told it yet."""

    def is_told(self, today: date) -> bool:
        """Tell whether a customer may be given this article on that day."""
        begun = self.valid_from is None or self.valid_from <= today
        over = self.valid_until is not None and self.valid_until < today
        return self.audience == "customers" and not self.draft and begun and not over


class _FrontMatter(BaseModel):
    """What may stand between the fences."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)

    title: str | None = None
    short: str | None = None
    topic: str | None = None
    paraphrases: tuple[str, ...] = ()
    audience: Literal["customers", "agents"] = "customers"
    valid_from: date | None = None
    valid_until: date | None = None
    draft: bool = False


class _OwnFrontMatter(_FrontMatter):
    """The same for articles of our own format, where a misspelt key would go unnoticed."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1)


def load_articles(root: Path, lang: str) -> tuple[Article, ...]:
    """Read `root/<lang>/*.md`, by file name; every one needs front matter with `title` and `short`.

    A draft (`draft: true`) needs neither `short` nor a text.

    Raises:
        KnowledgeBaseError: a file is not an article, or the language has none.
    """
    return _load(root / lang, lang, _OwnFrontMatter)


def read_article(path: Path, lang: str) -> Article:
    """Read one file of `load_articles`. Raises `KnowledgeBaseError`."""
    return _read(path, lang, _OwnFrontMatter)


def load_folder(folder: Path, lang: str) -> tuple[Article, ...]:
    """Read `folder/*.md`, written by anybody: front matter is optional and its other keys are ignored.

    Without a title the heading above is taken, or a first line that is a question or stands apart and is no
    sentence; else the file's name in words; and where that is a number, how the text begins.

    Raises:
        KnowledgeBaseError: a file cannot be read, or there is none.
    """
    return _load(folder, lang, _FrontMatter)


def _load(folder: Path, lang: str, schema: type[_FrontMatter]) -> tuple[Article, ...]:
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise KnowledgeBaseError(f"{folder} holds no article: put <article>.md files there")
    if len(paths) > _MAX_ARTICLES:
        raise KnowledgeBaseError(f"{folder} holds {len(paths)} articles; at most {_MAX_ARTICLES} are taken")
    return tuple(_read(path, lang, schema) for path in paths)


def _read(path: Path, lang: str, schema: type[_FrontMatter]) -> Article:
    front, body = _split(path, _text(path))
    if front is None and schema is _OwnFrontMatter:
        raise KnowledgeBaseError(f"{path}: begin it with front matter: ---, title: …, short: …, ---")
    try:
        fields = schema.model_validate(front or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise KnowledgeBaseError(f"{path}: front matter, {key}: {first['msg']}") from None
    if fields.valid_from and fields.valid_until and fields.valid_until < fields.valid_from:
        raise KnowledgeBaseError(f"{path}: valid_until lies before valid_from; exchange them")
    heading, text = _heading(body, guess=fields.title is None)
    title = fields.title or heading or _named(path.stem, text)
    finished = schema is _OwnFrontMatter and not fields.draft
    if finished and not fields.short:
        raise KnowledgeBaseError(
            f"{path}: front matter, short: one sentence for the phone is missing; add it"
        )
    if finished and not text:
        raise KnowledgeBaseError(f"{path}: there is no answer below the front matter; write it")
    return Article(
        id=path.stem,
        lang=lang,
        title=title,
        text=text,
        short=fields.short or text.split("\n\n", 1)[0],
        topic=fields.topic,
        paraphrases=tuple(p for p in fields.paraphrases if p),
        audience=fields.audience,
        valid_from=fields.valid_from,
        valid_until=fields.valid_until,
        draft=fields.draft,
    )


def _heading(body: str, *, guess: bool) -> tuple[str | None, str]:
    """Split what stands above the answer from the answer; `guess` where it may not be marked as a heading."""
    marked = _HEADING.match(body)
    if marked:
        return marked.group(1), body[marked.end() :].strip()
    if not guess:
        return None, body
    first, _, rest = body.partition("\n")
    first = first.strip(" \t*_")
    apart = rest.startswith(("\n", "\r")) and not first.endswith((".", "!", ":", ";", ","))
    if not rest.strip() or not (0 < len(first) <= _MAX_TITLE) or not (apart or first.endswith("?")):
        return None, body
    return re.sub(r"^(?:Q|question)\s*[:.]\s*", "", first, flags=re.IGNORECASE), rest.strip()


def _named(stem: str, text: str) -> str:
    """Return a title for an article that has none."""
    if text and re.search(r"\d", stem):
        return shorten(text.partition("\n")[0], _MAX_NAMED, placeholder="…")
    return re.sub(r"[-_]+", " ", stem)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise KnowledgeBaseError(f"{path} is larger than {_MAX_BYTES} bytes; split it")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise KnowledgeBaseError(f"{path} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise KnowledgeBaseError(f"{path} cannot be read: {error.strerror}") from None


def _split(path: Path, text: str) -> tuple[dict[str, Any] | None, str]:
    fence = _FENCE.match(text)
    if fence is None:
        return None, text.strip()
    try:
        front = yaml.safe_load(fence.group(1))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark else ""
        raise KnowledgeBaseError(f"{path}: front matter is not YAML{line}; quote the value") from None
    if front is not None and not isinstance(front, dict):
        raise KnowledgeBaseError(f"{path}: front matter must be `key: value` lines")
    return front or {}, text[fence.end() :].strip()
