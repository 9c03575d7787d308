"""What a customer says to a renewal, kept for good where it is 'never again'."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from bot.model.call import Policy
from bot.model.conversation import Memory
from bot.store import conversations, policies, renewals
from bot.store.engine import Store
from tests.builders import incoming, say

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
PHONE = "+48511222333"


@pytest.mark.parametrize(("answer", "never"), [("never_call", True), ("no", False)])
async def test_who_is_never_to_be_called_is_known_by_the_policys_number(
    store: Store, answer: str, never: bool
) -> None:
    """The campaign named nothing but the policy: neither a number called nor a contact."""
    taken = await say(store, incoming("v-1"), AT)
    conversation = replace(taken.conversation, memory=Memory(slots={"policy": "OC-1"}))

    def work(connection: Connection) -> None:
        policies.put(
            connection,
            Policy(
                number="OC-1",
                contact_id="shop-1",
                contact_name="Jan",
                contact_phone=PHONE,
                lang="pl",
                product={},
                price={},
                ends_on="2030-01-31",
                consent_at=AT,
                answer=None,
                answer_when=None,
            ),
        )
        renewals.note(connection, conversation, answer, None, AT)

    await store.write(work)
    found = await store.read(lambda c: policies.get(c, "OC-1"))
    assert found is not None
    assert found.answer == "no"
    assert await store.read(lambda c: policies.is_never(c, PHONE)) is never
    kept = await store.read(lambda c: conversations.get(c, conversation.id))
    assert kept is not None
    assert kept.tags == (answer,)
