"""What is built is what is committed: the pages under static/ come from the sources beside them."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT = ("bot/static", "handoff/static")
NEEDED = ("package.json", "package-lock.json", "tsconfig.base.json", "bot/widget", "handoff/desk", *BUILT)


def contents(root: Path) -> dict[str, bytes]:
    """Every built file."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in BUILT
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


@pytest.mark.timeout(300)
def test_the_built_pages_are_current(tmp_path: Path) -> None:
    if not (ROOT / "node_modules" / "vite").is_dir():
        pytest.skip("node_modules is missing: make test sets it up")
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    script = f"cd {tmp_path} && npm run build"
    done = subprocess.run(
        [ROOT / "scripts" / "node.sh", "bash", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    before, after = contents(ROOT), contents(tmp_path)
    assert after.keys() == before.keys()
    stale = [name for name in before if before[name] != after[name]]
    assert not stale, f"built from older sources, run `make pages`: {stale}"


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
