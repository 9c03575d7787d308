"""What agents do with conversations: take, answer, pass on, close. Each is one transaction, then wake-ups.

Every change is compare and set: where somebody else was first, `ConflictError` says so by its code.
"""

import re

from sqlalchemy import Connection

from bot.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from bot.model.agent import Agent, Presence
from bot.model.conversation import Channel, Conversation, State
from bot.model.message import Draft, Message, Sender
from bot.store import agents, conversations, desk, ownership
from bot.store.engine import RunAgain
from handoff.deps import Desk

_OUTCOME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
TO_BOT = "bot"
TO_QUEUE = "queue"


class DeskService:
    """The changes that the desk makes. `agent` is always who asks, as her session was read."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps

    async def set_presence(self, agent: Agent, presence: Presence, *, has_page: bool) -> Agent:
        """Note what an agent says about herself; one without a page is not expected to have one."""

        def work(connection: Connection) -> Agent:
            agents.set_presence(connection, agent.id, presence)
            if not has_page:
                agents.forget_desk(connection, agent.id)
            return _lock(connection, agent.id)

        present = await self._deps.store.write(work)
        for topic in ("agents", "queue", f"agent:{agent.id}"):
            self._deps.hub.wake(topic)
        return present

    async def serve_next(self, agent: Agent) -> str | None:
        """Assign whoever is to be served next; none where nobody waits.

        Raises:
            ConflictError: `not_online` or `at_capacity`.
        """
        taken = await self._deps.store.write(lambda c: self._serve_next(c, agent))
        if taken is not None:
            self._deps.changed(taken, agent.id)
        return taken

    async def claim(self, agent: Agent, conversation_id: str) -> None:
        """Take one conversation out of the queue; exactly one claimer wins.

        Raises:
            NotFoundError: there is no such conversation.
            ConflictError: `taken`, `conversation_closed` or `at_capacity`.
        """
        await self._deps.store.write(lambda c: self._claim(c, agent, conversation_id))
        self._deps.changed(conversation_id, agent.id)

    async def reply(self, agent: Agent, conversation_id: str, client_id: str, text: str) -> Message:
        """Say something to the customer; the same `client_id` again says nothing again.

        Raises:
            NotFoundError: there is no such conversation.
            ConflictError: `not_yours`, `conversation_closed`, or `client_id_used` elsewhere.
        """
        message = await self._deps.store.write(
            lambda c: self._reply(c, agent, conversation_id, client_id, text)
        )
        self._told(conversation_id, agent)
        return message

    async def note(self, agent: Agent, conversation_id: str, client_id: str, text: str) -> Message:
        """Write something that only the house sees; in every state, idempotent like `reply`.

        Raises:
            NotFoundError: there is no such conversation, or the agent may not see it.
            ForbiddenError: the agent may only read it.
        """
        message = await self._deps.store.write(
            lambda c: self._note(c, agent, conversation_id, client_id, text)
        )
        self._told(conversation_id, agent)
        return message

    async def release(self, agent: Agent, conversation_id: str, to: str) -> None:
        """Give a conversation to the `bot`, back to the `queue`, or to an agent by her id.

        Supervisors release anybody's, and hand out what waits.

        Raises:
            NotFoundError: there is no such conversation.
            ConflictError: `not_yours`, `conversation_closed`, `taken`, `agent_unavailable`, `at_capacity`.
        """
        before = await self._deps.store.write(lambda c: self._release(c, agent, conversation_id, to))
        self._deps.changed(conversation_id, agent.id, before.agent_id, to)

    async def close(self, agent: Agent, conversation_id: str, outcome: str) -> None:
        """End a conversation and owe it to the contact history.

        Raises:
            InvalidInputError: the outcome is no slug of at most 64 characters.
            NotFoundError: there is no such conversation.
            ConflictError: `not_yours`, `conversation_closed`, `taken`, `not_online` (who waits is closed by
                agents who are there).
        """
        if not _OUTCOME.fullmatch(outcome):
            raise InvalidInputError("outcome: 1 to 64 of a-z 0-9 _ -, the first one a letter")
        before = await self._deps.store.write(lambda c: self._close(c, agent, conversation_id, outcome))
        self._deps.changed(conversation_id, agent.id, before.agent_id)

    def _told(self, conversation_id: str, agent: Agent) -> None:
        self._deps.hub.wake(conversation_id)
        self._deps.hub.wake(f"agent:{agent.id}")

    def _serve_next(self, connection: Connection, agent: Agent) -> str | None:
        present = _lock(connection, agent.id)
        if present.presence is not Presence.ONLINE:
            raise ConflictError("go online first", code="not_online")
        load = agents.weight(connection, agent.id, self._deps.rules.capacity)
        if load >= self._deps.rules.capacity:
            raise ConflictError("your hands are full; close or release one first", code="at_capacity")
        channels = [Channel.CHAT] if load else list(Channel)
        waiting = ownership.next_waiting(connection, channels)
        if waiting is None:
            return None
        self._take(connection, present, waiting)
        return waiting

    def _claim(self, connection: Connection, agent: Agent, conversation_id: str) -> None:
        present = _lock(connection, agent.id)
        conversation = _existing(connection, conversation_id)
        if conversation.state is State.CLOSED:
            raise ConflictError("the conversation is closed", code="conversation_closed")
        if conversation.state is not State.WAITING:
            raise ConflictError("somebody else has it", code="taken")
        self._check_room(connection, present, conversation)
        self._take(connection, present, conversation_id)

    def _take(self, connection: Connection, agent: Agent, conversation_id: str) -> None:
        conversation = _existing(connection, conversation_id)
        said = [
            self._deps.texts.draft(
                "agent_joined", conversation.lang, channel=conversation.channel, name=agent.name
            )
        ]
        at = self._deps.clock.now()
        if ownership.claim(connection, conversation_id, agent.id, said, at) is None:
            raise RunAgain  # PostgreSQL: taken between the read and the update; the next run sees by whom

    def _check_room(self, connection: Connection, agent: Agent, conversation: Conversation) -> None:
        capacity = self._deps.rules.capacity
        share = capacity if conversation.channel is Channel.PHONE else 1
        if agents.weight(connection, agent.id, capacity) + share > capacity:
            raise ConflictError("her hands are full", code="at_capacity")

    def _reply(
        self, connection: Connection, agent: Agent, conversation_id: str, client_id: str, text: str
    ) -> Message:
        conversation = _existing(connection, conversation_id)
        before = _said_before(connection, agent, conversation_id, client_id)
        if before is not None:
            return before
        _check_owner(conversation, agent.id)
        at = self._deps.clock.now()
        draft = Draft(Sender.AGENT, text, agent.name, client_id=client_id, author=agent.id)
        done = conversations.append(
            connection, conversation_id, [draft], at, states=[State.AGENT], agent_id=agent.id
        )
        if done is None:
            raise RunAgain
        desk.first_reply(connection, conversation_id, at)
        return done.messages[0]

    def _note(
        self, connection: Connection, agent: Agent, conversation_id: str, client_id: str, text: str
    ) -> Message:
        conversation = _existing(connection, conversation_id)
        before = _said_before(connection, agent, conversation_id, client_id)
        if before is not None:
            return before
        if not desk.may_touch(agent, conversation):
            if desk.may_see(connection, agent, conversation):
                raise ForbiddenError("you may read this conversation, not write to it")
            raise NotFoundError("there is no such conversation")
        draft = Draft(Sender.AGENT, text, agent.name, client_id=client_id, author=agent.id, internal=True)
        done = conversations.append(connection, conversation_id, [draft], self._deps.clock.now())
        assert done is not None
        return done.messages[0]

    def _release(self, connection: Connection, agent: Agent, conversation_id: str, to: str) -> Conversation:
        conversation = _existing(connection, conversation_id)
        if conversation.state is State.WAITING and agent.supervises and to != TO_QUEUE:
            return self._hand_out(connection, conversation, to)
        owner = _check_may_change(conversation, agent)
        lang, at = conversation.lang, self._deps.clock.now()
        if to == TO_BOT:
            said = [self._deps.texts.draft("back_to_bot", lang, channel=conversation.channel)]
            done = ownership.to_bot(connection, conversation_id, said, at, agent_id=owner)
        elif to == TO_QUEUE:
            said = [self._deps.texts.draft("back_in_queue", lang, channel=conversation.channel)]
            done = ownership.to_queue(connection, conversation_id, owner, said, at)
        else:
            target = self._target(connection, conversation, to)
            said = [
                self._deps.texts.draft("agent_joined", lang, channel=conversation.channel, name=target.name)
            ]
            done = ownership.to_agent(connection, conversation_id, owner, to, said, at)
        if done is None:
            raise RunAgain
        return conversation

    def _hand_out(self, connection: Connection, conversation: Conversation, to: str) -> Conversation:
        """A supervisor decides over one who waits."""
        if to == TO_BOT:
            said = [self._deps.texts.draft("back_to_bot", conversation.lang, channel=conversation.channel)]
            at = self._deps.clock.now()
            if ownership.to_bot(connection, conversation.id, said, at, agent_id=None) is None:
                raise RunAgain
            return conversation
        self._take(connection, self._target(connection, conversation, to), conversation.id)
        return conversation

    def _target(self, connection: Connection, conversation: Conversation, agent_id: str) -> Agent:
        target = agents.lock(connection, agent_id)
        if target is None or not target.active or target.presence is not Presence.ONLINE:
            raise ConflictError("that agent is not online", code="agent_unavailable")
        if conversation.agent_id == target.id:
            raise ConflictError("that agent has it already", code="already_theirs")
        self._check_room(connection, target, conversation)
        return target

    def _close(
        self, connection: Connection, agent: Agent, conversation_id: str, outcome: str
    ) -> Conversation:
        conversation = _existing(connection, conversation_id)
        if conversation.state is State.WAITING:
            present = agents.get(connection, agent.id)
            there = present is not None and present.presence is Presence.ONLINE
            if not there and not agent.supervises:
                raise ConflictError("go online first", code="not_online")
        elif not (conversation.state is State.BOT and agent.supervises):
            _check_may_change(conversation, agent)
        done = ownership.close(
            connection,
            conversation_id,
            outcome,
            [self._deps.texts.draft("closed_by_agent", conversation.lang, channel=conversation.channel)],
            self._deps.clock.now(),
            self._deps.rules.sinks,
            version=conversation.version,
        )
        if done is None:
            raise RunAgain
        return conversation


def _lock(connection: Connection, agent_id: str) -> Agent:
    present = agents.lock(connection, agent_id)
    if present is None or not present.active:
        raise NotFoundError("there is no such agent")
    return present


def _existing(connection: Connection, conversation_id: str) -> Conversation:
    conversation = conversations.get(connection, conversation_id)
    if conversation is None:
        raise NotFoundError("there is no such conversation")
    return conversation


def _said_before(
    connection: Connection, agent: Agent, conversation_id: str, client_id: str
) -> Message | None:
    before = conversations.by_client_id(connection, agent.id, client_id)
    if before is not None and before.conversation_id != conversation_id:
        raise ConflictError("this client_id was used in another conversation", code="client_id_used")
    return before


def _check_owner(conversation: Conversation, agent_id: str) -> None:
    if conversation.state is State.CLOSED:
        raise ConflictError("the conversation is closed", code="conversation_closed")
    if conversation.state is not State.AGENT or conversation.agent_id != agent_id:
        raise ConflictError("the conversation is not yours; claim it first", code="not_yours")


def _check_may_change(conversation: Conversation, agent: Agent) -> str:
    """Return whose the conversation is, if this agent may release or close it."""
    owner = conversation.agent_id
    if not (agent.supervises and conversation.state is State.AGENT and owner):
        _check_owner(conversation, agent.id)
    assert owner is not None
    return owner
