"""What is wrong with the articles, in plain words, with the line: for those who write them."""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.model.finding import Finding, Level
from bot.model.speakable import why_unspeakable
from knowledge_base.loader import Article, KnowledgeBaseError, read_article
from knowledge_base.topics import FILE, load_titles

KEYS = (
    "title", "topic", "paraphrases", "short", "audience", "valid_from", "valid_until", "draft",
)  # fmt: skip
LanguageOf = Callable[[str, str], str]
"""(text, guess) -> the language that it is clearly in, else the guess."""
NAMES = {"pl": "Polish", "cs": "Czech", "en": "English"}
_FENCE = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Page:
    """A file as it was written."""

    path: Path
    name: str
    """As it is printed."""
    lang: str
    source: str

    def line(self, key: str) -> int:
        """Return the line of a key of the front matter, else the first."""
        for number, line in enumerate(self.source.splitlines(), start=1):
            if re.match(rf"{re.escape(key)}[ \t]*:", line):
                return number
        return 1

    def line_of_text(self, text: str) -> int:
        """Return the line in which a text stands, else the first."""
        for number, line in enumerate(self.source.splitlines(), start=1):
            if text in line:
                return number
        return 1


def check_articles(
    root: Path, languages: Sequence[str], today: date, language_of: LanguageOf, show: Callable[[Path], str]
) -> list[Finding]:
    """Look through `root/<lang>/*.md`; `show` says how a path is printed."""
    findings: list[Finding] = []
    names: dict[str, dict[str, _Page]] = defaultdict(dict)
    for lang in languages:
        topics = _topics(root / lang, show, findings)
        titles: dict[str, _Page] = {}
        asked: dict[str, _Page] = {}
        for path in sorted((root / lang).glob("*.md")):
            page = _page(path, lang, show, findings)
            if page is None:
                continue
            names[path.stem][lang] = page
            article = _article(page, findings)
            if article is not None:
                findings += _judged(page, article, topics, today, language_of)
                findings += _twice(page, article, titles, asked)
    for stem, pages in names.items():
        page = next(iter(pages.values()))
        for lang in languages:
            if lang not in pages:
                text = f"the article is missing in {NAMES[lang]}: write {show(root / lang / f'{stem}.md')}"
                findings.append(Finding(page.name, 1, "article_missing", text))
    return findings


def _topics(folder: Path, show: Callable[[Path], str], findings: list[Finding]) -> Mapping[str, str]:
    try:
        return load_titles(folder)
    except KnowledgeBaseError as error:
        findings.append(Finding(show(folder / FILE), 1, "unreadable", str(error)))
        return {}


def _page(path: Path, lang: str, show: Callable[[Path], str], findings: list[Finding]) -> _Page | None:
    try:
        return _Page(path, show(path), lang, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        text = "a letter in it is not UTF-8: save the file with the encoding UTF-8"
    except OSError as error:
        text = f"the file cannot be read: {error.strerror}"
    findings.append(Finding(show(path), 1, "unreadable", text))
    return None


def _article(page: _Page, findings: list[Finding]) -> Article | None:
    """Read an article; where that fails, say what the author has to mend."""

    def wrong(line: int, code: str, text: str) -> None:
        findings.append(Finding(page.name, line, code, text))

    fence = _FENCE.match(page.source)
    if fence is None:
        wrong(
            1, "front_matter", "the article must begin with ---, title: …, short: …, and --- in a line alone"
        )
        return None
    try:
        front = yaml.safe_load(fence.group(1))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        text = 'this line cannot be read: put the text after the colon into quotes: "like this"'
        wrong(mark.line + 2 if mark else 1, "front_matter", text)
        return None
    if not isinstance(front, dict):
        wrong(2, "front_matter", "between the two --- stand lines such as `title: Gift cards`")
        return None
    before = len(findings)
    _keys(page, front, wrong)
    if not page.source[fence.end() :].strip() and not front.get("draft"):
        end = page.source[: fence.end()].count("\n")
        wrong(end, "article_empty", "there is no answer below the second ---: write it")
    if len(findings) > before:
        return None
    try:
        return read_article(page.path, page.lang)
    except KnowledgeBaseError as error:
        text = str(error).removeprefix(f"{page.path}").lstrip(": ")
        wrong(page.line(_named(text)), "front_matter", text)
        return None


def _keys(page: _Page, front: Mapping[str, Any], wrong: Callable[[int, str, str], None]) -> None:
    for key in front:
        if key not in KEYS:
            close = difflib.get_close_matches(str(key), KEYS, n=1)
            hint = f"did you mean “{close[0]}”?" if close else f"it is one of: {', '.join(KEYS)}"
            wrong(page.line(str(key)), "unknown_key", f"“{key}:” is no key of an article; {hint}")
    for key in () if front.get("draft") else ("title", "short"):
        if not front.get(key):
            need = {"title": "a title", "short": "`short:`, one sentence that is said on the phone"}[key]
            wrong(page.line(key), "missing_key", f"the article has no {key}: add {need}")


def _named(message: str) -> str:
    found = re.search(r"front matter, (\w+)|^(valid_until)", message)
    return next((group for group in found.groups() if group), "") if found else ""


def _judged(
    page: _Page, article: Article, topics: Collection[str], today: date, language_of: LanguageOf
) -> list[Finding]:
    found: list[Finding] = []

    def add(line: int, code: str, text: str, level: Level = Level.ERROR) -> None:
        found.append(Finding(page.name, line, code, text, level))

    if article.topic and topics and article.topic.strip("/") not in topics:
        close = difflib.get_close_matches(article.topic, list(topics), n=1, cutoff=0.5)
        hint = f"did you mean “{close[0]}”?" if close else f"it is one of: {', '.join(topics)}"
        text = f"there is no topic “{article.topic}” in {FILE}; {hint}"
        add(page.line("topic"), "topic_unknown", text)
    if article.valid_until and article.valid_until < today:
        text = (
            f"customers have not been told this article since {article.valid_until.isoformat()}: write a "
            "later day, or delete the article"
        )
        add(page.line("valid_until"), "article_over", text, Level.WARNING)
    if article.draft:
        add(page.line("draft"), "article_draft", "this is a draft: customers are not told it", Level.WARNING)
        return found
    if why := why_unspeakable(article.short):
        add(page.line("short"), "reply_unspeakable", why)
    if not article.paraphrases:
        text = "no `paraphrases:` say how customers ask for it: add five or more, so that it is found"
        add(page.line("title"), "paraphrases_missing", text, Level.WARNING)
    other = language_of(f"{article.title}. {article.text}", page.lang)
    if other != page.lang:
        text = f"the text looks like {NAMES[other]}, and lies in the folder of {NAMES[page.lang]}"
        add(page.line("title"), "article_language", text)
    return found


def _twice(page: _Page, article: Article, titles: dict[str, _Page], asked: dict[str, _Page]) -> list[Finding]:
    found: list[Finding] = []
    first = titles.setdefault(article.title.casefold(), page)
    if first is not page:
        text = f"the title “{article.title}” is {first.name}'s too: customers could not tell them apart"
        found.append(Finding(page.name, page.line("title"), "title_twice", text))
    for paraphrase in article.paraphrases:
        other = asked.setdefault(re.sub(r"\W+", " ", paraphrase.casefold()).strip(), page)
        if other is not page:
            text = f"“{paraphrase}” stands in {other.name} too: keep it where the answer is"
            line = page.line_of_text(paraphrase)
            found.append(Finding(page.name, line, "paraphrase_twice", text, Level.WARNING))
    return found
