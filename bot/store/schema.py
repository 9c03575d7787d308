"""The tables. SQL is the truth; the same schema runs on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the database keeps."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = String(36)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200)),
    Column("email", String(320)),
    Column("phone", String(20)),
    Column("lang", String(8), nullable=False),
    Column("vip", Boolean, nullable=False, default=False),
    Column("note", Text, nullable=False, default=""),
    Column("merged_into", Id, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

contact_identifiers = Table(
    # Verified identifiers only: two contacts that share one are the same person.
    "contact_identifiers",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("value", String(320), primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False, index=True),
)

visitors = Table(
    # A browser. Nothing but the id of its signed token; stored with its first message.
    "visitors",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("ui_lang", String(8), nullable=False),  # what the widget showed last; `lang` follows the words
    Column("state", String(16), nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("visitor_id", Id, ForeignKey("visitors.id")),
    Column("agent_id", Id, ForeignKey("agents.id")),
    Column("version", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("last_ordinal", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Column("visitor_seq", Integer, nullable=False),
    Column("owed_since", UtcDateTime),
    Column("dialogue", JSON),
    Column("memory", JSON, nullable=False),
    Column("identity", JSON),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_message_at", UtcDateTime, nullable=False),
    Column("last_visitor_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(64)),
    Column("tags", JSON, nullable=False),
    Column("rating", Integer),
    Column("rating_comment", Text),
    Column("rated_at", UtcDateTime),
    Index("ix_conversations_visitor_id_created_at", "visitor_id", "created_at"),
    Index("ix_conversations_last_message_at_id", "last_message_at", "id"),
    Index("ix_conversations_state_last_message_at", "state", "last_message_at"),
    Index("ix_conversations_agent_id_state", "agent_id", "state"),
    Index(
        "ix_conversations_owed_since",
        "owed_since",
        sqlite_where=text("owed_since IS NOT NULL"),
        postgresql_where=text("owed_since IS NOT NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer),
    Column("sender", String(16), nullable=False),
    Column("author", Id),
    Column("name", String(200)),
    Column("text", Text, nullable=False),
    Column("choices", JSON),
    Column("payload", String(200)),
    Column("link", JSON),
    Column("client_id", String(64)),
    Column("reply_to", String(64)),
    Column("last", Boolean, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("heard", JSON),  # how sure we are of words that came over the phone
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("author", "client_id"),
)

cases = Table(
    # A handoff: why a person is needed, since when, and who took it.
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("step", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("packet", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("callback_phone", String(20)),
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("agent_id", Id, ForeignKey("agents.id")),
    Column("assigned_at", UtcDateTime, index=True),
    Column("first_reply_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index(
        "uq_cases_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("presence", String(16), nullable=False),
    Column("desk_seen_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)

agent_sessions = Table(
    # Only the hash of the token is kept: a stolen backup opens no session.
    "agent_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", Id, ForeignKey("agents.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("sink", String(200), nullable=False),
    Column("type", String(64), nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("conversation_id", Id, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("last_error", String(200)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("payload", JSON, nullable=False),  # last: a row is read up to what is asked for
    Index(
        "ix_outbox_waiting",
        "sink",
        "contact_id",
        "position",
        sqlite_where=text("delivered_at IS NULL"),
        postgresql_where=text("delivered_at IS NULL"),
    ),
    Index(
        # Whole for `due`'s scan: a row's payload, which may be a megabyte, is never paged through.
        "ix_outbox_due",
        "sink",
        "next_attempt_at",
        "locked_until",
        "contact_id",
        sqlite_where=text("delivered_at IS NULL"),
        postgresql_where=text("delivered_at IS NULL"),
    ),
    Index(
        "ix_outbox_delivered_at",
        "delivered_at",
        sqlite_where=text("delivered_at IS NOT NULL"),
        postgresql_where=text("delivered_at IS NOT NULL"),
    ),
)

demo_orders = Table(
    "demo_orders",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("contact_id", String(64), nullable=False),
    Column("contact_name", String(200), nullable=False),
    Column("contact_email", String(320), nullable=False),
    Column("contact_phone", String(20), nullable=False),
    Column("state", String(32), nullable=False),
    Column("carrier", String(64)),
    Column("parcel", String(64)),
    Column("delivery_in_days", Integer),
)

calls = Table(
    # A call, from its announcement on. The conversation beside it holds what was said.
    "calls",
    metadata,
    Column("id", Id, primary_key=True),  # the UUID that the PBX knows it by
    Column("conversation_id", Id, ForeignKey("conversations.id"), unique=True),
    Column("state", String(16), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("transport", String(32)),
    Column("caller", String(64)),
    Column("called", String(64)),
    Column("lang", String(8)),
    Column("contact", String(64)),  # the shop's own id
    Column("policy", String(64)),
    Column("gateway", String(200)),  # where its audio is
    Column("outcome", String(64)),
    Column("turns", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index(
        "ix_calls_running",
        "gateway",
        sqlite_where=text("ended_at IS NULL AND started_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NULL AND started_at IS NOT NULL"),
    ),
)

recordings = Table(
    "recordings",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("path", String(400), nullable=False),  # below recording.dir
    Column("started_at", UtcDateTime, nullable=False),
    Column("seconds", Float),
    Column("erased_at", UtcDateTime),
)

questions = Table(
    # What a customer asked the knowledge base, and what became of it; the customer's words, for a while only.
    "questions",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("lang", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("article", String(200)),
    Column("browsed", Boolean, nullable=False),
    Column("missed", Boolean, nullable=False),  # a person was called because it was not understood
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),  # of the outcome
    Column("review", String(16)),
    Column("reviewed_at", UtcDateTime),
    Index(
        "ix_questions_open",
        "lang",
        "asked_at",
        sqlite_where=text("review IS NULL"),
        postgresql_where=text("review IS NULL"),
    ),
)

policies = Table(
    # What may be renewed by phone. A call without a consent on record is refused.
    "policies",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("contact_id", String(64), nullable=False, index=True),  # the shop's own id
    Column("contact_name", String(200), nullable=False),
    Column("contact_phone", String(20)),
    Column("lang", String(8), nullable=False),
    Column("product", JSON, nullable=False),  # by language
    Column("price", JSON, nullable=False),  # by language
    Column("ends_on", String(10), nullable=False),  # ISO 8601 date
    Column("consent_at", UtcDateTime),
    Column("consent_source", String(200)),
    Column("answer", String(16)),  # yes, no, later; the last one given
    Column("answer_when", String(200)),
    Column("answered_at", UtcDateTime),
)

never_call = Table(
    # Who asked never to be called again: kept for good, whatever becomes of policies and contacts.
    "never_call",
    metadata,
    Column("phone", String(20), primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("conversation_id", Id),
)
