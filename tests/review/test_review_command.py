"""`centrala review` on a database and folders of its own, as a person types it."""

import asyncio
import json
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.clock import SystemClock
from bot.model.conversation import Channel
from bot.model.question import AskedQuestion, QuestionOutcome
from bot.review.folders import Folders
from bot.store import inbox, questions
from bot.store.migrate import upgrade_sqlite
from bot.store.sqlite import SqliteStore
from tests.builders import incoming, nothing

ROOT = Path(__file__).resolve().parents[2]


async def fill(data_dir: Path, texts: list[str]) -> None:
    store, at = SqliteStore(data_dir / "centrala.db"), SystemClock().now()
    for text in texts:
        message = incoming(str(uuid.uuid4()), text, lang="en")
        taken = await store.write(lambda c, one=message: inbox.take(c, one, at, nothing))
        asked = AskedQuestion(
            taken.conversation.id, 1, "en", Channel.CHAT, text, QuestionOutcome.UNANSWERED, None, at
        )
        await store.write(lambda c, one=asked: questions.note(c, one))
    await store.close()


@pytest.fixture
def run(tmp_path: Path, folders: Folders, forms: Path):  # type: ignore[no-untyped-def]
    """Runs `centrala review ...`."""
    data_dir = tmp_path / "var"
    upgrade_sqlite(data_dir / "centrala.db")
    (data_dir / "knowledge").symlink_to(forms)
    asyncio.run(fill(data_dir, ["can I bring my dog", "may I bring my dog in?", "do you sell bicycles"]))
    settings = {
        "data_dir": data_dir,
        "languages": "[en]",
        "knowledge.articles_dir": folders.articles,
        "review.examples_dir": folders.examples,
    }
    options = [f"--set={key}={value}" for key, value in settings.items()]
    config = ["--config", str(ROOT / "config.yml")]

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["review", *arguments, *config, *options])

    return call


def test_from_the_list_to_the_files(run, folders: Folders) -> None:  # type: ignore[no-untyped-def]
    listed = run("--json")
    assert listed.exit_code == 0, listed.stderr
    groups = {one["questions"][0]["text"]: one for one in map(json.loads, listed.stdout.splitlines())}
    dogs, bicycles = groups["can I bring my dog"], groups["do you sell bicycles"]
    assert (dogs["askers"], len(dogs["questions"]), dogs["lang"]) == (2, 2, "en")

    wrong = run("accept", dogs["id"], "--as", "article")
    assert (wrong.exit_code, "--title" in wrong.stderr) == (2, True)
    done = run("accept", dogs["id"], "--as", "article", "--title", "Dogs")
    assert done.exit_code == 0, done.stderr
    text = (folders.articles / "en" / "dogs.md").read_text()
    assert "draft: true" in text
    assert '"may I bring my dog in?"' in text
    gone = run("dismiss", dogs["id"])
    assert (gone.exit_code, "nothing of this id" in gone.stderr) == (1, True)

    assert "do you sell bicycles" in run("show", bicycles["id"]).stdout
    wrong = run("dismiss", bicycles["id"], "--without", dogs["id"])
    assert (wrong.exit_code, "no such wording" in wrong.stderr) == (1, True)
    wrong = run("accept", bicycles["id"], "--as", "example", "--intent", "nonsense")
    assert (wrong.exit_code, "order_status" in wrong.stderr) == (1, True)
    wrong = run("accept", bicycles["id"], "--as", "paraphrase", "--article", "nowhere")
    assert (wrong.exit_code, "no such article" in wrong.stderr) == (1, True)
    done = run("accept", bicycles["id"], "--as", "example", "--intent", "out_of_scope")
    assert "centrala model train" in done.stderr
    assert "- do you sell bicycles\n" in (folders.examples / "en" / "out_of_scope.yml").read_text()
