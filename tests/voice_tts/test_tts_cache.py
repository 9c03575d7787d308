"""Prompts on disk: whole or not at all, for their owner only, and no more bytes than allowed."""

import os
import stat
from pathlib import Path

import pytest

from voice.tts.cache import PromptCache, prompt_name
from voice.tts.synthesiser import SynthesiserInfo

PCM = bytes(range(256)) * 20
INFO = SynthesiserInfo("engine", ("pl",), "1")


@pytest.fixture
def cache(tmp_path: Path) -> PromptCache:
    made = PromptCache(tmp_path / "prompts")
    made.open()
    return made


def test_what_is_kept_comes_back(cache: PromptCache, tmp_path: Path) -> None:
    assert cache.get("a") is None
    cache.put("a", PCM)
    assert cache.get("a") == PCM
    again = PromptCache(tmp_path / "prompts")
    again.open()
    assert again.get("a") == PCM


def test_only_the_owner_reads_it_and_nothing_unfinished_stays(cache: PromptCache, tmp_path: Path) -> None:
    cache.put("a", PCM)
    [path] = (tmp_path / "prompts").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("harm", [b"", b"CPR1", b"RIFFxxxx" * 100, None])
def test_a_broken_file_is_none(cache: PromptCache, tmp_path: Path, harm: bytes | None) -> None:
    cache.put("a", PCM)
    [path] = (tmp_path / "prompts").iterdir()
    path.write_bytes(path.read_bytes()[:-7] if harm is None else harm)
    assert cache.get("a") is None
    assert not path.exists()
    cache.put("a", PCM)
    assert cache.get("a") == PCM


def test_what_was_longest_unheard_goes_first(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, limit=10 * (len(PCM) + 36))
    cache.open()
    for index in range(10):
        cache.put(f"p{index}", PCM)
        os.utime(tmp_path / f"p{index}.pcm", (index, index))
    assert cache.get("p0") == PCM  # heard just now
    cache.put("new", PCM)
    assert cache.get("p0") == PCM
    assert cache.get("new") == PCM
    assert cache.get("p1") is None
    assert cache.get("p9") == PCM
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10 * (len(PCM) + 36)


def test_what_another_gateway_left_counts_at_the_start(tmp_path: Path) -> None:
    full = PromptCache(tmp_path)
    full.open()
    for index in range(10):
        full.put(f"p{index}", PCM)
    PromptCache(tmp_path, limit=4 * len(PCM)).open()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_disk_that_takes_nothing_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = PromptCache(tmp_path / "file" / "prompts")
    cache.open()
    cache.put("a", PCM)
    assert cache.get("a") is None


def test_unfinished_files_are_dropped_once_they_are_old(tmp_path: Path) -> None:
    (tmp_path / "old.tmp").write_bytes(b"x")
    os.utime(tmp_path / "old.tmp", (1, 1))
    (tmp_path / "new.tmp").write_bytes(b"x")
    PromptCache(tmp_path).open()
    assert [path.name for path in tmp_path.iterdir()] == ["new.tmp"]


def test_every_part_of_a_prompt_is_in_its_name() -> None:
    other = SynthesiserInfo("engine", ("pl",), "2")
    names = {
        prompt_name(INFO, 1, "pl", "Dzień dobry"),
        prompt_name(other, 1, "pl", "Dzień dobry"),
        prompt_name(INFO, 2, "pl", "Dzień dobry"),
        prompt_name(INFO, 1, "cs", "Dzień dobry"),
        prompt_name(INFO, 1, "pl", "Dobry wieczór"),
    }
    assert len(names) == 5
    assert all(len(name) == 64 and name.isalnum() for name in names)
