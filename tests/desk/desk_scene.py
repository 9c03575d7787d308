"""A working morning for the scripted backend: what tests and screenshots look at."""

from __future__ import annotations

from fake_desk_state import DeskState, FakeAgent, FakeContact, FakeConversation, moment, packet_of

ANNA = "anna@demo.example"
EWA = "ewa@demo.example"


def people(state: DeskState) -> None:
    state.add_agent(FakeAgent("a-anna", ANNA, "Anna Nowak"))
    state.add_agent(FakeAgent("a-piotr", "piotr@demo.example", "Piotr Zieliński"))
    state.add_agent(FakeAgent("a-ewa", EWA, "Ewa Dvořák", role="supervisor", presence="away"))


def jan(state: DeskState) -> FakeConversation:
    """Waits longest; the bot did not understand him twice."""
    contact = FakeContact(
        "demo-jan",
        "Jan Kowalski",
        email="jan.kowalski@shop.example",
        phone="+48600100200",
        lang="pl",
        verified=True,
        note="Woli krótkie odpowiedzi. Paczki do paczkomatu.",
    )
    one = state.add(contact, lang="pl", waiting_since=moment(252))
    one.say("visitor", "gdzie jest moja paczka 10023", ago=90_000)
    one.say("bot", "Dzień dobry, tu bot sklepu. Paczka 10023 jest w drodze, dostawa jutro.", ago=89_998)
    one.say("visitor", "czy kurier moze zostawic ja u sasiadki pod 5", ago=400)
    one.say("bot", "Nie wiem, czy dobrze rozumiem. Czy chodzi o stan zamówienia?", ago=398)
    one.say("visitor", "nie, o sasiadke, mieszkanie 5, ona bedzie caly dzien", ago=300)
    one.say("bot", "Przekazuję rozmowę konsultantowi.", ago=298)
    one.say("system", "Rozmowa czeka na konsultanta.", ago=297)
    one.packet = packet_of(
        "misunderstood",
        "pl",
        "order_status",
        order="10023",
        misses=2,
        summary="Chce, aby kurier zostawił paczkę 10023 u sąsiadki w mieszkaniu 5.",
        last_heard=[
            {"text": "czy kurier moze zostawic ja u sasiadki pod 5", "confidence": 0.41},
            {"text": "nie, o sasiadke, mieszkanie 5", "confidence": 0.23},
        ],
    )
    return one


def petra(state: DeskState) -> FakeConversation:
    """Asked for a person at once."""
    contact = FakeContact("demo-petra", "Petra Nováková", phone="+420601200300", lang="cs")
    one = state.add(contact, lang="cs", waiting_since=moment(96))
    one.say("visitor", "chci mluvit s člověkem, přišel mi jiný balík", ago=120)
    one.say("bot", "Dobrý den, jsem bot obchodu. Předávám vás operátorovi.", ago=118)
    one.packet = packet_of("asked", "cs", "ask_human", summary="Přišel jiný balík.")
    return one


def emma(state: DeskState) -> FakeConversation:
    """Left and wants a call."""
    contact = FakeContact(
        "demo-emma",
        "Emma Clarke",
        email="emma.clarke@shop.example",
        phone="+447700900123",
        vip=True,
        verified=True,
    )
    one = state.add(
        contact,
        kind="callback",
        callback_phone="+44 7700 900123",
        waiting_since=moment(21),
        visitor_online=False,
        priority=1,
    )
    one.say("visitor", "Refund for 30555 has not arrived, please call me", ago=60)
    one.say("bot", "Hello, I am the shop's bot. I am asking a colleague to call you.", ago=58)
    one.packet = packet_of("policy", "en", "order_status", order="30555", callback_phone="+44 7700 900123")
    return one


def earlier(state: DeskState, contact: FakeContact) -> FakeConversation:
    one = state.add(
        contact, lang=contact.lang, state="closed", outcome="resolved", agent_id="a-piotr", rating=6
    )
    one.say("visitor", "czy moge zmienic adres dostawy", ago=864_000)
    one.say("agent", "Tak, adres zmieniony.", name="Piotr Zieliński", ago=863_900)
    return one


def outbox(state: DeskState, conversation: FakeConversation) -> None:
    shared = {"sink": "https://crm.example/hooks/centrala", "contact_id": conversation.contact.id}
    state.outbox = [
        {
            **shared,
            **{"id": "o1", "type": "conversation.ended", "conversation_id": conversation.id, "attempts": 4},
            **{"next_attempt_at": moment(-95), "last_error": "503 from the receiver", "blocked": False},
            "created_at": moment(3_600),
        },
        {
            **shared,
            **{"id": "o2", "type": "conversation.rated", "conversation_id": conversation.id, "attempts": 0},
            **{"next_attempt_at": None, "last_error": None, "blocked": True, "created_at": moment(3_000)},
        },
    ]


def morning() -> DeskState:
    state = DeskState()
    people(state)
    first = jan(state)
    petra(state)
    emma(state)
    before = earlier(state, first.contact)
    outbox(state, before)
    return state
