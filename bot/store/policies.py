"""Policies to renew, the consent to be called about them, and who is never to be called again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.model.call import Policy
from bot.store.schema import never_call, policies

_p = policies.c


def get(connection: Connection, number: str) -> Policy | None:
    """Read one policy."""
    row = connection.execute(select(policies).where(_p.number == number)).first()
    return _to_policy(row) if row else None


def find(connection: Connection, *, contact: str | None, phone: str | None) -> Policy | None:
    """Find the policy that a campaign means: the one that ends first, of a contact or of a number."""
    wanted = [_p.contact_id == contact] if contact else []
    wanted += [_p.contact_phone == phone] if phone else []
    if not wanted:
        return None
    row = connection.execute(
        select(policies).where(or_(*wanted)).order_by(_p.ends_on, _p.number).limit(1)
    ).first()
    return _to_policy(row) if row else None


def put(connection: Connection, policy: Policy, *, consent_source: str | None = None) -> None:
    """Store a policy, or what is new of it; an answer that was given stays."""
    values: dict[str, Any] = {
        "contact_id": policy.contact_id,
        "contact_name": policy.contact_name,
        "contact_phone": policy.contact_phone,
        "lang": policy.lang,
        "product": policy.product,
        "price": policy.price,
        "ends_on": policy.ends_on,
        "consent_at": policy.consent_at,
        "consent_source": consent_source,
    }
    changed = connection.execute(update(policies).where(_p.number == policy.number).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(policies), {"number": policy.number, **values})


def answered(connection: Connection, number: str, answer: str, when: str | None, at: datetime) -> None:
    """Note what the customer said to the renewal."""
    connection.execute(
        update(policies)
        .where(_p.number == number)
        .values(answer=answer, answer_when=when[:200] if when else None, answered_at=at)
    )


def never(connection: Connection, phone: str, conversation_id: str, at: datetime) -> None:
    """Never call this number again; asked for twice is asked for once."""
    if not is_never(connection, phone):
        row = {"phone": phone, "asked_at": at, "conversation_id": conversation_id}
        connection.execute(insert(never_call), row)


def is_never(connection: Connection, phone: str) -> bool:
    """Tell whether this number asked never to be called again."""
    found = connection.execute(select(never_call.c.phone).where(never_call.c.phone == phone))
    return found.first() is not None


def _to_policy(row: Row[Any]) -> Policy:
    return Policy(
        number=row.number,
        contact_id=row.contact_id,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        lang=row.lang,
        product=row.product,
        price=row.price,
        ends_on=row.ends_on,
        consent_at=row.consent_at,
        answer=row.answer,
        answer_when=row.answer_when,
    )
