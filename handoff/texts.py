"""What the handoff needs of the catalogue; `bot.app` hands it in."""

from typing import Protocol

from bot.model.conversation import Channel
from bot.model.message import Draft


class Texts(Protocol):
    """Words for what the house itself says to a customer."""

    def draft(
        self, key: str, lang: str, *, channel: Channel = ..., seed: str = "", **variables: str
    ) -> Draft:
        """Return a message of `sender: system` by its key in the catalogue, ready to be stored;
        worded for the chat where no channel is named.
        """
        ...
