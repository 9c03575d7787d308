"""Phone numbers in the one form that can be compared."""

import phonenumbers


def e164(text: str | None, region: str | None = None) -> str | None:
    """Return `text` as E.164 (`+48600100200`), or None where it is not a phone number.

    `region` (ISO 3166, such as `PL`) is assumed for a number without a country code; without it
    such a number is None, as nobody knows whose it is. Numbers need only be possible by their
    length, not assigned: number plans change more often than this software.
    """
    if not text or len(text) > 64:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
