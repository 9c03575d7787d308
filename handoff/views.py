"""What the desk shows, as REST answers and as frames: one shape for both. Times are RFC 3339."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Base of what is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MeView(View):
    """Whoever is signed in."""

    id: str
    email: str
    name: str
    role: Literal["agent", "supervisor"]
    presence: Literal["online", "away", "offline"]
    csrf: str | None = None
    capacity: int
    outcomes: list[str]
    languages: list[str]
    open: bool


class SignedInView(View):
    """The answer to a sign-in."""

    token: str
    csrf: str
    me: MeView


class AgentRef(View):
    """Who has a conversation."""

    id: str
    name: str


class AgentView(View):
    """An agent as her colleagues see her."""

    id: str
    name: str
    role: Literal["agent", "supervisor"]
    presence: Literal["online", "away", "offline"]
    connected: bool
    load: int


class ContactRef(View):
    """What lists show of a customer."""

    id: str
    name: str | None
    vip: bool


class ContactView(View):
    """The contact card."""

    id: str
    external_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    lang: str
    vip: bool
    verified: bool
    note: str
    created_at: str


class HeardView(View):
    """How words came over the phone."""

    source: Literal["typed", "spoken", "keypad"]
    confidence: float


class MessageView(View):
    """One entry of a transcript."""

    seq: int | None
    ordinal: int
    sender: Literal["visitor", "bot", "agent", "system"]
    name: str | None
    text: str
    at: str
    internal: bool
    heard: HeardView | None
    """How sure we are of words that came over the phone; null for what was typed."""


class CallView(View):
    """The call that a conversation is."""

    id: str
    state: Literal["announced", "talking", "ended"]
    purpose: Literal["inbound", "renewal"]
    caller: str | None
    transport: str | None
    outcome: str | None


class RecordingView(View):
    """A call's recording; its audio is at `recordings/{n}` below the conversation."""

    n: int
    started_at: str
    seconds: float | None
    """Null while it is being written."""


class QueueItem(View):
    """Somebody who waits."""

    id: str
    channel: str
    lang: str
    state: str
    kind: Literal["live", "message", "callback"]
    reason: str
    intent: str | None
    priority: int
    waiting_since: str
    contact: ContactRef
    callback_phone: str | None
    visitor_online: bool
    preview: str | None


class ConversationRow(View):
    """A conversation in a list or in a timeline."""

    id: str
    channel: str
    lang: str
    state: Literal["bot", "waiting", "agent", "closed"]
    agent: AgentRef | None
    contact: ContactRef
    preview: str | None
    created_at: str
    last_at: str
    waiting_since: str | None
    closed_at: str | None
    outcome: str | None
    rating: int | None
    visitor_online: bool
    last_ordinal: int


class ConversationView(View):
    """A conversation with everything beside it."""

    id: str
    channel: str
    lang: str
    state: Literal["bot", "waiting", "agent", "closed"]
    agent: AgentRef | None
    messages: list[MessageView]
    packet: dict[str, Any] | None
    contact: ContactView
    outcome: str | None
    tags: list[str]
    recordings: list[RecordingView]
    call: CallView | None
    visitor_online: bool
    created_at: str
    waiting_since: str | None
    closed_at: str | None
    rating: int | None


class OutboxItem(View):
    """Something that waits to be pushed."""

    id: str
    sink: str
    type: str
    contact_id: str
    conversation_id: str
    attempts: int
    next_attempt_at: str
    last_error: str | None
    created_at: str
    blocked: bool
