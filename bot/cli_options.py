"""Options that many commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def configured(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the configuration comes from."""
    command = click.option(
        "--set", "overrides", multiple=True, metavar="KEY.PATH=VALUE", help="One setting; may be repeated."
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("config.yml"),
        show_default=True,
        help="The configuration file.",
    )(command)
