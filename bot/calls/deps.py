"""What every call of a gateway shares; `bot.app` puts it together."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.calls.opening import PhoneRules
from bot.clock import Clock
from bot.dialogue.ports import HandOver
from bot.live.hub import Hub
from bot.model.call import Call
from bot.store.engine import Store
from bot.store.inbox import WhileWaiting
from bot.store.turns import Owed
from bot.texts import Texts
from voice.ari.ears import Hear
from voice.ari.phone_agents import Next, OnEnd
from voice.ari.ringing import Rung
from voice.pacer import Pacer
from voice.stt.recogniser import SpeechRecogniser


class Phones(Protocol):
    """Agents' phones behind the PBX; `voice.ari.phone_agents` is one."""

    def ring(self, call_id: str, endpoint: str, *, caller_id: str, seconds: int) -> Coroutine[Any, Any, Rung]:
        """Ring a phone while the caller still has us."""
        ...

    async def put_through(
        self,
        call_id: str,
        agent_channel: str,
        *,
        end_bot_leg: Callable[[], Awaitable[None]],
        on_end: OnEnd,
        hear: Hear | None = None,
    ) -> None:
        """Join the caller and the phone that answered."""
        ...

    def take_back(self, call_id: str, what: Next) -> bool:
        """End a talk from our side; the caller goes where `what` says."""
        ...


class Speaker(Protocol):
    """Says texts; what cannot be synthesised becomes a recorded emergency prompt, never silence."""

    def clips(self, text: str, lang: str) -> AsyncIterator[bytes]:
        """Render a text sentence by sentence (8 kHz s16le mono)."""
        ...

    def emergency(self, what: Literal["hold", "call_back"], lang: str) -> bytes:
        """Return "please hold on, a colleague takes over", or "we will call you back"; never fails."""
        ...

    @property
    def music(self) -> bytes:
        """What somebody who waits hears."""
        ...

    @property
    def ringing(self) -> bytes:
        """What somebody hears who is being put through."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds."""

    no_speech: float
    agent_answer: float
    position: float
    wrap_up: float


@dataclass(frozen=True)
class CallDeps:
    """The parts that a call is made of."""

    store: Store
    hub: Hub
    clock: Clock
    texts: Texts
    speaker: Speaker
    recogniser: SpeechRecogniser
    pacer: Pacer
    rules: PhoneRules
    patience: Patience
    hand_over: HandOver
    while_waiting: WhileWaiting
    notify: Callable[[str, Owed | None], None]
    """Tells the runner that the bot owes a turn."""
    intent: Callable[[str, str], Awaitable[str | None]]
    """(language, words) -> what an answer to a yes-or-no question means; none where nobody can tell."""
    renewal_state: Callable[[Mapping[str, str]], Any]
    today: Callable[[], date]
    sinks: tuple[str, ...]
    recordings: Path
    """The folder below which recordings are kept."""
    gateway: str
    """This gateway's name: where the audio of its calls is."""
    agents: str
    """`desk`, `queue` or `twiml`: where agents take calls."""
    phones: Phones | None
    """Agents' phones behind the PBX; none: there are none."""
    phone_of: Callable[[str], Awaitable[str | None]]
    """An agent's id to the endpoint of her phone; none where she answers at the desk."""
    transfer: Callable[[Call], Awaitable[None]]
    """Tells the PBX that the caller is to wait in its queue, once our leg is over."""
    measure: Callable[[str, float], None]
    """(name, seconds) for the metrics: `endpoint`, `reply`, `call`."""
