"""How many models are trained at once."""

import os
from pathlib import Path

import pytest

from nlu.training import at_once

CORES = os.cpu_count() or 1


@pytest.mark.parametrize(
    ("available", "count", "expected"),
    [
        ("MemAvailable:    2000000 kB", 3, 1),
        ("MemAvailable:    9000000 kB", 3, 1),
        ("MemAvailable:   11000000 kB", 3, min(2, CORES)),
        ("MemAvailable:   64000000 kB", 3, min(3, CORES)),
        ("MemAvailable:   64000000 kB", 0, 1),
        ("", 3, min(3, CORES)),
    ],
)
def test_so_many_models_as_memory_and_cores_allow(
    tmp_path: Path, available: str, count: int, expected: int
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal:       99000000 kB\n{available}\n")
    assert at_once(count, meminfo) == expected
    assert at_once(count, tmp_path / "not Linux") == max(1, min(count, CORES))
