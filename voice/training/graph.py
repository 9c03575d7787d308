"""The decoding graph that libvosk composes while it listens: sounds to words, and words to sentences.

Made with OpenFst's commands, as Kaldi's `mkgraph_lookahead.sh` does: the words are numbered anew so that the
first graph can look ahead in the second one.
"""

import math
import os
import shlex
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from voice.training.errors import TrainingError
from voice.training.language_model import STRANGE, Arc
from voice.training.lexicon import Lexicon
from voice.training.nnet3 import SILENCE_PHONE, STRANGE_PHONE, PhoneTable, Tuning, place_in_word, word_phones

MISSING = "OpenFst's commands are missing: apt-get install espeak-ng libfst-tools"
_TIMEOUT = 300.0
_COIN = math.log(2)
"""The cost of a pause between two words, and of none."""
_LIBRARIES = ("/usr/lib", "/usr/local/lib", "/lib")


@dataclass
class _Sounds:
    """The first graph while it is built: state 0 begins, 1 is between words, 2 is a pause."""

    arcs: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    states: int = 3

    def new(self) -> int:
        self.states += 1
        return self.states - 1

    def add(self, before: int, after: int, transition: int, word: int, cost: float) -> None:
        self.arcs.append((before, after, transition, word, cost))


def write_graph(
    folder: Path,
    lexicon: Lexicon,
    table: PhoneTable,
    model: tuple[list[Arc], dict[int, float]],
    tuning: Tuning,
) -> None:
    """Write `graph/`. Raises `TrainingError` where OpenFst is missing or fails."""
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    words = ["<eps>", STRANGE, *lexicon.pronunciations]
    numbers = {word: number for number, word in enumerate(words)}
    with tempfile.TemporaryDirectory(prefix="centrala-graph-") as name:
        work = Path(name)
        environment = _with_lookahead(work)
        sounds = _sounds(lexicon, table, numbers, tuning)
        (work / "sounds.txt").write_text(
            "".join(f"{a} {b} {t} {w} {c:.4f}\n" for a, b, t, w, c in sounds.arcs) + "1\n"
        )
        _run(
            f"fstcompile {work}/sounds.txt | fstarcsort --sort_type=olabel > {work}/sounds.fst && fstconvert "
            f"--fst_type=olabel_lookahead --save_relabel_opairs={work}/pairs.txt {work}/sounds.fst "
            f"{_quoted(graph / 'HCLr.fst')}",
            environment,
        )
        renumbered = _renumbered(numbers, (work / "pairs.txt").read_text())
        arcs, final = model
        (work / "words.txt").write_text(
            "".join(
                f"{a} {b} {renumbered[w or '<eps>']} {renumbered[w or '<eps>']} {c:.4f}\n"
                for a, b, w, c in arcs
            )
            + "".join(f"{state} {cost:.4f}\n" for state, cost in final.items())
        )
        _run(
            f"fstcompile {work}/words.txt | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > "
            f"{_quoted(graph / 'Gr.fst')}",
            environment,
        )
    _write_tables(graph, table, renumbered)


def _sounds(lexicon: Lexicon, table: PhoneTable, numbers: dict[str, int], tuning: Tuning) -> _Sounds:
    graph = _Sounds()
    silence = table.numbers[SILENCE_PHONE]
    graph.add(0, 1, 0, 0, _COIN)
    graph.add(0, 2, table.leave(silence), 0, _COIN)
    graph.add(2, 2, table.stay(silence), 0, 0)
    graph.add(2, 1, 0, 0, 0)
    for word, ways in lexicon.pronunciations.items():
        best = max(ways.values())
        for phones, share in ways.items():
            path = word_phones(lexicon, table, phones)
            if path:
                _add_word(graph, path, numbers[word], tuning.word_cost - math.log(share / best), silence)
    _add_word(graph, (table.numbers[STRANGE_PHONE],), numbers[STRANGE], 1.0, silence)
    return graph


def _add_word(graph: _Sounds, path: tuple[int, ...], word: int, cost: float, silence: int) -> None:
    state = 1
    for place, phone in enumerate(path):
        after = graph.new()
        graph.add(state, after, PhoneTable.leave(phone), 0 if place else word, 0 if place else cost)
        graph.add(after, after, PhoneTable.stay(phone), 0, 0)
        state = after
    graph.add(state, 1, 0, 0, _COIN)
    graph.add(state, 2, PhoneTable.leave(silence), 0, _COIN)


def _renumbered(numbers: dict[str, int], pairs: str) -> dict[str, int]:
    """Give each word its new number; words without a sound of their own get numbers behind all others."""
    found = {int(old): int(new) for old, new in (line.split() for line in pairs.splitlines())}
    renumbered = {word: 0 if number == 0 else found.get(number, -1) for word, number in numbers.items()}
    following = max(renumbered.values()) + 1
    for word, number in renumbered.items():
        if number < 0:
            renumbered[word] = following
            following += 1
    return renumbered


def _write_tables(graph: Path, table: PhoneTable, words: dict[str, int]) -> None:
    ordered = sorted(words.items(), key=lambda entry: entry[1])
    (graph / "words.txt").write_text(
        "".join(f"{word} {number}\n" for word, number in ordered), encoding="utf-8"
    )
    (graph / "phones.txt").write_text(
        "<eps> 0\n" + "".join(f"{name} {number}\n" for number, name in enumerate(table.names, 1)),
        encoding="utf-8",
    )
    (graph / "disambig_tid.int").write_text("")
    places = "".join(f"{number} {place_in_word(name)}\n" for number, name in enumerate(table.names, 1))
    (graph / "phones" / "word_boundary.int").write_text(places)


def _with_lookahead(work: Path) -> dict[str, str]:
    """Let OpenFst find its lookahead type under the name that it looks for, which Debian does not give it."""
    found = sorted(
        path
        for root in _LIBRARIES
        for pattern in ("libfstlookahead.so.*", "*/libfstlookahead.so.*")
        for path in Path(root).glob(pattern)
    )
    if not found:
        raise TrainingError(MISSING)
    folder = work / "lib"
    folder.mkdir()
    (folder / "olabel_lookahead-fst.so").symlink_to(found[0])
    return {**os.environ, "LD_LIBRARY_PATH": str(folder), "LC_ALL": "C"}


def _quoted(path: Path) -> str:
    return shlex.quote(str(path.resolve()))


def _run(command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-o", "pipefail", "-c", command],
        env=environment, capture_output=True, timeout=_TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode == 127:
        raise TrainingError(MISSING)
    if done.returncode:
        raise TrainingError(f"OpenFst failed: {done.stderr.decode(errors='replace').strip()[:300]}")
