"""The handoff packet: what the agent gets, so that the customer need not say it again. Pure."""

from bot.model.case import Packet, Reason
from bot.model.conversation import Conversation, Memory

VIP_PRIORITY = 1
SKILLS = {"order_status": ("orders",), "renewal": ("renewals",)}
"""What an agent should know, by the task at hand."""
SUMMARY_CHARS = 200


def make_packet(conversation: Conversation, memory: Memory, reason: Reason, *, vip: bool) -> Packet:
    """Put the packet together from what the bot remembers of the conversation."""
    skills = SKILLS["renewal"] if reason is Reason.RENEWAL_YES else SKILLS.get(memory.intent or "", ())
    return Packet(
        reason=reason,
        lang=conversation.lang,
        channel=conversation.channel.value,
        intent=memory.intent,
        slots=dict(memory.slots),
        misses=memory.misses,
        last_heard=memory.heard,
        summary=summarise(memory, reason),
        priority=VIP_PRIORITY if vip else 0,
        skills=skills,
    )


def summarise(memory: Memory, reason: Reason) -> str:
    """Say in one line and in no human language what it is about: `order_status · order_number=10023 · asked`.

    The desk speaks its agent's language, not the customer's, so only names and values stand here.
    """
    parts = [memory.intent or "?"]
    parts += [f"{name}={value}" for name, value in sorted(memory.slots.items()) if value]
    parts.append(reason.value)
    if memory.misses:
        parts.append(f"misses={memory.misses}")
    line = " ".join(" · ".join(parts).split())
    return line if len(line) <= SUMMARY_CHARS else line[: SUMMARY_CHARS - 1] + "…"
