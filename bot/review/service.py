"""Reviewing what found no answer: groups to look at, and what a person makes of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import numpy as np
import structlog

from bot.clock import Clock
from bot.errors import ConflictError, InvalidInputError
from bot.review.folders import Folders
from bot.review.groups import Entry, Group, entries, entry_id, groups
from bot.review.masking import mask, usable
from bot.store import questions
from bot.store.engine import Store
from bot.store.questions import Collected, Review
from knowledge_base import authoring
from knowledge_base.answer import Hit
from knowledge_base.encoder import EncoderError, SentenceEncoder, Vectors
from knowledge_base.local import LocalKnowledgeBase
from nlu.examples import TEACHABLE

T = TypeVar("T")
log = structlog.get_logger(__name__)
MAX_QUESTIONS = 2000
"""Of a language, the newest: what is looked at in one review."""
SHOWN = 50
"""Groups in one list; what is accepted or dismissed makes room for the next."""
ANSWERS = 20
"""Questions of a group whose conversations are looked through for a colleague's answer."""
ENCODE_AT_ONCE = 32
"""Texts; a customer's search waits no longer than for these."""
MAX_KEPT = 4000
"""Masked texts and vectors that are remembered, 8 MB of them."""
PURGE = 500
"""Questions deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group, and the article that comes nearest to it."""

    group: Group
    nearest: Hit | None
    answer: str | None = None
    """What a colleague wrote to the last of them who was put through, masked: where an article may begin."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What a person wrote of an article."""

    title: str
    topic: str | None
    short: str
    """For the phone; the text's first sentence where it is left empty."""
    text: str
    publish: bool
    """Tell it to customers at once; else it is a draft."""


class Reviews:
    """The reviews of one gateway, or of the command line. Several may work on the same database."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        knowledge: LocalKnowledgeBase,
        folders: Folders,
        encoder: SentenceEncoder | None,
        *,
        keep_days: float,
    ) -> None:
        """The encoder may be shared with the knowledge base; it is not closed here."""
        self._store = store
        self._clock = clock
        self._knowledge = knowledge
        self._folders = folders
        self._encoder = encoder
        self._keep = timedelta(days=keep_days)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="review")
        self._masked: OrderedDict[tuple[str, str, str | None], str] = OrderedDict()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._found: dict[tuple[str, str], tuple[object, Hit | None]] = {}
        self._grouped: dict[str, tuple[tuple[Entry, ...], list[Group]]] = {}
        self._writing = asyncio.Lock()

    def close(self) -> None:
        """End the thread, when it has finished what it is doing."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def counts(self) -> dict[str, int]:
        """Count by language what waits for a review."""
        since = self._since()
        return await self._store.read(lambda c: questions.counts(c, since))

    async def groups(self, lang: str) -> tuple[list[Shown], int]:
        """Return the groups that most customers asked, at most `SHOWN`, and how many there are."""
        found = await self._all(lang)
        return await self._shown(lang, found[:SHOWN]), len(found)

    async def group(self, lang: str, group_id: str) -> Shown | None:
        """Return one group by the id of the group, or of any wording in it."""
        for one in await self._all(lang):
            if group_id in {entry.id for entry in one.entries}:
                return (await self._shown(lang, [one]))[0]
        return None

    async def accept_article(self, lang: str, ids: Collection[str], new: NewArticle) -> str:
        """Write an article with these wordings as its paraphrases; return its id.

        Raises:
            ConflictError: `already_reviewed`, or what `Folders.new_article` raises.
            InvalidInputError: it is to be published without a text.
        """
        if new.publish and not new.text.strip():
            raise InvalidInputError("text: write the answer before you publish it, or keep it as a draft")
        short = new.short.strip() or _first_sentence(new.text)
        async with self._writing:
            chosen = await self._chosen(lang, ids)
            text = authoring.article(
                title=new.title,
                topic=new.topic,
                paraphrases=[usable(entry.text) for entry in chosen],
                short=short,
                text=new.text,
                draft=not new.publish,
            )
            name = await self._in_thread(partial(self._folders.new_article, lang, new.title, text))
            await self._mark(chosen, Review.ARTICLE)
        log.info("review_accepted", kind="article", lang=lang, count=len(chosen))
        return name

    async def accept_paraphrases(self, lang: str, ids: Collection[str], article: str) -> int:
        """Add these wordings to an article's paraphrases; return how many were new.

        Raises:
            ConflictError: `already_reviewed`, or what `Folders.add_paraphrases` raises.
        """
        async with self._writing:
            chosen = await self._chosen(lang, ids)
            texts = [usable(entry.text) for entry in chosen]
            added = await self._in_thread(partial(self._folders.add_paraphrases, lang, article, texts))
            await self._mark(chosen, Review.PARAPHRASE)
        log.info("review_accepted", kind="paraphrase", lang=lang, count=len(chosen))
        return added

    async def accept_examples(self, lang: str, ids: Collection[str], intent: str) -> int:
        """Add these wordings to an intent's training examples; return how many were new.

        Raises:
            InvalidInputError: there is no such intent.
            ConflictError: `already_reviewed`, or what `Folders.add_examples` raises.
        """
        if intent not in TEACHABLE:
            raise InvalidInputError(f"intent: use one of {', '.join(TEACHABLE)}")
        async with self._writing:
            chosen = await self._chosen(lang, ids)
            texts = [usable(entry.text) for entry in chosen]
            added = await self._in_thread(partial(self._folders.add_examples, lang, intent, texts))
            await self._mark(chosen, Review.EXAMPLE)
        log.info("review_accepted", kind="example", lang=lang, count=len(chosen))
        return added

    async def dismiss(self, lang: str, ids: Collection[str]) -> int:
        """Show these wordings no more, whoever asks them again; return how many questions that were.

        Raises:
            ConflictError: `already_reviewed`.
        """
        async with self._writing:
            return await self._mark(await self._chosen(lang, ids), Review.DISMISSED)

    async def purge(self) -> int:
        """Delete questions that were kept for long enough; return how many."""
        before, done = self._since(), 0
        while True:
            gone = await self._store.write(lambda c: questions.purge(c, before, PURGE))
            done += gone
            if gone < PURGE:
                return done

    async def _all(self, lang: str) -> list[Group]:
        found = tuple(await self._entries(lang))
        known = self._grouped.get(lang)
        if known is None or known[0] != found:
            vectors = await self._encoded([usable(entry.text) for entry in found])
            made = await self._in_thread(partial(groups, found, lang, vectors))
            known = self._grouped[lang] = (found, made)
        return known[1]

    async def _shown(self, lang: str, found: Sequence[Group]) -> list[Shown]:
        keys = {group.id: _newest(group) for group in found}
        wanted = [key for some in keys.values() for key in some]
        answers = await self._store.read(lambda c: questions.answers(c, wanted))
        shown: list[Shown] = []
        for group in found:
            nearest = await self._nearest(lang, usable(group.entries[0].text), fresh=not shown)
            answer = next((answers[key] for key in keys[group.id] if key in answers), None)
            masked = await self._in_thread(partial(self._mask, answer, lang, None)) if answer else None
            shown.append(Shown(group, nearest, masked))
        return shown

    async def _nearest(self, lang: str, text: str, *, fresh: bool) -> Hit | None:
        """Search, unless it was searched for in the present articles; `fresh`: look whether they are."""
        known = self._found.get((lang, text))
        if not fresh and known is not None and known[0] is self._knowledge.edition(lang):
            return known[1]
        hits = await self._knowledge.search(lang, text, limit=1)
        if len(self._found) >= MAX_KEPT:
            self._found.clear()
        self._found[lang, text] = self._knowledge.edition(lang), hits[0] if hits else None
        return self._found[lang, text][1]

    async def _entries(self, lang: str) -> list[Entry]:
        since = self._since()
        collected, dismissed = await self._store.read(
            lambda c: (
                questions.waiting(c, lang, since, MAX_QUESTIONS),
                questions.dismissed(c, lang, MAX_QUESTIONS),
            )
        )
        return await self._in_thread(partial(self._entered, lang, collected, dismissed))

    async def _chosen(self, lang: str, ids: Collection[str]) -> list[Entry]:
        chosen = [entry for entry in await self._entries(lang) if entry.id in ids]
        if not chosen or len(chosen) < len(set(ids)):
            raise ConflictError("somebody has reviewed some of these; look again", code="already_reviewed")
        return chosen

    async def _mark(self, chosen: Sequence[Entry], review: Review) -> int:
        keys, at = [key for entry in chosen for key in entry.keys], self._clock.now()
        return await self._store.write(lambda c: questions.reviewed(c, keys, review, at))

    async def _encoded(self, wanted: Sequence[str]) -> Vectors | None:
        """Ask the encoder for what is not known yet; none where there is none now."""
        if self._encoder is None or len(wanted) < 2:
            return None
        missing = [text for text in dict.fromkeys(wanted) if text not in self._vectors]
        try:
            for start in range(0, len(missing), ENCODE_AT_ONCE):
                part = missing[start : start + ENCODE_AT_ONCE]
                vectors = await self._in_thread(partial(self._encoder.encode, part))
                self._vectors.update(zip(part, vectors, strict=True))
        except EncoderError as error:
            log.warning("review_by_words_alone", reason=error.code)
            return None
        found = np.stack([self._vectors[text] for text in wanted])
        while len(self._vectors) > MAX_KEPT:
            self._vectors.popitem(last=False)
        return found

    def _since(self) -> datetime:
        return self._clock.now() - self._keep

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # --- in the thread -----------------------------------------------------------------------

    def _entered(self, lang: str, collected: Sequence[Collected], dismissed: Sequence[str]) -> list[Entry]:
        gone = {entry_id(lang, self._mask(text, lang, None)) for text in dismissed}
        return entries(collected, lang, self._mask, gone)

    def _mask(self, text: str, lang: str, name: str | None) -> str:
        key = (text, lang, name)
        if key not in self._masked:
            self._masked[key] = mask(text, lang, name)
            if len(self._masked) > 2 * MAX_KEPT:
                self._masked.popitem(last=False)
        return self._masked[key]


def _newest(group: Group) -> list[tuple[str, int]]:
    """Return some of a group's questions whose answers may be worth reading, those asked last first."""
    by_time = sorted(group.entries, key=lambda entry: entry.last_at, reverse=True)
    return [key for entry in by_time for key in reversed(entry.keys)][:ANSWERS]


def _first_sentence(text: str) -> str:
    """Return what the phone says where nobody wrote a short form."""
    plain = " ".join(text.split())
    for end, character in enumerate(plain):
        if character in ".!?" and plain[end + 1 : end + 2] in ("", " "):
            return plain[: end + 1]
    return plain
