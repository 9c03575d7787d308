"""A long wait: told once, offered something else, and still in the queue."""

from bot.clock import ManualClock
from bot.model.case import CaseKind, CaseStep
from bot.store import cases, conversations, inbox
from handoff.deps import Desk
from handoff.handover import HandOver
from handoff.long_wait import LongWaitSweep
from tests.builders import incoming, waiting


async def test_who_waits_long_is_offered_a_call_back_once(desk: Desk, clock: ManualClock) -> None:
    visitor = "01a208a5-0000-7000-8000-000000000001"
    conversation_id = await waiting(desk.store, clock.now(), visitor=visitor)
    sweep = LongWaitSweep(desk)
    clock.advance(179)
    assert await sweep.sweep() == 0
    clock.advance(1)
    assert await sweep.sweep() == 1
    assert await sweep.sweep() == 0
    said = (await desk.store.read(lambda c: conversations.transcript(c, conversation_id)))[-1]
    assert [choice.payload for choice in said.choices] == ["/keep_waiting", "/leave_message", "/call_back"]
    case = await desk.store.read(lambda c: cases.open_of(c, conversation_id))
    assert case is not None
    assert (case.kind, case.step) == (CaseKind.LIVE, CaseStep.OFFERED)

    hand_over = HandOver(desk.texts, None)
    click = incoming(visitor, "Czekam dalej")
    keep = inbox.Incoming(
        visitor_id=visitor,
        conversation_id=conversation_id,
        client_id=click.client_id,
        text=click.text,
        lang="pl",
        payload="/keep_waiting",
    )
    await desk.store.write(lambda c: inbox.take(c, keep, clock.now(), hand_over.while_waiting))
    clock.advance(600)
    assert await sweep.sweep() == 0
    assert [one.conversation_id for one in await desk.store.read(cases.waiting)] == [conversation_id]
