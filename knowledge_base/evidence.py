"""What speaks for an article that a search found."""

from dataclasses import dataclass
from typing import Literal

from knowledge_base.loader import Article

Mode = Literal["words", "both"]
"""By what an article was found: its words alone, or its words and what it means."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an article."""

    article: Article
    worth: float
    """How well it fits the question; only comparable within one mode, one language and one weight."""
    lead: float
    """How far above the next article, or (negative) below the best one."""
    mode: Mode
