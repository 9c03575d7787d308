"""Identifiers: random where they are public, ordered in time so that B-trees stay compact."""

import os
import time
import uuid


def new_id() -> str:
    """Return a UUID version 7 (RFC 9562) as text: sortable by time, 74 random bits."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_uuid(text: str) -> bool:
    """Tell whether `text` is a UUID in its canonical 36-character form, any version."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
