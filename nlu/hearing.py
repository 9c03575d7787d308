"""How a customer's words came and what they may answer; goes with them through the pipeline.

Standard library only. What was asked helps to understand an answer: 'no' after 'is that right?' refuses a
number, and a number that was only heard is not yet the customer's number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlu.numbers import Telling
from nlu.protocol import Channel, Expecting, Source

METADATA = "hearing"
"""Under which name it stands in the metadata of Rasa's message."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Everything about an utterance but its words."""

    lang: str = "en"
    channel: Channel = "chat"
    source: Source = "typed"
    alternatives: tuple[str, ...] = ()
    """Other readings of what was spoken, best first."""
    expecting: Expecting | None = None
    """What kind of answer the open question wants."""
    question: str | None = None
    """Which question is open."""
    heard_number: str | None = None
    """The number that was read back and waits for a yes."""
    before: tuple[Telling, ...] = ()
    """What the caller's earlier tellings of the number that is asked for again may have been."""
    refused: tuple[str, ...] = ()
    """Numbers that were read back, and were not the caller's."""
    number_pattern: re.Pattern[str] | None = None
    """What the shop's order numbers look like, without separators, where it says so."""

    @property
    def is_heard(self) -> bool:
        """Tell whether the words were recognised from speech, so that numbers in them need a yes."""
        return self.channel == "phone" and self.source == "spoken"

    def metadata(self) -> dict[str, Any]:
        """Return the metadata of Rasa's message."""
        return {METADATA: self}


UNKNOWN = Hearing()
"""Of words that came without any: training examples."""


def hearing_of(metadata: Mapping[str, Any] | None) -> Hearing:
    """Return how a message came, from its metadata."""
    found = (metadata or {}).get(METADATA)
    return found if isinstance(found, Hearing) else UNKNOWN
