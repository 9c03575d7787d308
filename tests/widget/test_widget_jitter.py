"""The page's jitter buffer, driven millisecond by millisecond as the audio thread drives it."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PLAY = """([due, marks]) => {
    // due: [millisecond, loud] of every 20 ms frame; marks: [millisecond, name].
    const back = [];
    let now = 0;
    const buffer = new Voice.JitterBuffer(name => back.push([name, now]));
    const out = new Float32Array(8);
    const heard = [];
    const end = Math.max(...due.map(([at]) => at)) + 6000;
    for (now = 0; now < end; now += 1) {
        for (const [at, loud] of due) if (at === now) buffer.push(new Int16Array(160).fill(loud ? 8000 : 0));
        for (const [at, name] of marks) {
            if (at === now) name === 'clear' ? buffer.clear() : buffer.mark(name);
        }
        buffer.pull(out);
        heard.push(out[7] > 0.1 ? 1 : 0);
    }
    return { heard: heard.join(''), back };
}"""


@pytest.fixture(scope="module")
def compiled() -> str:
    """The source as a page runs it; the built worklet does not export its parts."""
    if not (ROOT / "node_modules" / "vite").is_dir() or shutil.which("bash") is None:
        pytest.skip("node_modules is missing: make test sets it up")
    command = "npx esbuild bot/widget/voice/jitter.ts --format=iife --global-name=Voice --target=es2022"
    script = [ROOT / "scripts" / "node.sh", "bash", "-c", command]
    return subprocess.run(script, capture_output=True, text=True, check=True, cwd=ROOT).stdout


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, compiled: str) -> AsyncIterator[Page]:
    page = await browser.new_page()
    await page.evaluate(f"() => {{ {compiled}; window.Voice = Voice; }}")
    yield page
    await page.close()


async def play(page: Page, due: list[tuple[int, int]], marks: list[tuple[int, str]] | None = None) -> Any:
    return await page.evaluate(PLAY, [due, marks or []])


def runs(heard: str) -> list[int]:
    """How long it is loud, in ms, from gap to gap."""
    return [len(run) for run in heard.split("0") if run]


async def test_a_steady_stream_is_played_whole_and_soon(page: Page) -> None:
    result = await play(page, [(20 * k, 1) for k in range(500)])
    assert runs(result["heard"]) == [10_000]
    assert result["heard"].index("1") <= 60


async def test_jitter_is_learnt(page: Page) -> None:
    due = [(20 * k + (60 if k % 7 == 3 else 0), 1) for k in range(1_000)]
    due = [(max(at, max((at for at, _ in due[:k]), default=0)), 1) for k, (at, _) in enumerate(due)]
    heard = (await play(page, due))["heard"]
    gaps = heard[: heard.rindex("1")].strip("0").count("0")
    assert gaps < 120, "a few gaps at first"
    assert runs(heard)[-1] > 15_000, "and none later"


async def test_after_a_stall_no_word_is_lost_and_pauses_make_it_good(page: Page) -> None:
    talk = [1 if k % 50 < 40 else 0 for k in range(600)]  # 0.8 s of speech, 0.2 s of pause
    due = [(20 * k if not 100 <= k < 175 else 3_500, loud) for k, loud in enumerate(talk)]
    heard = (await play(page, due))["heard"]
    assert heard.count("1") == 20 * sum(talk)
    assert heard.rindex("1") < 20 * 600 + 400, "1.5 s late, and caught up before the end"


async def test_what_is_much_too_late_goes(page: Page) -> None:
    result = await play(page, [(0, 1)] * 400, [(0, "first")])
    assert result["heard"].count("1") == 4_000
    assert result["back"][0][0] == "first"


async def test_marks_come_back_when_they_are_reached(page: Page) -> None:
    due = [(20 * k, 1) for k in range(100)]
    back = (await play(page, due, [(0, "begin"), (990, "middle"), (1_980, "end")]))["back"]
    assert [name for name, _ in back] == ["begin", "middle", "end"]
    for (_, at), sent in zip(back, (0, 990, 1_980), strict=True):
        assert 0 <= at - sent <= 120


async def test_clear_gives_all_back_and_is_quiet(page: Page) -> None:
    marks = [(0, "one"), (0, "two"), (200, "clear"), (1_500, "three")]
    result = await play(page, [(0, 1)] * 100, marks)
    assert result["back"] == [["one", 200], ["two", 200], ["three", 1_500]]
    assert result["heard"].count("1") <= 200
