"""Who waits long for an answer is told so, once, and offered a message or a call-back instead."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.model.case import Case, CaseStep
from bot.model.conversation import State
from bot.store import cases, conversations
from handoff.deps import Desk

BATCH = 20


class LongWaitSweep:
    """One round makes the offer to who has waited for longer than the rules say."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps

    async def sweep(self) -> int:
        """Make the offer where it is due; return to how many."""
        before = self._deps.clock.now() - timedelta(seconds=self._deps.rules.long_wait_seconds)
        due = await self._deps.store.read(lambda c: cases.waiting_since_before(c, before, BATCH))
        told = 0
        for case in due:
            if await self._deps.store.write(lambda c, case=case: self._offer(c, case)):  # type: ignore[misc]
                self._deps.hub.wake(case.conversation_id)
                told += 1
        return told

    def _offer(self, connection: Connection, seen: Case) -> bool:
        conversation = conversations.get(connection, seen.conversation_id)
        case = cases.open_of(connection, seen.conversation_id)
        if conversation is None or case is None or case.step is not CaseStep.NONE:
            return False
        said = self._deps.texts.draft(
            "handoff_long_wait", conversation.lang, channel=conversation.channel, seed=conversation.id
        )
        at = self._deps.clock.now()
        done = conversations.append(connection, conversation.id, [said], at, states=[State.WAITING])
        if done is None:
            return False
        cases.change(connection, case.id, step=CaseStep.OFFERED.value)
        return True
