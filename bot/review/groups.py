"""From questions that found no answer to groups for a person to judge. Pure."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.question import QuestionOutcome
from bot.review.masking import usable
from bot.store.questions import Collected
from knowledge_base.encoder import Vectors
from knowledge_base.likeness import MAX_TEXTS, group, key

ID_CHARS = 12
Mask = Callable[[str, str, str | None], str]
"""(text, language, the customer's name) -> the text without what may say who wrote it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One wording, by however many customers."""

    id: str
    """The same for as long as anybody's question has this wording, in any gateway."""
    text: str
    """Masked."""
    keys: tuple[tuple[str, int], ...]
    """The questions: conversation and `seq`, oldest first."""
    askers: frozenset[str]
    """Contacts."""
    not_helped: int
    """How often an article was told, and did not help."""
    missed: bool
    """A person was called because the bot did not understand it."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings that ask the same. Never empty."""

    entries: tuple[Entry, ...]
    """What stands for the group first: the wording of most customers, of equals the oldest."""

    @property
    def id(self) -> str:
        """Return the id of the oldest wording: it stays while the group grows."""
        return min(self.entries, key=lambda entry: (entry.first_at, entry.id)).id

    @property
    def askers(self) -> int:
        """Return how many customers asked."""
        return len(frozenset().union(*(entry.askers for entry in self.entries)))

    @property
    def times(self) -> int:
        """Return how often it was asked."""
        return sum(len(entry.keys) for entry in self.entries)

    @property
    def first_at(self) -> datetime:
        """Return when it was asked first."""
        return min(entry.first_at for entry in self.entries)

    @property
    def last_at(self) -> datetime:
        """Return when it was asked last."""
        return max(entry.last_at for entry in self.entries)


def entry_id(lang: str, text: str) -> str:
    """Return the id of a wording."""
    return hashlib.sha256(f"{lang}\0{key(text)}".encode("utf-8", "replace")).hexdigest()[:ID_CHARS]


def entries(
    collected: Iterable[Collected], lang: str, mask: Mask, dismissed: Collection[str] = ()
) -> list[Entry]:
    """Put equal wordings together, the oldest first; the newest `MAX_TEXTS` of them.

    Without those in which nothing is left once they are masked, and those whose ids are `dismissed`.
    """
    found: dict[str, list[tuple[str, Collected]]] = {}
    for one in collected:
        text = mask(one.asked.text, lang, one.name)
        name = entry_id(lang, text)
        if usable(text) and name not in dismissed:
            found.setdefault(name, []).append((text, one))
    made = [_entry(name, asked) for name, asked in found.items()]
    return sorted(made, key=lambda entry: (entry.first_at, entry.id))[-MAX_TEXTS:]


def _entry(name: str, asked: Sequence[tuple[str, Collected]]) -> Entry:
    ordered = sorted(asked, key=lambda pair: (pair[1].first_at, pair[1].asked.conversation_id))
    questions = [one for _, one in ordered]
    return Entry(
        id=name,
        text=ordered[0][0],
        keys=tuple((one.asked.conversation_id, one.asked.seq) for one in questions),
        askers=frozenset(one.contact_id for one in questions),
        not_helped=sum(one.asked.outcome is QuestionOutcome.NOT_HELPED for one in questions),
        missed=any(one.missed for one in questions),
        first_at=questions[0].first_at,
        last_at=max(one.first_at for one in questions),
    )


def groups(found: Sequence[Entry], lang: str, vectors: Vectors | None) -> list[Group]:
    """Group wordings; what most customers asked comes first.

    `vectors` are the encoder's, of the wordings without their gaps: see `likeness.group`.
    """
    together = group([usable(entry.text) for entry in found], lang, vectors)
    made = [Group(_by_weight([found[place] for place in places])) for places in together]
    return sorted(made, key=lambda one: (-one.askers, -one.last_at.timestamp(), one.id))


def _by_weight(members: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(members, key=lambda entry: (-len(entry.askers), entry.first_at, entry.id)))
