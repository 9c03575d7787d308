"""The moment that the bot lets go, and what the house says until a person is there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.model.case import CaseStep, Packet, Reason
from bot.model.conversation import Conversation, Memory
from bot.model.message import Draft, Message
from bot.store import agents, cases
from handoff.hours import Hours, is_open
from handoff.offline import next_step, offer
from handoff.packet import make_packet
from handoff.texts import Texts


class HandOver:
    """Implements `bot.dialogue.ports.HandOver` and, with `while_waiting`, `bot.store.inbox.WhileWaiting`."""

    def __init__(self, texts: Texts, hours: Hours | None) -> None:
        self._texts = texts
        self._hours = hours

    def packet(self, conversation: Conversation, memory: Memory, reason: Reason, *, vip: bool) -> Packet:
        """Put together what the agent gets."""
        return make_packet(conversation, memory, reason, vip=vip)

    def announce(
        self, connection: Connection, conversation: Conversation, at: datetime, reason: Reason
    ) -> tuple[Draft, CaseStep]:
        """Word what the customer is told at once: a person comes, or nobody is there now."""
        key = offer(open_now=is_open(self._hours, at), anybody_online=agents.anybody_online(connection))
        step = CaseStep.OFFERED if key == "handoff_offline" else CaseStep.NONE
        if reason is Reason.RENEWAL_YES and step is CaseStep.NONE:
            key = "renewal_yes"
        return self._draft(conversation, key, conversation.id), step

    def while_waiting(
        self, connection: Connection, conversation: Conversation, message: Message
    ) -> Sequence[Draft]:
        """Take a waiting customer's words; called in the transaction that stores them."""
        case = cases.open_of(connection, conversation.id)
        if case is None:
            return ()
        somebody_there = is_open(self._hours, message.at) and agents.anybody_online(connection)
        step = next_step(
            case, message.text, message.payload, conversation.lang, somebody_there=somebody_there
        )
        if step.changes:
            cases.change(connection, case.id, **step.changes)
        return [
            self._draft(conversation, say.key, message.client_id or "", **say.variables) for say in step.said
        ]

    def _draft(self, conversation: Conversation, key: str, seed: str, **variables: str) -> Draft:
        return self._texts.draft(key, conversation.lang, channel=conversation.channel, seed=seed, **variables)
