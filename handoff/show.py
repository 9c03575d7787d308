"""Turning what the store reads into what the desk shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.clock import rfc3339
from bot.model.agent import Agent
from bot.model.call import Call, Recording
from bot.model.case import Case, CaseKind
from bot.model.contact import Contact
from bot.model.message import Message
from bot.store.agents import Loaded
from bot.store.desk import Listed, Queued, Whole
from bot.store.outbox import Delivery
from handoff.views import (
    AgentRef,
    AgentView,
    CallView,
    ContactRef,
    ContactView,
    ConversationRow,
    ConversationView,
    HeardView,
    MessageView,
    MeView,
    OutboxItem,
    QueueItem,
    RecordingView,
)


def agent_view(loaded: Loaded, connected: set[str]) -> AgentView:
    """Show an agent to her colleagues."""
    agent = loaded.agent
    return AgentView(
        id=agent.id,
        name=agent.name,
        role=agent.role.value,
        presence=agent.presence.value,
        connected=agent.id in connected,
        load=loaded.load,
    )


def me_view(
    agent: Agent,
    *,
    csrf: str | None,
    capacity: int,
    outcomes: Sequence[str],
    languages: Sequence[str],
    is_open: bool,
) -> MeView:
    """Show an agent to herself."""
    return MeView(
        id=agent.id,
        email=agent.email,
        name=agent.name,
        role=agent.role.value,
        presence=agent.presence.value,
        csrf=csrf,
        capacity=capacity,
        outcomes=list(outcomes),
        languages=list(languages),
        open=is_open,
    )


def message_view(message: Message) -> MessageView:
    """Show a message."""
    return MessageView(
        seq=message.seq,
        ordinal=message.ordinal,
        sender=message.sender.value,
        name=message.name,
        text=message.text,
        at=rfc3339(message.at),
        internal=message.internal,
        heard=_heard(message),
    )


def _heard(message: Message) -> HeardView | None:
    if message.heard is None:
        return None
    return HeardView(source=message.heard.source.value, confidence=message.heard.confidence)


def _call(call: Call | None) -> CallView | None:
    if call is None:
        return None
    return CallView(
        id=call.id,
        state=call.state.value,
        purpose=call.purpose.value,
        caller=call.caller,
        transport=call.transport,
        outcome=call.outcome,
    )


def _recording(recording: Recording) -> RecordingView:
    return RecordingView(n=recording.n, started_at=rfc3339(recording.started_at), seconds=recording.seconds)


def contact_view(contact: Contact, *, vouched: bool = True) -> ContactView:
    """Show a contact card; `vouched`: the shop says that whoever speaks now is this contact.

    A customer who knew an order's e-mail or four digits belongs to the contact's history, but nobody
    vouches for them.
    """
    return ContactView(
        id=contact.id,
        external_id=contact.external_id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        lang=contact.lang,
        vip=contact.vip,
        verified=contact.verified and vouched,
        note=contact.note,
        created_at=rfc3339(contact.created_at),
    )


def queue_item(queued: Queued, online: set[str]) -> QueueItem:
    """Show somebody who waits."""
    listed, case = queued.conversation, queued.case
    return QueueItem(
        id=listed.id,
        channel=listed.channel,
        lang=listed.lang,
        state=listed.state.value,
        kind=case.kind.value,
        reason=case.reason.value,
        intent=case.packet.get("intent"),
        priority=case.priority,
        waiting_since=rfc3339(case.waiting_since),
        contact=_contact_ref(listed),
        callback_phone=case.callback_phone,
        visitor_online=listed.visitor_id in online,
        preview=listed.preview,
    )


def row_view(listed: Listed, online: set[str]) -> ConversationRow:
    """Show a conversation in a list."""
    return ConversationRow(
        id=listed.id,
        channel=listed.channel,
        lang=listed.lang,
        state=listed.state.value,
        agent=agent_ref(listed.agent_id, listed.agent_name),
        contact=_contact_ref(listed),
        preview=listed.preview,
        created_at=rfc3339(listed.created_at),
        last_at=rfc3339(listed.last_at),
        waiting_since=_time(listed.waiting_since),
        closed_at=_time(listed.closed_at),
        outcome=listed.outcome,
        rating=listed.rating,
        visitor_online=listed.visitor_id in online,
        last_ordinal=listed.last_ordinal,
    )


def conversation_view(whole: Whole, online: set[str]) -> ConversationView:
    """Show a conversation, whole."""
    conversation = whole.conversation
    return ConversationView(
        id=conversation.id,
        channel=conversation.channel.value,
        lang=conversation.lang,
        state=conversation.state.value,
        agent=agent_ref(conversation.agent_id, whole.agent_name),
        messages=[message_view(message) for message in whole.messages],
        packet=packet_json(whole.case),
        contact=contact_view(whole.contact, vouched=whole.conversation.identity is not None),
        outcome=conversation.outcome,
        tags=list(conversation.tags),
        recordings=[_recording(recording) for recording in whole.recordings],
        call=_call(whole.call),
        visitor_online=conversation.visitor_id in online,
        created_at=rfc3339(conversation.created_at),
        waiting_since=_time(conversation.waiting_since),
        closed_at=_time(conversation.closed_at),
        rating=conversation.rating,
    )


def packet_json(case: Case | None) -> dict[str, Any] | None:
    """Show the handoff packet with what has become of the case since."""
    if case is None:
        return None
    packet = {**case.packet, "priority": case.priority, "kind": case.kind.value}
    if case.kind is CaseKind.CALLBACK:
        packet["callback_phone"] = case.callback_phone
    return packet


def outbox_item(delivery: Delivery, blocked: bool) -> OutboxItem:
    """Show a row of the outbox, without what it carries."""
    return OutboxItem(
        id=delivery.id,
        sink=delivery.sink,
        type=delivery.type,
        contact_id=delivery.contact_id,
        conversation_id=delivery.conversation_id,
        attempts=delivery.attempts,
        next_attempt_at=rfc3339(delivery.next_attempt_at),
        last_error=delivery.last_error,
        created_at=rfc3339(delivery.created_at),
        blocked=blocked,
    )


def agent_ref(agent_id: str | None, name: str | None) -> AgentRef | None:
    """Show who has a conversation."""
    return AgentRef(id=agent_id, name=name or "") if agent_id is not None else None


def _contact_ref(listed: Listed) -> ContactRef:
    return ContactRef(id=listed.contact_id, name=listed.contact_name, vip=listed.vip)


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment is not None else None
