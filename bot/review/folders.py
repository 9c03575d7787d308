"""The two folders that a review writes into, and nothing outside of them."""

import errno
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CentralaError, ConflictError, NotFoundError
from knowledge_base import authoring
from knowledge_base.loader import KnowledgeBaseError
from nlu import examples

READABLE = 0o644
"""Of a new file: an article is no secret, and whoever edits it may be another user than the gateway."""
TAKEN = 50
"""Names tried for one title."""


class ReadOnlyFolderError(ConflictError):
    """The gateway may not write here, as it should be in a hardened installation."""

    code = "read_only_folder"


class UnusableError(ConflictError):
    """What was accepted cannot be written as it is; the text names the mend."""

    code = "not_usable"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where articles and training examples stand. Everything here blocks."""

    articles: Path
    """`<lang>/<article>.md` below it."""
    examples: Path
    """`<lang>/<intent>.yml` below it."""

    def new_article(self, lang: str, title: str, text: str) -> str:
        """Write an article that is not there yet; return its id, which is its title's slug.

        Raises:
            UnusableError: the title has no letter or digit, or there are many articles of this title.
            ReadOnlyFolderError: the folder cannot be written.
        """
        slug = authoring.slug(title)
        if not slug:
            raise UnusableError("the title needs a letter or a digit: the article's file is named after it")
        folder = self.articles / lang
        for number in range(1, TAKEN):
            name = slug if number == 1 else f"{slug}-{number}"
            if not (folder / f"{name}.md").exists() and self._new(folder / f"{name}.md", text):
                return name
        raise UnusableError("there are too many articles of this title; choose another one")

    def add_paraphrases(self, lang: str, article: str, texts: list[str]) -> int:
        """Add ways to ask to an article; return how many were new.

        Raises:
            NotFoundError: there is no such article.
            UnusableError: it cannot be read, or has too many.
            ReadOnlyFolderError: the folder cannot be written.
        """
        path = _inside(self.articles, lang, f"{article}.md")
        source = _read(path)
        if source is None:
            raise NotFoundError("there is no such article")
        try:
            text, added = authoring.with_paraphrases(source, texts)
        except KnowledgeBaseError as error:
            raise UnusableError(f"{article}: {error}") from None
        if added:
            _replace(path, text)
        return added

    def add_examples(self, lang: str, intent: str, texts: list[str]) -> int:
        """Add training examples to an intent; return how many were new.

        Raises:
            UnusableError: one is an example of another intent already, or a file cannot be read.
            ReadOnlyFolderError: the folder cannot be written.
        """
        folder = _inside(self.examples, lang)
        path = _inside(self.examples, lang, f"{intent}.yml")
        try:
            self._refuse_contradiction(folder, intent, texts)
            text, added = examples.with_examples(_read(path), intent, texts)
        except examples.ExampleError as error:
            raise UnusableError(f"{intent}.yml: {error}") from None
        if added:
            _replace(path, text)
        return added

    def _refuse_contradiction(self, folder: Path, intent: str, texts: list[str]) -> None:
        known: dict[str, list[str]] = {}
        for path in sorted(folder.glob("*.yml")):
            for other, lines in examples.examples(_read(path) or "").items():
                known.setdefault(other, []).extend(lines)
        known.pop(intent, None)
        for text in texts:
            taught = examples.taught_as(examples.plain(text), known)
            if taught is not None:
                raise UnusableError(
                    f"a sentence is an example of {taught} already: leave it out or remove it there",
                    code="taught_otherwise",
                )

    def _new(self, path: Path, text: str) -> bool:
        """Write a whole new file at once; false where somebody else has just made one of this name."""
        part = _written(path.parent, text, READABLE)
        try:
            os.link(part, path)
        except FileExistsError:
            return False
        except OSError as error:
            raise explained(path.parent, error) from None
        finally:
            part.unlink(missing_ok=True)
        return True


def _inside(root: Path, *parts: str) -> Path:
    """Return a path below `root`; raises `NotFoundError` for a name that leads elsewhere."""
    for part in parts:
        if not part or part != Path(part).name or part.startswith(".") or "\x00" in part:
            raise NotFoundError("there is no such file")
    return root.joinpath(*parts)


def _read(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise UnusableError(f"{path.name} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UnusableError(f"{path.name} cannot be read: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Put a file in the place of another at once, so that nobody reads half of it."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mode = READABLE
    part = _written(path.parent, text, mode)
    try:
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise explained(path.parent, error) from None


def _written(folder: Path, text: str, mode: int) -> Path:
    try:
        number, name = tempfile.mkstemp(prefix=".review-", suffix=".part", dir=folder)
    except OSError as error:
        raise explained(folder, error) from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(number)
            os.fchmod(number, mode)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise explained(folder, error) from None
    return Path(name)


def explained(folder: Path, error: OSError) -> CentralaError:
    """Say what stood in the way of writing into `folder`, and the mend."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyFolderError(
            f"{folder} may not be written: accept it with `centrala review accept` as the folder's owner, "
            "or give the gateway the right to write there"
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UnusableError(f"{folder} is not there; make it, or correct its setting")
    return UnusableError(f"{folder} cannot be written: {error.strerror}")
