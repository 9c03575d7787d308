"""`centrala review`: what customers asked in vain, and what a person makes of it."""

from pathlib import Path

import click

from bot.cli_options import configured


@click.group(invoke_without_command=True)
@click.option("--lang", type=click.Choice(["pl", "cs", "en"]), help="Only this language.")
@click.option("--json", "as_json", is_flag=True, help="A JSON line a group.")
@configured
@click.pass_context
def review(
    context: click.Context, lang: str | None, as_json: bool, config: Path, overrides: tuple[str, ...]
) -> None:
    """List what customers asked in vain, grouped by likeness; see docs/review.md."""
    if context.invoked_subcommand is None:
        from bot.app import review_commands

        for line in review_commands.listed(config, overrides, lang, as_json=as_json):
            click.echo(line)


WITHOUT = click.option(
    "--without", multiple=True, metavar="ID", help="A wording to leave out; may be repeated."
)


@review.command("show")
@click.argument("group_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
@configured
def review_show(group_id: str, as_json: bool, config: Path, overrides: tuple[str, ...]) -> None:
    """Show every wording of the group ID."""
    from bot.app import review_commands

    for line in review_commands.shown(config, overrides, group_id, as_json=as_json):
        click.echo(line)


@review.command("accept")
@click.argument("group_id", metavar="ID")
@click.option("--as", "kind", required=True, type=click.Choice(["article", "paraphrase", "example"]))
@WITHOUT
@click.option("--title", help="Of the new article.")
@click.option("--topic", help="Its topic, such as delivery.")
@click.option("--text", default="", help="Its answer; may be written into the file later.")
@click.option("--short", default="", help="Its answer in one sentence, for the phone.")
@click.option("--publish", is_flag=True, help="Tell it to customers at once; else it is a draft.")
@click.option("--article", help="The article to add these ways to ask to.")
@click.option("--intent", help="What customers mean by it, such as order_status.")
@configured
def review_accept(
    group_id: str,
    kind: str,
    without: tuple[str, ...],
    title: str | None,
    topic: str | None,
    text: str,
    short: str,
    publish: bool,
    article: str | None,
    intent: str | None,
    config: Path,
    overrides: tuple[str, ...],
) -> None:
    """Make the group ID an article, more ways to ask for one, or training examples."""
    from bot.app import review_commands
    from bot.review.service import NewArticle

    wanted = {
        "article": ("--title", title),
        "paraphrase": ("--article", article),
        "example": ("--intent", intent),
    }
    option, value = wanted[kind]
    if not value:
        raise click.UsageError(f"--as {kind} needs {option}.")
    if kind == "article":
        new = NewArticle(value, topic, short, text, publish)
        told = review_commands.accept_article(config, overrides, group_id, without, new)
    elif kind == "paraphrase":
        told = review_commands.accept_paraphrases(config, overrides, group_id, without, value)
    else:
        told = review_commands.accept_examples(config, overrides, group_id, without, value)
    click.echo(told, err=True)


@review.command("dismiss")
@click.argument("group_id", metavar="ID")
@WITHOUT
@configured
def review_dismiss(group_id: str, without: tuple[str, ...], config: Path, overrides: tuple[str, ...]) -> None:
    """Show the group ID no more."""
    from bot.app import review_commands

    click.echo(review_commands.dismiss(config, overrides, group_id, without), err=True)
