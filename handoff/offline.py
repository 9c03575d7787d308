"""What the house says to a customer who waits: an offer, a message left, a number to call back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number, parse

from bot.model.case import Case, CaseKind, CaseStep
from bot.model.contact import REGIONS, to_e164

SEARCHED_CHARS = 300
"""How far into a sentence a phone number is looked for."""
DIGITS = 9
"""Digits that somebody's number has at least; fewer are an order number or a house number."""


@dataclass(frozen=True, slots=True)
class Say:
    """One text of the catalogue and its variables."""

    key: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfflineStep:
    """What a customer's words or click come to."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the case, as the store takes them."""
    said: tuple[Say, ...] = ()


NOTHING = OfflineStep()


def offer(*, open_now: bool, anybody_online: bool) -> str:
    """Return the key of what is said at the handoff."""
    return "handoff_waiting" if open_now and anybody_online else "handoff_offline"


def next_step(
    case: Case, text: str, payload: str | None, lang: str, *, somebody_there: bool = False
) -> OfflineStep:
    """Decide what follows from what a waiting customer said.

    Where somebody is there to answer, words without a button are for her and nothing is said to them.
    """
    if payload == "/call_back":
        return _call_back(text, lang)
    if payload is not None:
        return _clicked(payload, somebody_there=somebody_there)
    match case.step:
        case CaseStep.OFFERED:
            return NOTHING if somebody_there else _message()
        case CaseStep.MESSAGE:
            return _message()
        case CaseStep.PHONE | CaseStep.PHONE_AGAIN:
            return _phone(case, text, lang)
    return NOTHING


def find_phone(text: str, lang: str) -> str | None:
    """Find a phone number in a customer's words; return it as E.164.

    A number without a country code is taken to be from where the language is spoken.
    """
    region = REGIONS.get(lang)
    whole = to_e164(text, region)
    if whole is not None:
        return whole
    for match in PhoneNumberMatcher(text[:SEARCHED_CHARS], region, leniency=Leniency.POSSIBLE):
        # Possible and not valid: number plans change more often than this software.
        if len(str(match.number.national_number)) >= DIGITS:
            return format_number(match.number, PhoneNumberFormat.E164)
    return None


def readable(number: str) -> str:
    """Write an E.164 number in groups, as people read it."""
    return format_number(parse(number), PhoneNumberFormat.INTERNATIONAL)


def _clicked(payload: str, *, somebody_there: bool) -> OfflineStep:
    match payload:
        case "/leave_message":
            return OfflineStep({"step": CaseStep.MESSAGE.value}, (Say("message_ask"),))
        case "/keep_waiting":
            changes = {"step": CaseStep.PATIENT.value, "kind": CaseKind.LIVE.value}
            return OfflineStep(changes, (Say("handoff_waiting"),) if somebody_there else ())
    return NOTHING  # an old button further up


def _message() -> OfflineStep:
    changes = {"kind": CaseKind.MESSAGE.value, "step": CaseStep.NONE.value}
    return OfflineStep(changes, (Say("message_taken"),))


def _call_back(text: str, lang: str) -> OfflineStep:
    """Where the number that they call from is told with the wish, it is not asked for."""
    number = find_phone(text, lang)
    if number is not None:
        return _taken(number)
    return OfflineStep({"step": CaseStep.PHONE.value}, (Say("callback_ask"),))


def _taken(number: str) -> OfflineStep:
    changes = {
        "kind": CaseKind.CALLBACK.value,
        "step": CaseStep.NONE.value,
        "callback_phone": number,
    }
    return OfflineStep(changes, (Say("callback_taken", {"phone": readable(number)}),))


def _phone(case: Case, text: str, lang: str) -> OfflineStep:
    number = find_phone(text, lang)
    if number is not None:
        return _taken(number)
    if case.step is CaseStep.PHONE:
        return OfflineStep({"step": CaseStep.PHONE_AGAIN.value}, (Say("callback_ask_again"),))
    return _message()
