"""A phone call: what was announced of it, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.model.contact import REGIONS, to_e164


class Purpose(StrEnum):
    """Why there is a call."""

    INBOUND = "inbound"
    """A customer rings the shop."""
    RENEWAL = "renewal"
    """The shop asks a customer whether they want to renew."""


class CallState(StrEnum):
    """How far a call is."""

    ANNOUNCED = "announced"
    """The PBX said that it comes; no audio yet."""
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is known before the audio arrives."""

    call_id: str
    """UUID by which the PBX knows the call."""
    purpose: Purpose = Purpose.INBOUND
    caller: str | None = None
    """None where it is withheld."""
    called: str | None = None
    lang: str | None = None
    contact: str | None = None
    """The shop's own id of the customer, where the PBX knows it."""
    policy: str | None = None
    """The policy to renew."""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the store."""

    id: str
    conversation_id: str | None
    """None until the audio arrives."""
    state: CallState
    purpose: Purpose
    transport: str | None
    caller: str | None
    called: str | None
    lang: str | None
    contact: str | None
    policy: str | None
    gateway: str | None
    """Address of the gateway on which its audio is."""
    outcome: str | None
    turns: tuple[dict[str, Any], ...]
    """`{heard, confidence, said, endpoint_ms, reply_ms, barge_in}`; the first one is the greeting."""
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def customer(self) -> str | None:
        """The customer's number as E.164: who rings us, or whom we ring; none where it is withheld."""
        ours_first = (self.called, self.caller) if self.purpose is Purpose.RENEWAL else (self.caller,)
        region = REGIONS.get(self.lang or "")
        return next((number for number in (to_e164(one, region) for one in ours_first) if number), None)


@dataclass(frozen=True, slots=True)
class Recording:
    """A call's audio on disk: two channels, the caller left and the house right."""

    conversation_id: str
    n: int
    """Its number within the conversation, from 1."""
    path: str
    """Below `recording.dir`."""
    started_at: datetime
    seconds: float | None
    """None while it is being written."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Something that a customer may renew by phone."""

    number: str
    contact_id: str
    """The shop's own id of the customer."""
    contact_name: str
    contact_phone: str | None
    """E.164."""
    lang: str
    product: dict[str, str]
    """What it is called, by language: "car insurance"."""
    price: dict[str, str]
    """By language, as it is written: "1,240 zł"."""
    ends_on: str
    """ISO 8601 date."""
    consent_at: datetime | None
    """When the customer agreed to be called about it; none: they may not be called."""
    answer: str | None
    """`yes`, `no`, `later`: the last one given."""
    answer_when: str | None
    """With `later`: when, in the customer's words."""
