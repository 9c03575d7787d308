"""A working morning for the scripted backend: what tests and screenshots look at."""

from __future__ import annotations

from fake_desk_state import (
    KEYED,
    DeskState,
    FakeAgent,
    FakeContact,
    FakeConversation,
    call_of,
    moment,
    packet_of,
    spoken,
)

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


def caller(state: DeskState) -> FakeConversation:
    """On the line with the bot, which is about to hand him over."""
    contact = FakeContact("demo-tomasz", "Tomasz Wiśniewski", phone="+48601777888", lang="pl", verified=True)
    one = state.add(contact, lang="pl", channel="phone", state="bot", visitor_online=False)
    one.call = call_of("+48601777888")
    one.recordings = [{"n": 1, "seconds": None, "started_at": moment(31)}]
    one.say("bot", "Dzień dobry, tu automat sklepu. W czym mogę pomóc?", ago=30)
    one.say("visitor", "gdzie jest moja paczka", ago=24, heard=spoken(0.92))
    one.say("bot", "Proszę podać numer zamówienia.", ago=23)
    one.say("visitor", "10023", ago=17, heard=KEYED)
    one.say("bot", "Paczka 10023 jest w drodze. Dostawa jutro.", ago=16)
    one.say("visitor", "poproszę człowieka bo kurier", ago=8, heard=spoken(0.41))
    one.say("bot", "Łączę z konsultantem.", ago=7)
    heard = [{"text": "poproszę człowieka bo kurier", "confidence": 0.41}]
    one.packet = packet_of("asked", "pl", "order_status", order="10023", last_heard=heard, channel="phone")
    return one


def earlier_call(state: DeskState, contact: FakeContact) -> FakeConversation:
    """Ten minutes ago, with a recording of 20 seconds."""
    one = state.add(
        contact, lang=contact.lang, channel="phone", state="closed", outcome="resolved", agent_id="a-anna"
    )
    one.call = call_of(contact.phone, state="ended", outcome="agent")
    one.recordings = [{"n": 1, "seconds": 20.0, "started_at": moment(620)}]
    one.say("bot", "Dzień dobry, tu automat sklepu.", ago=620)
    one.say("visitor", "chcę rozmawiać z człowiekiem", ago=615, heard=spoken(0.88))
    one.say("bot", "Łączę.", ago=614)
    one.say("agent", "Dzień dobry, Anna Nowak.", name="Anna Nowak", ago=609, heard=spoken(0.5))
    one.say("visitor", "dziękuję", ago=602, heard=spoken(0.95))
    return one


def missed_call(state: DeskState, contact: FakeContact) -> FakeConversation:
    """Gave up waiting."""
    one = state.add(contact, lang=contact.lang, channel="phone", state="closed", outcome="missed")
    one.call = call_of(contact.phone, state="ended", outcome="missed")
    one.say("visitor", "czy ktoś tam jest", ago=1_500, heard=spoken(0.77))
    return one


def telephone() -> DeskState:
    """A free agent, a caller with the bot, and what was before."""
    state = DeskState()
    people(state)
    one = caller(state)
    missed_call(state, one.contact)
    earlier_call(state, one.contact)
    return state


def morning() -> DeskState:
    state = DeskState()
    people(state)
    first = jan(state)
    petra(state)
    emma(state)
    before = earlier(state, first.contact)
    outbox(state, before)
    return state
