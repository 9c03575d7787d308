"""Contacts, and recognising two of them as one person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, tuple_, update

from bot.model.contact import Contact, Identifiers
from bot.model.ids import new_id
from bot.store.schema import contact_identifiers, contacts, conversations, outbox, visitors

_k = contact_identifiers.c


def create(
    connection: Connection,
    *,
    lang: str,
    at: datetime,
    name: str | None = None,
    phone: str | None = None,
    vip: bool = False,
) -> str:
    """Store a contact of whom nothing is known yet; return its id.

    `phone` is shown and proves nothing: somebody else's number can be sent along with a call.
    """
    contact_id = new_id()
    row = {"id": contact_id, "lang": lang, "name": name, "phone": phone, "vip": vip}
    connection.execute(insert(contacts), {**row, "note": "", "created_at": at})
    return contact_id


def by_phone(connection: Connection, phone: str) -> str | None:
    """Find the contact whose verified number this is."""
    return _owners(connection, [("phone", phone)]).get(("phone", phone))


def current_id(connection: Connection, contact_id: str) -> str:
    """Follow merges to the contact that `contact_id` is today."""
    seen: set[str] = set()
    while contact_id not in seen:
        seen.add(contact_id)
        merged = connection.execute(
            select(contacts.c.merged_into).where(contacts.c.id == contact_id)
        ).scalar()
        if merged is None:
            break
        contact_id = merged
    return contact_id


def get(connection: Connection, contact_id: str) -> Contact | None:
    """Read a contact, following merges."""
    contact_id = current_id(connection, contact_id)
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).first()
    if row is None:
        return None
    keys = connection.execute(select(_k.kind, _k.value).where(_k.contact_id == contact_id)).all()
    external = next((value for kind, value in keys if kind == "external"), None)
    return Contact(
        id=row.id,
        external_id=external,
        name=row.name,
        email=row.email,
        phone=row.phone,
        lang=row.lang,
        vip=row.vip,
        verified=bool(keys),
        note=row.note,
        created_at=row.created_at,
    )


def recognise(
    connection: Connection, identifiers: Identifiers, *, present: str | None, lang: str, at: datetime
) -> str:
    """Return the one contact that these verified identifiers belong to.

    `present` is the contact that the conversation has so far. Contacts that share an identifier are
    merged, but never two to whom the shop gave different ids: a family may share a phone.
    """
    keys = identifiers.keys()
    owners = _owners(connection, keys)
    mine = next((owners[key] for key in keys if key in owners), None)
    external = identifiers.external_id
    if mine and external and _external(connection, mine) not in (None, external):
        mine = None
    present_external = _external(connection, present) if present else None
    fits = present if present_external in (None, external) else None
    keeper = mine or fits or create(connection, lang=lang, at=at)
    others = {owner for owner in owners.values() if owner != keeper}
    if present and present != keeper:
        others.add(present)
    keeper_external = external or _external(connection, keeper)
    for other in sorted(others):
        if _external(connection, other) in (None, keeper_external):
            _merge(connection, other, keeper)
    _remember(connection, keeper, identifiers, keys)
    return keeper


def _owners(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    if not keys:
        return {}
    rows = connection.execute(
        select(_k.kind, _k.value, _k.contact_id).where(tuple_(_k.kind, _k.value).in_(list(keys)))
    )
    return {(row.kind, row.value): row.contact_id for row in rows}


def _external(connection: Connection, contact_id: str) -> str | None:
    return connection.execute(
        select(_k.value).where(_k.contact_id == contact_id, _k.kind == "external")
    ).scalar()


def _merge(connection: Connection, source: str, target: str) -> None:
    """Hand everything of `source` to `target`; `source` stays as a signpost."""
    for table in (conversations, visitors, outbox, contact_identifiers):
        connection.execute(update(table).where(table.c.contact_id == source).values(contact_id=target))
    old = connection.execute(select(contacts).where(contacts.c.id == source)).one()
    new = connection.execute(select(contacts).where(contacts.c.id == target)).one()
    connection.execute(
        update(contacts)
        .where(contacts.c.id == target)
        .values(
            name=new.name or old.name,
            email=new.email or old.email,
            phone=new.phone or old.phone,
            vip=new.vip or old.vip,
            note="\n".join(filter(None, (new.note, old.note))),
        )
    )
    connection.execute(
        update(contacts)
        .where(or_(contacts.c.id == source, contacts.c.merged_into == source))
        .values(merged_into=target, name=None, email=None, phone=None, note="")
    )


def _remember(
    connection: Connection,
    contact_id: str,
    identifiers: Identifiers,
    keys: Sequence[tuple[str, str]],
) -> None:
    known = _owners(connection, keys)
    new = [
        {"kind": kind, "value": value, "contact_id": contact_id}
        for kind, value in keys
        if (kind, value) not in known
    ]
    if new:
        connection.execute(insert(contact_identifiers), new)
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).one()
    phone = next((value for kind, value in keys if kind == "phone"), None)
    wanted = {
        "name": row.name or identifiers.name,
        "email": row.email or identifiers.email,
        "phone": row.phone or phone,
    }
    if any(getattr(row, key) != value for key, value in wanted.items()):
        connection.execute(update(contacts).where(contacts.c.id == contact_id).values(wanted))


def of_visitor(connection: Connection, visitor_id: str, *, lang: str, at: datetime) -> str:
    """Return whose browser it is; one that never said anything is stored as a stranger's."""
    found = connection.execute(select(visitors.c.contact_id).where(visitors.c.id == visitor_id)).scalar()
    if found is not None:
        return current_id(connection, found)
    contact_id = create(connection, lang=lang, at=at)
    connection.execute(insert(visitors), {"id": visitor_id, "contact_id": contact_id, "created_at": at})
    return contact_id


def move_visitor(connection: Connection, visitor_id: str, contact_id: str) -> None:
    """Note whose browser it turned out to be."""
    connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(contact_id=contact_id))
