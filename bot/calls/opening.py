"""A call's beginning: who calls, in which language, and what is said first. One transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.dialogue.order_words import delivery_phrase
from bot.model.call import Call, CallState, Policy
from bot.model.contact import Contact, Identifiers
from bot.model.conversation import Channel, Conversation, Memory
from bot.model.ids import new_id
from bot.model.message import Draft
from bot.store import calls, contacts, conversations, policies
from bot.store.schema import visitors
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class LineRule:
    """What is different for one number that is called."""

    lang: str | None = None
    recording: bool | None = None


@dataclass(frozen=True, slots=True)
class PhoneRules:
    """What the operator has decided about calls."""

    languages: Sequence[str]
    default_lang: str
    trust_caller_id: bool
    """A caller's number proves who they are."""
    recording: bool
    lines: Mapping[str, LineRule]


@dataclass(frozen=True, slots=True)
class FromPage:
    """Who calls from a browser."""

    visitor_id: str
    identity: Mapping[str, str | None] | None
    """What the shop signed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A call whose conversation is stored, its greeting included."""

    call: Call
    conversation: Conversation
    recorded: bool
    cursor: int = 0
    """The highest `seq` that the caller has been told: not 0 where they come back from an agent's phone."""


def open_call(
    connection: Connection,
    call: Call,
    at: datetime,
    *,
    rules: PhoneRules,
    texts: Texts,
    transport: str,
    gateway: str,
    today: date,
    renewal_state: Callable[[Mapping[str, str]], Any],
    page: FromPage | None = None,
) -> Opened | None:
    """Store the conversation and its greeting; none where the call has begun already, or was refused."""
    if call.state is not CallState.ANNOUNCED:
        return None
    line = rules.lines.get(call.called or "", LineRule())
    policy = policies.get(connection, call.policy) if call.policy else None
    known = _known(connection, call, rules, page)
    lang = _language(call, line, known, rules)
    contact_id, identity = _who(connection, call, lang, rules, page, policy, at)
    recorded = rules.recording if line.recording is None else line.recording
    memory, said, dialogue = _greeting(texts, lang, policy, today, renewal_state, recorded=recorded)
    conversation = conversations.open_conversation(
        connection,
        new_id(),
        channel=Channel.PHONE,
        lang=lang,
        contact_id=contact_id,
        visitor_id=None,
        identity=identity,
        at=at,
    )
    changes = {"memory": conversations.memory_to_json(memory), "dialogue": dialogue}
    greeted = conversations.append(connection, conversation.id, [said], at, changes=changes)
    assert greeted is not None
    if not calls.start(
        connection, call.id, conversation.id, at, transport=transport, gateway=gateway, lang=lang
    ):
        return None
    begun = calls.get(connection, call.id)
    assert begun is not None
    return Opened(begun, greeted.conversation, recorded)


def _known(connection: Connection, call: Call, rules: PhoneRules, page: FromPage | None) -> Contact | None:
    """Who this seems to be, as far as it takes to choose a language."""
    found = None
    if page is not None:
        found = connection.execute(
            select(visitors.c.contact_id).where(visitors.c.id == page.visitor_id)
        ).scalar()
    elif (phone := call.customer) is not None:
        found = contacts.by_phone(connection, phone)
    return contacts.get(connection, found) if found else None


def _language(call: Call, line: LineRule, known: Contact | None, rules: PhoneRules) -> str:
    """Announced for this call; else of the number called; else of the contact; else the shop's."""
    for lang in (call.lang, line.lang, known.lang if known else None):
        if lang is not None and lang in rules.languages:
            return lang
    return rules.default_lang


def _who(
    connection: Connection,
    call: Call,
    lang: str,
    rules: PhoneRules,
    page: FromPage | None,
    policy: Policy | None,
    at: datetime,
) -> tuple[str, dict[str, str | None] | None]:
    """Return the contact, and the identity that somebody vouches for, if anybody does."""
    if page is not None:
        return _visitor(connection, page, lang, at)
    phone = call.customer
    vouched = call.contact or (policy.contact_id if policy else None)
    trusted = phone if rules.trust_caller_id else None
    if vouched is None and trusted is None:
        return contacts.create(connection, lang=lang, at=at, phone=phone), None
    identifiers = Identifiers(
        external_id=vouched, phone=trusted, name=policy.contact_name if policy else None
    )
    contact_id = contacts.recognise(connection, identifiers, present=None, lang=lang, at=at)
    return contact_id, {"id": vouched, "email": None, "phone": trusted}


def _visitor(
    connection: Connection, page: FromPage, lang: str, at: datetime
) -> tuple[str, dict[str, str | None] | None]:
    """Who calls from a page is the visitor who chats there."""
    present = contacts.of_visitor(connection, page.visitor_id, lang=lang, at=at)
    if not page.identity:
        return present, None
    who = page.identity
    identifiers = Identifiers(who.get("id"), who.get("email"), who.get("phone"), who.get("name"))
    contact_id = contacts.recognise(connection, identifiers, present=present, lang=lang, at=at)
    contacts.move_visitor(connection, page.visitor_id, contact_id)
    return contact_id, dict(who)


def _greeting(
    texts: Texts,
    lang: str,
    policy: Policy | None,
    today: date,
    renewal_state: Callable[[Mapping[str, str]], Any],
    *,
    recorded: bool,
) -> tuple[Memory, Draft, Any]:
    """An automaton speaks, the call is recorded, and what it is about."""
    memory = Memory(disclosed=True)
    dialogue = None
    if policy is None:
        said = texts.draft("greet", lang, channel=Channel.PHONE)
    else:
        slots = renewal_slots(policy, lang, today, texts)
        memory = replace(memory, intent="renewal", slots=slots, expecting="yes_no", question="renewal")
        dialogue = renewal_state(slots)
        said = texts.draft("renewal_question", lang, channel=Channel.PHONE, **slots)
    first = ["disclosure", "recording_notice"] if recorded else ["disclosure"]
    words = [texts.text(key, lang, channel=Channel.PHONE) for key in first]
    return memory, replace(said, text=" ".join([*words, said.text])), dialogue


def renewal_slots(policy: Policy, lang: str, today: date, texts: Texts) -> dict[str, str]:
    """What the renewal's texts and the agent's packet say of a policy."""
    return {
        "policy": policy.number,
        "name": policy.contact_name,
        "product": policy.product.get(lang) or next(iter(policy.product.values()), policy.number),
        "price": policy.price.get(lang) or next(iter(policy.price.values()), ""),
        "ends": delivery_phrase(policy.ends_on, lang, today, texts) or policy.ends_on,
    }
