"""`centrala`: every command. 0: done; 1: a failure, explained in one line; 2: wrong usage."""

import os

# Before numpy is imported: its BLAS would compute in threads of its own, and a process that is started while
# they do (uvloop forks) waits for them for ever. Our matrices are small; the cores have other work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from pathlib import Path
from typing import Any

import click

from bot.cli_options import configured
from bot.cli_review import review
from bot.errors import CentralaError


class Explained(click.Group):
    """A group whose commands fail with one line on stderr instead of a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CentralaError as error:
            click.echo(f"centrala: {error}", err=True)
            ctx.exit(1)
        except (BrokenPipeError, KeyboardInterrupt):
            ctx.exit(1)


@click.group(cls=Explained, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="centrala")
def main() -> None:
    """A switchboard for customer service: chatbot and voicebot gateway with human handoff."""


main.add_command(review)


@main.command()
@configured
def serve(config: Path, overrides: tuple[str, ...]) -> None:
    """Start the gateway."""
    from bot.app.serve import serve as run

    sys.exit(run(config, overrides))


@main.group()
def model() -> None:
    """The dialogue models."""


@model.command("train")
@click.option("--force", is_flag=True, help="Train even where the models are current.")
@configured
def model_train(config: Path, overrides: tuple[str, ...], force: bool) -> None:
    """Train the models that are missing or older than their data, and say what the scenarios brought."""
    from bot.app import commands

    commands.train(config, overrides, force=force, show=click.echo)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line, for programs.")
@configured
@click.pass_context
def check(ctx: click.Context, config: Path, overrides: tuple[str, ...], as_json: bool) -> None:
    """Say what is wrong in scenarios, examples, texts and articles, and how to mend it."""
    from bot.app import check as checking

    findings = checking.check(config, overrides)
    for finding in findings:
        click.echo(checking.as_json(finding) if as_json else str(finding))
    click.echo(checking.summary(findings), err=True)
    ctx.exit(1 if checking.has_errors(findings) else 0)


@main.group()
def agent() -> None:
    """Who works at the desk."""


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What customers see.")
@click.option("--role", type=click.Choice(["agent", "supervisor"]), default="agent", show_default=True)
@configured
def agent_add(email: str, name: str, role: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Add an agent; the password is asked for."""
    from bot.app import commands

    commands.add_agent(config, overrides, email, name, role, _password())
    click.echo(f"{name} <{email}> may sign in at /desk as {role}.", err=True)


@agent.command("password")
@click.argument("email")
@configured
def agent_password(email: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Set an agent's password and end all their sessions."""
    from bot.app import commands

    commands.set_password(config, overrides, email, _password())
    click.echo("The password is changed; all sessions of this agent are ended.", err=True)


def _password() -> str:
    """Ask on a terminal; else read one line, so that scripts can hand it in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@main.group()
def contact() -> None:
    """A customer's record."""


@contact.command("export")
@click.argument("contact_id")
@configured
def contact_export(contact_id: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Print everything that is kept of a contact, as JSON."""
    from bot.app import commands

    click.echo(commands.export_contact(config, overrides, contact_id))


@contact.command("erase")
@click.argument("contact_id")
@click.confirmation_option(prompt="Erase this contact's whole record for good?")
@configured
def contact_erase(contact_id: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Erase a contact and every word of their conversations."""
    from bot.app import commands

    commands.erase_contact(config, overrides, contact_id)


LANG = click.option("--lang", required=True, type=click.Choice(["pl", "cs", "en"]))


@main.group()
def nlu() -> None:
    """What the bot understands."""


@nlu.command("parse")
@LANG
@click.option("--expecting", type=click.Choice(["yes_no", "order_number", "menu"]))
@click.option("--question", help="What was asked, such as renewal or confirm_number.")
@click.argument("text")
@configured
def nlu_parse(
    lang: str,
    expecting: str | None,
    question: str | None,
    text: str,
    config: Path,
    overrides: tuple[str, ...],
) -> None:
    """Print one interpretation of TEXT as JSON."""
    from bot.app import commands

    commands.parse(
        config, overrides, lang, [{"text": text, "expecting": expecting, "question": question}], click.echo
    )


@nlu.command("batch")
@LANG
@configured
def nlu_batch(lang: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Read JSON lines (`text`, optional `expecting`) and print their interpretations in order."""
    from bot.app import commands

    commands.parse(config, overrides, lang, commands.json_lines(sys.stdin), click.echo)


@main.command()
@click.option("--lang", type=click.Choice(["pl", "cs", "en"]), help="[default: the first of `languages`]")
@click.option("--channel", type=click.Choice(["chat", "phone"]), default="chat", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON object a turn, for programs.")
@configured
def chat(lang: str | None, channel: str, as_json: bool, config: Path, overrides: tuple[str, ...]) -> None:
    """Talk to the bot in the terminal; it shows what it understood and why.

    On the phone what is typed counts as spoken. A button's payload, such as /ask_human, clicks it.
    """
    from bot.app import talk, talk_words

    asking = sys.stdin.isatty()
    if asking:
        click.echo("Write what a customer would. Ctrl-D ends it.", err=True)

    def line() -> str:
        if asking:
            click.echo("you: ", err=True, nl=False)
        return sys.stdin.readline()

    def show(turn: talk.Turn) -> None:
        click.echo(talk_words.as_json(turn) if as_json else talk_words.as_text(turn))

    talk.talk(config, overrides, lang, channel, iter(line, ""), show)


@main.command()
@LANG
@click.option("--batch", is_flag=True, help="Read texts from stdin, one a line.")
@click.argument("text", required=False)
@configured
def numbers(lang: str, batch: bool, text: str | None, config: Path, overrides: tuple[str, ...]) -> None:
    """Print the order number in TEXT: upper-case letters and digits, or an empty line.

    What the shop's numbers look like is the setting orders.number_pattern. A line of --batch may be what a
    recogniser heard when a number was told: a JSON object with "readings" (best first) and, where it was told
    before, "before" (a list of such lists) and "refused" (numbers that were read back in vain).
    """
    from bot.app.numbers import finder

    if batch == (text is not None):
        raise click.UsageError("Give either TEXT or --batch.")
    find = finder(config, overrides, lang)
    # Lines are bytes between newlines, whatever the locale: one line out for each line in.
    lines = (line.decode(errors="replace") for line in sys.stdin.buffer) if batch else [text or ""]
    for line in lines:
        click.echo(find(line))


@main.group()
def kb() -> None:
    """The knowledge base."""


@kb.command("search")
@LANG
@click.argument("query")
@configured
def kb_search(lang: str, query: str, config: Path, overrides: tuple[str, ...]) -> None:
    """Print the best articles for QUERY as JSON lines."""
    from bot.app import commands

    for line in commands.kb_search(config, overrides, lang, query):
        click.echo(line)


@kb.command("batch")
@LANG
@click.option("--index", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@configured
def kb_batch(lang: str, index: Path, config: Path, overrides: tuple[str, ...]) -> None:
    """Read JSON lines (`query`) and search the articles in a folder."""
    from bot.app import commands

    for line in commands.kb_batch(config, overrides, lang, index, sys.stdin):
        click.echo(line)


@main.group()
def voice() -> None:
    """Speech: what is heard, and the models that hear it."""


@voice.command("transcribe")
@click.option("--lang", required=True, help="The language of the model: pl, cs, en.")
@click.option("--expecting", type=click.Choice(["order_number", "yes_no", "menu", "verifier"]))
@click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("models/vosk"),
    show_default=True,
    help="The folder with one Vosk model a language.",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE.wav…", type=click.Path(path_type=Path))
def voice_transcribe(lang: str, expecting: Any, models: Path, files: tuple[Path, ...]) -> None:
    """Print what is said in each FILE as a JSON line."""
    from voice import commands

    commands.transcribe(files, lang, expecting, click.echo, models)


@voice.command("train")
@click.argument("lang")
@click.option(
    "--phrases",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="What callers say: one phrase a line, # begins a comment, {number} stands for any number.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="[default: models/vosk/LANG]")
@click.option("--epochs", type=click.IntRange(1, 100), default=2, show_default=True)
@click.option(
    "--utterances",
    type=click.IntRange(100, 1_000_000),
    default=8000,
    show_default=True,
    help="New ones in each epoch.",
)
def voice_train(lang: str, phrases: Path, out: Path | None, epochs: int, utterances: int) -> None:
    """Train a small speech model for the language LANG from phrases alone; takes minutes."""
    from voice.training.command import train

    train(lang, phrases, out or Path("models/vosk") / lang, epochs, utterances, click.echo)
