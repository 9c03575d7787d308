"""What the scripted desk backend knows: people, conversations, the outbox."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]
OUTCOMES = ["resolved", "unresolved", "follow_up", "spam"]


def moment(seconds_ago: float = 0) -> str:
    """RFC 3339, so many seconds before the present."""
    return (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat().replace("+00:00", "Z")


@dataclass
class FakeAgent:
    id: str
    email: str
    name: str
    role: str = "agent"
    presence: str = "online"
    connected: bool = True


@dataclass
class FakeContact:
    id: str
    name: str | None
    email: str | None = None
    phone: str | None = None
    lang: str = "en"
    vip: bool = False
    verified: bool = False
    note: str | None = None

    def ref(self) -> JsonObject:
        return {"id": self.id, "name": self.name, "vip": self.vip}


@dataclass
class FakeConversation:
    id: str
    contact: FakeContact
    lang: str = "en"
    channel: str = "chat"
    state: str = "waiting"
    agent_id: str | None = None
    kind: str = "live"
    callback_phone: str | None = None
    waiting_since: str = field(default_factory=moment)
    visitor_online: bool = True
    packet: JsonObject | None = None
    outcome: str | None = None
    rating: int | None = None
    priority: int = 0
    messages: list[JsonObject] = field(default_factory=list)
    call: JsonObject | None = None
    recordings: list[JsonObject] = field(default_factory=list)

    def say(
        self,
        sender: str,
        text: str,
        *,
        name: str | None = None,
        internal: bool = False,
        ago: float = 0,
        heard: JsonObject | None = None,
    ) -> JsonObject:
        """Appends a message with the next `ordinal` and, unless internal, the next `seq`."""
        seq = None if internal else 1 + sum(1 for one in self.messages if one["seq"] is not None)
        message: JsonObject = {"seq": seq, "ordinal": len(self.messages) + 1, "sender": sender, "name": name}
        message |= {"text": text, "at": moment(ago), "internal": internal, "heard": heard}
        self.messages.append(message)
        return message

    @property
    def preview(self) -> str | None:
        return next((one["text"] for one in reversed(self.messages) if one["sender"] == "visitor"), None)


@dataclass
class DeskState:
    """All of it in memory; the HTTP side reads and changes it and tells the sockets."""

    agents: dict[str, FakeAgent] = field(default_factory=dict)
    conversations: dict[str, FakeConversation] = field(default_factory=dict)
    outbox: list[JsonObject] = field(default_factory=list)
    stored_ids: dict[str, JsonObject] = field(default_factory=dict)
    """The answer that each `client_id` got: the same one again has no second effect."""
    open: bool = True
    capacity: int = 4
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add_agent(self, agent: FakeAgent) -> FakeAgent:
        self.agents[agent.id] = agent
        return agent

    def add(self, contact: FakeContact, **fields: Any) -> FakeConversation:
        conversation = FakeConversation(id=f"c{next(self._numbers)}", contact=contact, **fields)
        self.conversations[conversation.id] = conversation
        return conversation

    def queue(self) -> list[FakeConversation]:
        waiting = [one for one in self.conversations.values() if one.state == "waiting"]
        return sorted(waiting, key=lambda one: (-one.priority, one.waiting_since))

    def mine(self, agent_id: str) -> list[FakeConversation]:
        return [
            one for one in self.conversations.values() if one.state == "agent" and one.agent_id == agent_id
        ]

    def weight(self, agent_id: str) -> int:
        """What an agent carries: a chat 1, a call all that she may."""
        return sum(self.share(one) for one in self.mine(agent_id))

    def share(self, one: FakeConversation) -> int:
        return self.capacity if one.channel == "phone" else 1

    def visible_to(self, agent: FakeAgent, conversation: FakeConversation) -> bool:
        if agent.role == "supervisor" or conversation.state in {"waiting", "closed"}:
            return True
        return conversation.agent_id == agent.id

    def agent_items(self) -> list[JsonObject]:
        return [
            {
                **{"id": one.id, "name": one.name, "role": one.role, "presence": one.presence},
                **{"connected": one.connected, "load": len(self.mine(one.id))},
            }
            for one in self.agents.values()
        ]

    def agent_ref(self, conversation: FakeConversation) -> JsonObject | None:
        agent = self.agents.get(conversation.agent_id or "")
        return {"id": agent.id, "name": agent.name} if agent else None


def me_of(state: DeskState, agent: FakeAgent) -> JsonObject:
    return {
        **{"id": agent.id, "email": agent.email, "name": agent.name, "role": agent.role},
        **{"presence": agent.presence, "capacity": state.capacity, "outcomes": OUTCOMES},
        **{"languages": ["pl", "cs", "en"], "open": state.open},
    }


def queue_item(one: FakeConversation) -> JsonObject:
    packet = one.packet or {}
    return {
        **{"id": one.id, "channel": one.channel, "lang": one.lang, "state": one.state, "kind": one.kind},
        **{"reason": packet.get("reason", "asked"), "intent": packet.get("intent")},
        **{"priority": one.priority, "waiting_since": one.waiting_since, "contact": one.contact.ref()},
        **{"callback_phone": one.callback_phone, "visitor_online": one.visitor_online},
        "preview": one.preview,
    }


def row_of(state: DeskState, one: FakeConversation) -> JsonObject:
    last = one.messages[-1]["at"] if one.messages else None
    return {
        **{"id": one.id, "channel": one.channel, "lang": one.lang, "state": one.state},
        **{"agent": state.agent_ref(one), "contact": one.contact.ref(), "outcome": one.outcome},
        **{"preview": one.preview, "last_at": last, "rating": one.rating, "created_at": last},
        **{"visitor_online": one.visitor_online, "last_ordinal": len(one.messages)},
    }


def whole(state: DeskState, one: FakeConversation) -> JsonObject:
    contact = {**one.contact.ref(), "email": one.contact.email, "phone": one.contact.phone}
    contact |= {"lang": one.contact.lang, "verified": one.contact.verified, "note": one.contact.note}
    return {
        **{"id": one.id, "channel": one.channel, "lang": one.lang, "state": one.state},
        **{"agent": state.agent_ref(one), "messages": one.messages, "packet": one.packet},
        **{"contact": contact, "outcome": one.outcome, "tags": []},
        **{"recordings": one.recordings, "call": one.call},
        **{"visitor_online": one.visitor_online, "rating": one.rating},
    }


def call_of(caller: str | None, *, state: str = "talking", outcome: str | None = None) -> JsonObject:
    return {
        **{"id": "7a1c52c6-3f0e-4a51-9a57-5d8c3c1f6a10", "state": state, "purpose": "inbound"},
        **{"caller": caller, "transport": "audiosocket", "outcome": outcome},
    }


def spoken(confidence: float) -> JsonObject:
    return {"source": "spoken", "confidence": confidence}


KEYED: JsonObject = {"source": "keypad", "confidence": 1.0}


def packet_of(
    reason: str, lang: str, intent: str | None, *, order: str | None = None, **more: Any
) -> JsonObject:
    packet: JsonObject = {"reason": reason, "lang": lang, "intent": intent, "misses": 0, "last_heard": []}
    packet |= {"slots": {"order_number": order} if order else {}, "summary": None, "channel": "chat"}
    packet |= {"waiting_since": moment(), "priority": 0, "skills": ["orders"]}
    return packet | more
