"""Recognising a person: by what was verified, and never two whom the shop tells apart."""

import uuid

from sqlalchemy import Connection

from bot.clock import ManualClock
from bot.model.contact import Contact, Identifiers
from bot.store import contacts
from bot.store.engine import Store
from tests.builders import incoming, say

JAN = {"id": "jan", "email": "Jan@shop.example", "phone": "+48600100200"}


async def recognise(store: Store, clock: ManualClock, present: str | None = None, **known: str) -> str:
    identifiers = Identifiers(**known)
    return await store.write(
        lambda c: contacts.recognise(c, identifiers, present=present, lang="pl", at=clock.now())
    )


async def contact(store: Store, contact_id: str) -> Contact:
    found = await store.read(lambda c: contacts.get(c, contact_id))
    assert found is not None
    return found


async def test_email_and_phone_find_the_same_person(store: Store, clock: ManualClock) -> None:
    by_all = await recognise(
        store, clock, external_id="jan", email="Jan@Shop.example", phone="+48 600 100 200"
    )
    assert await recognise(store, clock, email="jan@shop.example") == by_all
    assert await recognise(store, clock, phone="+48600100200") == by_all
    assert await recognise(store, clock, external_id="jan") == by_all
    jan = await contact(store, by_all)
    assert (jan.external_id, jan.email, jan.phone, jan.verified) == (
        "jan",
        "Jan@Shop.example",
        "+48600100200",
        True,
    )


async def test_two_halves_become_one(store: Store, clock: ManualClock) -> None:
    by_mail = await recognise(store, clock, email="a@shop.example")
    by_phone = await recognise(store, clock, phone="+48600100201")
    assert by_mail != by_phone
    whole = await recognise(store, clock, email="a@shop.example", phone="+48600100201")
    assert await store.read(lambda c: contacts.current_id(c, by_phone)) == whole
    assert await store.read(lambda c: contacts.current_id(c, by_mail)) == whole


async def test_two_customers_of_the_shop_stay_two(store: Store, clock: ManualClock) -> None:
    jan = await recognise(store, clock, external_id="jan", phone="+48600100200")
    ola = await recognise(store, clock, external_id="ola", phone="+48600100200")
    assert jan != ola
    assert await recognise(store, clock, external_id="ola") == ola


async def test_a_strangers_conversation_moves_to_who_they_are(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    first = await say(store, incoming(visitor), clock.now())
    assert not (await contact(store, first.conversation.contact_id)).verified
    second = await say(store, incoming(visitor, identity=JAN), clock.now())
    assert second.conversation.id == first.conversation.id
    jan = await contact(store, second.conversation.contact_id)
    assert jan.external_id == "jan"
    old = await store.read(lambda c: contacts.current_id(c, first.conversation.contact_id))
    assert old == jan.id


async def test_a_merge_keeps_every_conversation(store: Store, clock: ManualClock) -> None:
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    first = await say(store, incoming(one, identity=JAN), clock.now())
    second = await say(store, incoming(two, identity=JAN), clock.now())
    assert first.conversation.contact_id == second.conversation.contact_id


async def test_an_invalid_phone_is_no_identifier(store: Store, clock: ManualClock) -> None:
    one = await recognise(store, clock, external_id="x", phone="12")
    two = await recognise(store, clock, external_id="y", phone="12")
    assert one != two

    def keys(_: Connection) -> list[tuple[str, str]]:
        return Identifiers(phone="12").keys()

    assert await store.read(keys) == []
