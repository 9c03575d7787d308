"""A contact: one customer, however many channels and browsers they came through."""

from dataclasses import dataclass
from datetime import datetime

import phonenumbers


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the store."""

    id: str
    external_id: str | None
    """The shop's id of this customer, where a signed identity or an order told it."""
    name: str | None
    email: str | None
    phone: str | None
    """E.164."""
    lang: str
    vip: bool
    verified: bool
    """Whether the shop or an order vouched for who this is."""
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What two contacts are recognised by as one; only verified values belong here."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None

    def keys(self) -> list[tuple[str, str]]:
        """Return the identifiers as (kind, normalised value), strongest first."""
        found: list[tuple[str, str]] = []
        if self.external_id:
            found.append(("external", self.external_id))
        if self.email:
            found.append(("email", self.email.strip().casefold()))
        if self.phone and (number := to_e164(self.phone, None)):
            found.append(("phone", number))
        return found


REGIONS = {"pl": "PL", "cs": "CZ", "en": "GB"}
"""Where a number without a country code is taken to be from, by language."""


def to_e164(text: str | None, region: str | None) -> str | None:
    """Read a phone number; return it as E.164, or none where it is none.

    A number with its country code need only be possible: which ranges a country has given out changes
    more often than libraries do, and the numbers kept for fiction and tests are in none. Without one,
    in the region of a language, it must be valid: order numbers and dates look possible too.
    """
    if not text or len(text) > 64:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    international = text.lstrip().startswith("+")
    good = phonenumbers.is_possible_number if international else phonenumbers.is_valid_number
    if not good(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
