"""config.yml, the environment and `--set`, read into one frozen `Settings`."""

from bot.settings.load import load
from bot.settings.model import Settings

__all__ = ["Settings", "load"]
