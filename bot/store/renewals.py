"""What a customer said to the renewal of their policy, in the transaction of that turn."""

from datetime import datetime

from sqlalchemy import Connection

from bot.model.conversation import Conversation
from bot.store import calls, contacts, conversations, policies


def note(
    connection: Connection, conversation: Conversation, answer: str, when: str | None, at: datetime
) -> None:
    """Note `yes`, `no`, `later` (and when) or `never_call` at the policy, the conversation and the number."""
    number = conversation.memory.slots.get("policy")
    if number is not None:
        policies.answered(connection, number, "no" if answer == "never_call" else answer, when, at)
    tags = tuple(dict.fromkeys((*conversation.tags, answer)))
    conversations.append(connection, conversation.id, [], at, changes={"tags": list(tags)})
    if answer == "never_call":
        for phone in _phones(connection, conversation, number):
            policies.never(connection, phone, conversation.id, at)


def _phones(connection: Connection, conversation: Conversation, number: str | None) -> set[str]:
    """Every number at which this person could be called: the one on the line, the contact's, the policy's."""
    policy = policies.get(connection, number) if number is not None else None
    call = calls.of_conversation(connection, conversation.id)
    contact = contacts.get(connection, conversation.contact_id)
    known = {
        call.customer if call else None,
        contact.phone if contact else None,
        policy.contact_phone if policy else None,
    }
    return {phone for phone in known if phone}
