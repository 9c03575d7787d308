"""A dialogue's state between turns: Rasa's tracker events since the task began, written small.

What customers wrote is not in it, only what was understood. Where no task is open nothing is kept but
the slots in `KEPT`, so a turn costs the same at any length of a conversation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.dialogue.tellings import NO_TELLINGS, Tellings
from nlu.protocol import STATE_VERSION

KEPT = ("order_number", "verifier")
"""Slots that outlive a task: the next question may be about the same order."""
MAX_EVENTS = 60
"""More events than this are cut down to the slots and the active loop once nothing else counts."""
MAX_STATE = 64 * 1024
"""Longest state in bytes; beyond it only the kept slots stay."""
SENDER = "customer"


def restore(state: Any, domain: Domain) -> DialogueStateTracker:
    """Build the tracker that `state` describes; a state that is not understood gives an empty one."""
    tracker = DialogueStateTracker(SENDER, domain.slots, sender_source=None)
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME), domain)
    if not isinstance(state, dict) or state.get("v") != STATE_VERSION:
        return tracker
    for name, value in (state.get("slots") or {}).items():
        if name in tracker.slots:
            tracker.update(SlotSet(name, value), domain)
    if loop := state.get("loop"):
        tracker.update(ActiveLoop(loop), domain)
    for entry in state.get("events") or []:
        if (event := _read(entry, tracker)) is not None:
            tracker.update(event, domain)
    return tracker


def save(
    tracker: DialogueStateTracker, *, is_open: bool, misses: int, tellings: Tellings = NO_TELLINGS
) -> dict[str, Any] | None:
    """Write the state after a turn; `is_open`: the task goes on, so its events still matter."""
    kept = {name: value for name in KEPT if (value := tracker.get_slot(name)) is not None}
    closed = {"v": STATE_VERSION, "slots": kept} if kept else None
    if not is_open:
        return closed
    events = [entry for event in tracker.events if (entry := _write(event)) is not None]
    state: dict[str, Any] = {"v": STATE_VERSION, "events": events}
    if len(events) > MAX_EVENTS and misses == 0:
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
        state = {"v": STATE_VERSION, "slots": slots, "loop": tracker.active_loop_name}
    if tellings != NO_TELLINGS:
        state["tellings"] = tellings.to_json()
    return state if len(json.dumps(state)) <= MAX_STATE else closed


def _write(event: Event) -> list[Any] | None:
    match event:
        case UserUttered():
            entities = [[e["entity"], e["value"]] for e in event.entities]
            return ["u", event.intent_name, entities] if entities else ["u", event.intent_name]
        case ActionExecuted():
            return ["a", event.action_name]
        case ActionExecutionRejected():
            return ["x", event.action_name]
        case SlotSet():
            return ["s", event.key, event.value]
        case ActiveLoop():
            return ["l", event.name]
        case LoopInterrupted():
            return ["i", event.is_interrupted]
        case DefinePrevUserUtteredFeaturization():
            return ["f", event.use_text_for_featurization]
    return None  # what the bot uttered decides nothing


def _read(entry: Any, tracker: DialogueStateTracker) -> Event | None:
    match entry:
        case ["u", str(intent), *rest]:
            entities = [{"entity": e, "value": v} for e, v in (rest[0] if rest else [])]
            return utterance(intent, entities)
        case ["a", str(name)]:
            return ActionExecuted(name)
        case ["x", str(name)]:
            return ActionExecutionRejected(name)
        case ["s", str(name), value] if name in tracker.slots or name == REQUESTED_SLOT:
            return SlotSet(name, value)
        case ["l", name]:
            return ActiveLoop(name)
        case ["i", bool(interrupted)]:
            return LoopInterrupted(interrupted)
        case ["f", bool(use_text)]:
            return DefinePrevUserUtteredFeaturization(use_text)
    return None


def utterance(intent: str, entities: Sequence[Mapping[str, Any]], confidence: float = 1.0) -> UserUttered:
    """Make the event of a customer's turn from what was understood; the words themselves are left out."""
    parsed = {"name": intent, "confidence": confidence}
    return UserUttered("", parsed, list(entities), {"text": "", "intent": parsed, "entities": list(entities)})
