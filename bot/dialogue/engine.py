"""What the bot does with what Rasa decided: pure, so that every rule is a line in a table test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.model.case import Reason
from bot.model.conversation import Memory

MAX_FAILED_LOOKUPS = 3
"""Orders that do not exist or are not theirs, in one conversation, before a person takes over."""
HEARD = 3
"""How many of the customer's last turns stand in the packet."""
SMALL_TALK = frozenset(
    {"affirm", "deny", "unsure", "greet", "goodbye", "thanks", "cancel", "repeat", "bot_challenge",
     "ask_human", "out_of_scope", "nlu_fallback", "later", "never_call", "question", "topics",
     "something_else", "answer_helped", "answer_not_helped"}
)  # fmt: skip
"""Intents that are no task: the packet keeps naming the task before them."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text of the catalogue."""

    key: str
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the dialogue knows that the text may name, such as a number that was heard."""


@dataclass(frozen=True, slots=True)
class FindOrder:
    """Look an order up, and tell it if it is this customer's."""

    number: str
    verifier: str | None


@dataclass(frozen=True, slots=True)
class Search:
    """Look for an answer in the knowledge base."""

    strict: bool
    """Answer only where the match is very good: the customer may not have asked a question at all."""


@dataclass(frozen=True, slots=True)
class ShowArticle:
    """Tell the article whose button was clicked."""


@dataclass(frozen=True, slots=True)
class ShowTopics:
    """Show the topics behind the button that was clicked."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Note that none of the articles that were offered was meant."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Note whether the last answer helped."""

    helped: bool


@dataclass(frozen=True, slots=True)
class LetGo:
    """Hand over to a person."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say the last reply again."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Note what the customer said to the renewal of their policy."""

    answer: str
    """`yes`, `no`, `later` or `never_call`."""
    when: str | None = None
    """With `later`: when, in the customer's words."""


Command = Say | FindOrder | Search | ShowArticle | ShowTopics | SetAside | Feedback | LetGo | Repeat | Renew
ENDINGS = frozenset(
    {"goodbye", "goodbye_call", "renewal_no", "renewal_later", "renewal_later_when", "renewal_never"}
)
"""Texts after which a call is over."""


def decide(outputs: Sequence[Mapping[str, Any]]) -> list[Command]:
    """Turn one pass's outputs into commands; what is not known is an error of our own domain."""
    commands: list[Command] = []
    for output in outputs:
        if "say" in output:
            given = {name: _given(value) for name, value in output.items() if name != "say"}
            commands.append(
                Say(str(output["say"]), {name: value for name, value in given.items() if value is not None})
            )
            continue
        match output.get("do"):
            case "order_status":
                commands.append(FindOrder(str(output["order_number"]), _given(output.get("verifier"))))
            case "answer":
                commands.append(Search(strict=_truth(output.get("strict"))))
            case "article":
                commands.append(ShowArticle())
            case "topics":
                commands.append(ShowTopics())
            case "set_aside":
                commands.append(SetAside())
            case "feedback":
                commands.append(Feedback(helped=_truth(output.get("helped"))))
            case "handoff":
                return [LetGo(Reason(output.get("reason", Reason.ASKED)))]  # nothing is said after it
            case "repeat":
                commands.append(Repeat())
            case "renewal":
                commands.append(Renew(str(output.get("answer")), _given(output.get("when"))))
            case unknown:
                raise ValueError(f"the dialogue asks for {unknown!r}, which the gateway cannot do")
    return commands


def _given(value: Any) -> str | None:
    """An empty slot comes out of Rasa's interpolation as the word "None"."""
    return None if value in (None, "", "None") else str(value)


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def renewal_words(answer: str, when: str | None) -> str:
    """Name the text that answers what the customer said to a renewal, where it is no yes."""
    if answer == "later" and when:
        return "renewal_later_when"
    known = {"no": "renewal_no", "later": "renewal_later", "never_call": "renewal_never"}
    if answer not in known:
        raise ValueError(f"the dialogue says {answer!r} of a renewal, which the gateway does not know")
    return known[answer]


def lookup_outcome(memory: Memory, *, exists_and_may_see: bool, verified: bool, verifier: str | None) -> str:
    """Name the outcome of a lookup; an unknown order and somebody else's are told apart by nothing.

    `verified`: the shop vouches for who this is, so asking for an e-mail would not help.
    """
    if exists_and_may_see:
        return "outcome_order_found"
    if not verified and verifier is None:
        return "outcome_order_verify"
    if memory.failed_lookups + 1 >= MAX_FAILED_LOOKUPS:
        return "outcome_order_locked"
    return "outcome_order_unknown"


def remember(
    memory: Memory,
    *,
    text: str,
    intent: str | None,
    confidence: float,
    slots: Mapping[str, Any],
    misses: int,
    expecting: str | None = None,
    question: str | None = None,
) -> Memory:
    """Note what a turn told, for the packet and for the turns after it."""
    known = dict(memory.slots)
    known |= {name: str(slots[name]) for name in ("order_number",) if slots.get(name)}
    return replace(
        memory,
        intent=intent if intent and intent not in SMALL_TALK else memory.intent,
        slots=known,
        misses=misses,
        heard=(*memory.heard, (text[:500], round(confidence, 3)))[-HEARD:],
        failed_turns=0,
        expecting=expecting,
        question=question,
    )
