"""What agents look at, as REST and the socket show it; who may see what is decided here."""

from collections.abc import Sequence

from bot.errors import NotFoundError
from bot.model.agent import Agent
from bot.model.conversation import State
from bot.store import agents, contacts, desk, outbox, search
from bot.store.desk import Listed
from bot.store.search import Mark
from handoff import show
from handoff.bodies import AgentsView, ConversationsView, OutboxView, QueueView
from handoff.cursor import read_mark, read_position, write_mark, write_position
from handoff.deps import Desk
from handoff.views import ContactView, ConversationRow, ConversationView, MeView


class DeskReads:
    """The desk's queries. `agent` is none for the shop's systems, which see everything."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps

    def me(self, agent: Agent, csrf: str | None = None) -> MeView:
        """Show an agent to herself."""
        rules = self._deps.rules
        return show.me_view(
            agent,
            csrf=csrf,
            capacity=rules.capacity,
            outcomes=rules.outcomes,
            languages=rules.languages,
            is_open=self._deps.open(),
        )

    async def agents(self) -> AgentsView:
        """Show the agents."""
        loaded = await self._deps.store.read(agents.everyone)
        connected = await self._deps.live.connected("agent", [one.agent.id for one in loaded])
        return AgentsView(items=[show.agent_view(one, connected) for one in loaded])

    async def queue(self) -> QueueView:
        """Show who waits."""
        queued = await self._deps.store.read(desk.queue)
        online = await self.online([one.conversation.visitor_id for one in queued])
        return QueueView(items=[show.queue_item(one, online) for one in queued], open=self._deps.open())

    async def mine(self, agent_id: str) -> list[ConversationRow]:
        """Show an agent's open conversations."""
        return await self._rows(await self._deps.store.read(lambda c: desk.mine(c, agent_id)))

    async def conversation(self, agent: Agent | None, conversation_id: str) -> ConversationView:
        """Show one conversation; raises `NotFoundError` where there is none that the agent may see."""
        whole = await self._deps.store.read(lambda c: desk.whole(c, conversation_id))
        if whole is None:
            raise NotFoundError("there is no such conversation")
        conversation = whole.conversation
        if not await self._deps.store.read(lambda c: desk.may_see(c, agent, conversation)):
            raise NotFoundError("there is no such conversation")
        return await self._shown(whole)

    async def changed(self, conversation_id: str) -> ConversationView:
        """Show one conversation to whoever has just changed it."""
        whole = await self._deps.store.read(lambda c: desk.whole(c, conversation_id))
        assert whole is not None
        return await self._shown(whole)

    async def find(
        self,
        agent: Agent | None,
        *,
        state: State | None,
        contact: str | None,
        words: str | None,
        cursor: str | None,
        limit: int,
    ) -> ConversationsView:
        """Show a page of an agent's lists."""
        after = read_mark(cursor)
        contact_id = None
        if contact:
            contact_id = await self._deps.store.read(lambda c: search.contact_of(c, contact))
            if contact_id is None:
                return ConversationsView(items=[], next=None)
        found = await self._deps.store.read(
            lambda c: search.find(
                c,
                agent,
                state=state,
                contact_id=contact_id,
                words=words.strip() if words else None,
                after=after,
                limit=limit + 1,
            )
        )
        more = len(found) > limit
        last = Mark(found[limit - 1].last_at, found[limit - 1].id) if more else None
        return ConversationsView(
            items=await self._rows(found[:limit]), next=write_mark(last) if last else None
        )

    async def contact(self, agent: Agent | None, any_id: str) -> ContactView:
        """Show a contact card, by our id or the shop's; raises `NotFoundError`."""
        contact_id = await self.contact_id(agent, any_id)
        found = await self._deps.store.read(lambda c: contacts.get(c, contact_id))
        if found is None:
            raise NotFoundError("there is no such contact")
        return show.contact_view(found)

    async def contact_id(self, agent: Agent | None, any_id: str) -> str:
        """Return our id of a contact that the agent may see; raises `NotFoundError`."""
        contact_id = await self._deps.store.read(lambda c: search.contact_of(c, any_id))
        if contact_id is None or not await self._deps.store.read(
            lambda c: desk.may_see_contact(c, agent, contact_id)
        ):
            raise NotFoundError("there is no such contact")
        return contact_id

    async def timeline(
        self, agent: Agent | None, any_id: str, *, cursor: str | None, limit: int
    ) -> ConversationsView:
        """Show a page of a customer's conversations, newest first."""
        contact_id, after = await self.contact_id(agent, any_id), read_mark(cursor)
        found = await self._deps.store.read(
            lambda c: search.timeline(c, contact_id, after=after, limit=limit + 1)
        )
        more = len(found) > limit
        last = Mark(found[limit - 1].created_at, found[limit - 1].id) if more else None
        return ConversationsView(
            items=await self._rows(found[:limit]), next=write_mark(last) if last else None
        )

    async def outbox(self, *, cursor: str | None, limit: int) -> OutboxView:
        """Show a page of what waits to be pushed."""
        after = read_position(cursor)
        rows, pending = await self._deps.store.read(
            lambda c: (outbox.waiting(c, after, limit + 1), outbox.count_waiting(c))
        )
        more = len(rows) > limit
        return OutboxView(
            items=[show.outbox_item(delivery, blocked) for _, blocked, delivery in rows[:limit]],
            next=write_position(rows[limit - 1][0]) if more else None,
            pending=pending,
        )

    async def online(self, visitor_ids: Sequence[str | None]) -> set[str]:
        """Return which of these visitors have the widget open."""
        return await self._deps.live.connected("visitor", [one for one in visitor_ids if one])

    async def _rows(self, listed: Sequence[Listed]) -> list[ConversationRow]:
        online = await self.online([one.visitor_id for one in listed])
        return [show.row_view(one, online) for one in listed]

    async def _shown(self, whole: desk.Whole) -> ConversationView:
        return show.conversation_view(whole, await self.online([whole.conversation.visitor_id]))
