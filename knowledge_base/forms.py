"""Inflected forms of an index's words, from simplemma's dictionary, worked out in a child process.

The Polish dictionary has 3.7 million forms: loading it takes seconds, 400 MB, and holds Python's lock for
close to a second, which would stop every conversation of the gateway. So a child loads it, keeps the forms
of the few hundred words that the articles use, and is gone. As the table is from folded form to lemma,
it also reads what was typed without diacritics, which the dictionary itself does not.

Run as `python -m knowledge_base.forms LANG`: words on stdin, the table on stdout, both as JSON.
"""

import asyncio
import ctypes
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from knowledge_base.text import fold

Forms = Mapping[str, tuple[str, ...]]
"""From a folded form to the folded lemmas that it may be a form of."""

_PR_SET_PDEATHSIG = 1
_ROOT = Path(__file__).parent.parent
_TIMEOUT = 120.0
"""Seconds for the child on a busy machine; until it is done, search goes by the letters alone."""
_KEPT = 4
"""Tables a language in the cache: the gateway's, and those of folders searched by command."""


async def find_forms(lang: str, words: Collection[str], cache: Path | None = None) -> Forms:
    """Return the forms of all words that share a lemma with one of `words` (with their diacritics).

    Takes seconds the first time; with a `cache` folder the table is kept there by the words' hash.
    An unknown language, or a child that fails, gives an empty table: forms improve the search, no more.
    Cancelling it ends the child.
    """
    wanted = json.dumps(sorted(set(words))).encode()
    path = None
    if cache is not None:
        path = cache / f"forms-{lang}-{hashlib.sha256(wanted).hexdigest()[:32]}.json"
        kept = await asyncio.to_thread(_kept, path)
        if kept is not None:
            return kept
    try:
        data = await _ask_child(lang, wanted)
        table = await asyncio.to_thread(_table, data)
    except (OSError, TimeoutError, ValueError):
        return {}
    if path is not None and table:
        await asyncio.to_thread(_keep, path, data)
    return table


async def _ask_child(lang: str, wanted: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "knowledge_base.forms",
        lang,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
    try:
        async with asyncio.timeout(_TIMEOUT):
            out, _ = await child.communicate(wanted)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return out


def _table(data: bytes) -> Forms:
    return {form: tuple(lemmas) for form, lemmas in json.loads(data).items()}


def _kept(path: Path) -> Forms | None:
    try:
        return _table(path.read_bytes())
    except (OSError, ValueError):
        return None


def _keep(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        others = path.parent.glob(path.name.rsplit("-", 1)[0] + "-*.json")
        for old in sorted(others, key=lambda other: other.stat().st_mtime)[: -_KEPT + 1]:
            old.unlink(missing_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        return  # a cache that cannot be written costs seconds at the next start


def _work_out(lang: str, wanted: Collection[str]) -> dict[str, list[str]]:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    try:
        dictionary = DefaultDictionaryFactory().get_dictionary(lang)
    except ValueError:
        return {}
    lemmas = {dictionary.get(word, word) for word in wanted}
    found: dict[str, set[str]] = {}
    for form, lemma in dictionary.items():
        if lemma in lemmas:
            found.setdefault(fold(form), set()).add(fold(lemma))
    for lemma in lemmas:
        found.setdefault(fold(lemma), set()).add(fold(lemma))
    return {form: sorted(of) for form, of in sorted(found.items())}


def _die_with_parent() -> None:
    """Have the kernel end this child when the gateway dies, however it dies (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:  # it died before we asked
            sys.exit(1)


def _main() -> None:
    _die_with_parent()
    os.nice(10)  # it runs beside a gateway that is already answering
    table = _work_out(sys.argv[1], json.load(sys.stdin.buffer))
    json.dump(table, sys.stdout)


if __name__ == "__main__":
    _main()
