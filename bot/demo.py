"""The demo shop: its customers, orders and agents. Only where `demo: true`, only on loopback."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection, delete, insert, select

from bot.clock import Clock
from bot.model.call import Policy
from bot.model.contact import Identifiers
from bot.model.order import Order, OrderContact, OrderState
from bot.store import agents, contacts, policies
from bot.store.engine import Store
from bot.store.schema import agents as agents_table
from bot.store.schema import contacts as contacts_table
from bot.store.schema import demo_orders
from bot.store.schema import policies as policies_table

PASSWORD = "demo"  # noqa: S105 - the contract's demo password


@dataclass(frozen=True, slots=True)
class DemoContact:
    """A customer of the demo shop."""

    id: str
    name: str
    email: str
    phone: str
    lang: str
    vip: bool = False


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """Somebody who works at the demo shop's desk."""

    email: str
    name: str
    role: str


CONTACTS = {
    contact.id: contact
    for contact in (
        DemoContact("demo-jan", "Jan Kowalski", "jan.kowalski@shop.example", "+48600100200", "pl"),
        DemoContact("demo-petra", "Petra Nováková", "petra.novakova@shop.example", "+420601200300", "cs"),
        DemoContact("demo-emma", "Emma Clarke", "emma.clarke@shop.example", "+447700900123", "en", vip=True),
    )
}
AGENTS = (
    DemoAgent("anna@demo.example", "Anna", "agent"),
    DemoAgent("piotr@demo.example", "Piotr", "agent"),
    DemoAgent("ewa@demo.example", "Ewa", "supervisor"),
)
ORDERS = (
    ("10023", "demo-jan", OrderState.SHIPPED, "InPost", "620011223344556677889900", 1),
    ("10024", "demo-jan", OrderState.BEING_PACKED, None, None, None),
    ("20417", "demo-petra", OrderState.DELIVERED, None, None, -3),
    ("30555", "demo-emma", OrderState.CANCELLED, None, None, None),
    ("30556", "demo-emma", OrderState.AWAITING_PAYMENT, None, None, None),
)
"""Number, contact, state, carrier, parcel, and the delivery in days from today."""
POLICY_DAYS = 14
"""How far ahead the demo's policies end."""
_CAR = {"pl": "ubezpieczenie samochodu", "cs": "pojištění auta", "en": "car insurance"}
POLICIES = (
    ("OC-7781", "demo-jan", {"pl": "1 240 zł", "cs": "1 240 zł", "en": "1,240 zł"}, True),
    ("OC-7782", "demo-petra", {"pl": "6 900 Kč", "cs": "6 900 Kč", "en": "6,900 Kč"}, False),
)
"""Number, contact, price by language, and whether there is a consent on record. All are for cars."""


def seed(connection: Connection, at: datetime) -> None:
    """Store what of the demo's orders and contacts is not there yet."""
    known = set(connection.execute(select(demo_orders.c.number)).scalars())
    for number, contact_id, state, carrier, parcel, days in ORDERS:
        if number not in known:
            contact = CONTACTS[contact_id]
            connection.execute(
                insert(demo_orders),
                {
                    "number": number,
                    "contact_id": contact.id,
                    "contact_name": contact.name,
                    "contact_email": contact.email,
                    "contact_phone": contact.phone,
                    "state": state.value,
                    "carrier": carrier,
                    "parcel": parcel,
                    "delivery_in_days": days,
                },
            )
    for contact in CONTACTS.values():
        identifiers = Identifiers(contact.id, contact.email, contact.phone, contact.name)
        contact_id = contacts.recognise(connection, identifiers, present=None, lang=contact.lang, at=at)
        connection.execute(
            contacts_table.update().where(contacts_table.c.id == contact_id).values(vip=contact.vip)
        )
    for number, contact_id, price, consent in POLICIES:
        seed_policy(connection, number, CONTACTS[contact_id], price, consent=consent, at=at)


def seed_policy(
    connection: Connection,
    number: str,
    contact: DemoContact,
    price: dict[str, str],
    *,
    consent: bool,
    at: datetime,
) -> None:
    """Store a demo policy; its end moves with the calendar, so that there is always one to renew."""
    policies.put(
        connection,
        Policy(
            number=number,
            contact_id=contact.id,
            contact_name=contact.name,
            contact_phone=contact.phone,
            lang=contact.lang,
            product=_CAR,
            price=price,
            ends_on=(at + timedelta(days=POLICY_DAYS)).date().isoformat(),
            consent_at=at if consent else None,
            answer=None,
            answer_when=None,
        ),
        consent_source="demo" if consent else None,
    )


def remove(connection: Connection) -> int:
    """Shut the demo's doors in a database that held demo data: its orders go, its agents may not sign in.

    Returns how many agents were shut out. Their names stay in the transcripts.
    """
    connection.execute(delete(demo_orders))
    numbers = [number for number, *_ in POLICIES]
    connection.execute(delete(policies_table).where(policies_table.c.number.in_(numbers)))
    emails = [agent.email for agent in AGENTS]
    found = connection.execute(select(agents_table.c.id).where(agents_table.c.email.in_(emails))).scalars()
    shut = [agent_id for agent_id in found if _active(connection, agent_id)]
    for agent_id in shut:
        agents.deactivate(connection, agent_id)
    return len(shut)


def _active(connection: Connection, agent_id: str) -> bool:
    agent = agents.get(connection, agent_id)
    return agent is not None and agent.active


class DemoOrders:
    """The demo shop's `OrderBackend`: a table whose days move with the calendar."""

    def __init__(self, store: Store, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        """Whose midnight makes today yesterday; the customer is told days in the same one."""

    async def find(self, number: str) -> Order | None:
        """Return a demo order; see `OrderBackend.find`."""
        query = select(demo_orders).where(demo_orders.c.number == number)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        delivery = None
        if row.delivery_in_days is not None:
            today = self._clock.now().astimezone(self._zone).date()
            delivery = (today + timedelta(days=row.delivery_in_days)).isoformat()
        return Order(
            number=row.number,
            contact=OrderContact(
                id=row.contact_id, name=row.contact_name, email=row.contact_email, phone=row.contact_phone
            ),
            state=row.state,
            carrier=row.carrier,
            parcel=row.parcel,
            delivery=delivery,
        )
