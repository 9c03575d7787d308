"""REST calls that look back: conversations, contacts, their timelines, and the outbox."""

from aiohttp import web

from bot.errors import NotFoundError
from bot.rest.route import Access, Route, read_body, read_query, reply
from bot.store import desk, outbox
from handoff.bodies import ContactBody, ConversationsView, FindQuery, OutboxView, PageQuery, path_id
from handoff.deps import Desk
from handoff.guard import principal_of
from handoff.reads import DeskReads
from handoff.views import ContactView, ConversationView


class HistoryRest:
    """Handlers of the calls that read; the shop's systems may make them all."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps
        self._reads = DeskReads(deps)

    def routes(self) -> list[Route]:
        """Return the calls."""
        contact, not_found = "/api/v1/contacts/{id}", ((404, "not_found"),)
        return [
            Route(
                "GET",
                "/api/v1/conversations",
                self._find,
                "Conversations by the last message: agents see their own and those that wait",
                access=Access.STAFF,
                query=FindQuery,
                response=ConversationsView,
                errors=((400, "invalid_cursor"),),
            ),
            Route(
                "GET",
                "/api/v1/conversations/{id}",
                self._conversation,
                "One conversation: its full transcript, handoff packet and contact",
                access=Access.STAFF,
                response=ConversationView,
                errors=not_found,
            ),
            Route(
                "GET",
                contact,
                self._contact,
                "A contact card, by our id or the shop's",
                access=Access.STAFF,
                response=ContactView,
                errors=not_found,
            ),
            Route(
                "PUT",
                contact,
                self._describe,
                "Change a contact card",
                access=Access.STAFF,
                body=ContactBody,
                response=ContactView,
                errors=not_found,
            ),
            Route(
                "GET",
                f"{contact}/timeline",
                self._timeline,
                "Every conversation with a contact on every channel, newest first",
                access=Access.STAFF,
                query=PageQuery,
                response=ConversationsView,
                errors=(*not_found, (400, "invalid_cursor")),
            ),
            Route(
                "GET",
                "/api/v1/outbox",
                self._outbox,
                "What waits to be pushed to the contact history, and why",
                access=Access.STAFF,
                query=PageQuery,
                response=OutboxView,
                errors=((400, "invalid_cursor"),),
            ),
            Route(
                "POST",
                "/api/v1/outbox/{id}/retry",
                self._retry,
                "Try to push again at once",
                access=Access.STAFF,
                status=202,
                errors=not_found,
            ),
        ]

    async def _find(self, request: web.Request) -> web.StreamResponse:
        query = read_query(request, FindQuery)
        found = await self._reads.find(
            principal_of(request).agent,
            state=query.state,
            contact=query.contact,
            words=query.q,
            cursor=query.cursor,
            limit=query.limit,
        )
        return reply(found)

    async def _conversation(self, request: web.Request) -> web.StreamResponse:
        agent = principal_of(request).agent
        return reply(await self._reads.conversation(agent, path_id(request)))

    async def _contact(self, request: web.Request) -> web.StreamResponse:
        return reply(await self._reads.contact(principal_of(request).agent, path_id(request)))

    async def _describe(self, request: web.Request) -> web.StreamResponse:
        agent = principal_of(request).agent
        body = await read_body(request, ContactBody)
        contact_id = await self._reads.contact_id(agent, path_id(request))
        fields = body.model_dump(exclude_unset=True)
        await self._deps.store.write(lambda c: desk.describe_contact(c, contact_id, fields))
        self._deps.hub.wake("queue")
        if agent is not None:
            self._deps.hub.wake(f"agent:{agent.id}")
        return reply(await self._reads.contact(agent, contact_id))

    async def _timeline(self, request: web.Request) -> web.StreamResponse:
        query = read_query(request, PageQuery)
        agent = principal_of(request).agent
        page = await self._reads.timeline(agent, path_id(request), cursor=query.cursor, limit=query.limit)
        return reply(page)

    async def _outbox(self, request: web.Request) -> web.StreamResponse:
        query = read_query(request, PageQuery)
        return reply(await self._reads.outbox(cursor=query.cursor, limit=query.limit))

    async def _retry(self, request: web.Request) -> web.StreamResponse:
        delivery_id, now = path_id(request), self._deps.clock.now()
        if not await self._deps.store.write(lambda c: outbox.retry_now(c, delivery_id, now)):
            raise NotFoundError("nothing of this id waits")
        self._deps.hub.wake("outbox")
        return web.Response(status=202)
