"""One turn of a dialogue: what was said goes in with the state, commands and the new state come out.

This is Rasa's message processor without what a stateless worker does not need (tracker stores, locks,
sessions, reminders, deep copies for debug lines). Rasa's own graph, policies, forms and slot mappings
do all the deciding.
"""

from __future__ import annotations

import re
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, ActionExtractSlots
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.dialogue import state as states
from nlu.dialogue.explaining import explain
from nlu.dialogue.model import Meaning, Model
from nlu.dialogue.questions import NOTHING, open_question
from nlu.dialogue.responses import PayloadGenerator
from nlu.dialogue.tellings import NO_TELLINGS, Tellings, tellings_of
from nlu.hearing import UNKNOWN, Hearing
from nlu.numbers import told
from nlu.policies.escalation import REPORTS, misses
from nlu.protocol import Entity, Expecting, FrameError, TurnResult, Understood

MAX_ACTIONS = 10
"""Actions in one turn; rules that run in a circle end here."""
FALLBACKS = frozenset({"nlu_fallback", "out_of_scope"})
ALIASES = {
    "another_order": "order_status",
    "number_heard": "order_status",
    "number_corrected": "order_status",
    "affirm_careful": "affirm",
    "article": "faq",
}
"""Intents that only the dialogue tells apart, by the name under which they are public."""
PUBLIC_ENTITIES = frozenset({"order_number", "heard_number", "verifier", "when"})
REPORTED = frozenset({"order_status", "answer", "article", "topics"})
"""Commands whose outcome the gateway reports in the same turn."""
MAX_READINGS = 3
"""Readings of one utterance that are tried where the best one means nothing."""


class Dialogue:
    """Takes turns with one language's model; keeps nothing between them."""

    def __init__(self, model: Model, lang: str, number_pattern: re.Pattern[str] | None = None) -> None:
        self._model = model
        self._lang = lang
        self._number_pattern = number_pattern
        self._domain = model.domain
        self._intents = frozenset(model.domain.intents)
        self._nlg = PayloadGenerator(model.domain)
        self._channel = CollectingOutputChannel()
        self._extract = ActionExtractSlots(None)

    def warm_up(self) -> None:
        """Take a turn for nothing, so that the first customer does not pay for what is built lazily."""
        self.signal("repeat", self.say("ok", None).state, [])

    def parse(self, text: str, expecting: Expecting | None = None, question: str | None = None) -> Understood:
        """Interpret a text outside any dialogue, as the answer to a question where one is named."""
        hearing = Hearing(
            self._lang, expecting=expecting, question=question, number_pattern=self._number_pattern
        )
        meaning = self._model.understand(text, hearing)
        answered = any(e["entity"] == expecting for e in meaning.entities)
        return _understood(meaning, answered=answered)

    def say(self, text: str, state: Any, hearing: Hearing = UNKNOWN) -> TurnResult:
        """Take a turn in which the customer wrote or said `text`, which came as `hearing` tells."""
        tracker, tellings = self._tracker(state), tellings_of(state)
        heard = self._heard(tracker, hearing, tellings)
        meaning = self._understand(text, heard)
        return self._turn(meaning, tracker, self._told(text, heard, meaning, tellings))

    def _told(self, text: str, hearing: Hearing, meaning: Meaning, tellings: Tellings) -> Tellings:
        """Add what a caller told, in answer to the question for a number or without it."""
        named = any(e["entity"] == "heard_number" for e in meaning.entities)
        asked = hearing.expecting == "order_number"
        if not hearing.is_heard or not (named or asked):
            return tellings
        readings = (text, *hearing.alternatives)
        return tellings.hear(told(readings, self._lang, pattern=self._number_pattern, asked=asked))

    def explain(self, text: str, state: Any, hearing: Hearing = UNKNOWN) -> dict[str, Any]:
        """Tell why `say` understands a text as it does, see `nlu.dialogue.explaining`."""
        return explain(
            self._model.pipeline(), text, self._heard(self._tracker(state), hearing, tellings_of(state))
        )

    def _heard(self, tracker: DialogueStateTracker, hearing: Hearing, tellings: Tellings) -> Hearing:
        """Return how a text came, and what it may answer."""
        question = open_question(tracker)
        return replace(
            hearing,
            lang=self._lang,
            expecting=question.expecting,
            question=question.name,
            heard_number=tracker.get_slot("heard_number") if question.name == "confirm_number" else None,
            # What corrects a number that was read back differs from it: earlier tellings do not count there.
            before=tellings.heard if question.expecting == "order_number" else (),
            refused=tellings.refused,
            number_pattern=self._number_pattern,
        )

    def _understand(self, text: str, hearing: Hearing) -> Meaning:
        """Interpret the best reading that means something; a yes is taken from the best one alone."""
        meaning = self._model.understand(text, hearing)
        if meaning.intent not in FALLBACKS or not hearing.is_heard:
            return meaning
        for reading in hearing.alternatives[:MAX_READINGS]:
            other = self._model.understand(reading, hearing)
            if other.intent not in FALLBACKS and ALIASES.get(other.intent, other.intent) != "affirm":
                return other
        return meaning

    def signal(self, intent: str, state: Any, entities: list[dict[str, Any]]) -> TurnResult:
        """Take a turn with an intent of the gateway's: a button, or a command's outcome.

        Raises `FrameError` for an intent that is not in the domain.
        """
        if intent not in self._intents:
            raise FrameError("unknown_intent")
        meaning = Meaning(intent, 1.0, intent, 1.0, entities)
        return self._turn(meaning, self._tracker(state), tellings_of(state))

    def _tracker(self, state: Any) -> DialogueStateTracker:
        tracker = states.restore(state, self._domain)
        if tracker.is_active_loop_rejected:
            # What the form refused is over: it listens to its question's answer again.
            tracker.update(ActiveLoop(tracker.active_loop_name), self._domain)
        return tracker

    def _turn(self, meaning: Meaning, tracker: DialogueStateTracker, tellings: Tellings) -> TurnResult:
        asked = tracker.get_slot(REQUESTED_SLOT) if tracker.active_loop_name else None
        entities = [*meaning.entities, *self._agreed(meaning, tracker)]
        intent = open_question(tracker).meanings.get(meaning.intent, meaning.intent)
        if intent == "number_refused" and (number := tracker.get_slot("heard_number")):
            tellings = tellings.refuse(number)
        tracker.update(states.utterance(intent, entities, meaning.confidence), self._domain)
        slots = _now(self._extract.run(self._channel, self._nlg, tracker, self._domain))
        # An empty value clears a slot; where it is clear already, that would look like an answer to a form.
        changed = [e for e in slots if tracker.get_slot(e.key) != (e.value or None)]
        tracker.update_with_events(changed, self._domain)
        before = len(tracker.events)
        outputs = self._act(tracker)
        answered = any(isinstance(e, SlotSet) and e.key == asked and e.value for e in changed)
        if tracker.get_slot("order_number"):
            tellings = NO_TELLINGS  # a yes, or keys: the number is known
        return self._result(tracker, outputs, _understood(meaning, answered=answered), before, tellings)

    @staticmethod
    def _agreed(meaning: Meaning, tracker: DialogueStateTracker) -> list[dict[str, Any]]:
        """Return the number that was read back as the customer's own, where this turn says yes to it."""
        if meaning.intent != "affirm" or open_question(tracker).name != "confirm_number":
            return []
        return [{"entity": "order_number", "value": tracker.get_slot("heard_number")}]

    def _act(self, tracker: DialogueStateTracker) -> list[dict[str, Any]]:
        """Do what the policies choose until they choose to listen."""
        outputs: list[dict[str, Any]] = []
        for _ in range(MAX_ACTIONS):
            prediction = self._model.choose(tracker)
            name = self._domain.action_names_or_texts[prediction.max_confidence_index]
            if name == ACTION_LISTEN_NAME or prediction.max_confidence == 0.0:
                break
            for event in self._run(self._model.action(name), prediction, tracker):
                if isinstance(event, BotUttered) and (payload := event.data.get("custom")):
                    outputs.append(payload)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self._domain)
        return outputs

    def _run(
        self, action: Action, prediction: PolicyPrediction, tracker: DialogueStateTracker
    ) -> list[Event]:
        seen = tracker
        if any(not isinstance(e, DefinePrevUserUtteredFeaturization) for e in prediction.events):
            # The action must see the policy's events, which do not count if it rejects.
            seen = tracker.copy()
            seen.update_with_events(prediction.events, self._domain)
        try:
            events: list[Event] = _now(action.run(self._channel, self._nlg, seen, self._domain))
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name()), self._domain)
            return []
        tracker.update_with_events(prediction.events, self._domain)
        tracker.update(ActionExecuted(action.name()), self._domain)
        tracker.update_with_events(events, self._domain)
        return events

    def _result(
        self,
        tracker: DialogueStateTracker,
        outputs: list[dict[str, Any]],
        understood: Understood,
        before: int,
        tellings: Tellings,
    ) -> TurnResult:
        events = list(tracker.events)
        handoff = next((i for i, o in enumerate(outputs) if o.get("do") == "handoff"), None)
        count = misses(events, self._model.escalation, ignore_handoffs_from=before)
        question = open_question(tracker) if handoff is None else NOTHING
        waits = any(o.get("do") in REPORTED for o in outputs)
        is_open = handoff is None and bool(question.name or waits or count)
        return TurnResult(
            outputs=tuple(outputs),
            state=states.save(tracker, is_open=is_open, misses=count, tellings=tellings),
            understood=understood,
            expecting=question.expecting,
            question=question.name,
            slots={name: value for name in states.KEPT if (value := tracker.get_slot(name)) is not None},
            misses=count,
        )


def _understood(meaning: Meaning, *, answered: bool) -> Understood:
    """Tell what was understood; `answered`: the text gave what was asked for, whatever its intent."""
    best = meaning.best
    return Understood(
        ALIASES.get(best or "", best),
        meaning.best_confidence,
        tuple(
            Entity(e["entity"], str(e["value"])) for e in meaning.entities if e["entity"] in PUBLIC_ENTITIES
        ),
        meaning.intent in FALLBACKS and not answered and not meaning.intent.startswith(REPORTS),
    )


def _now(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Finish a coroutine that never waits: Rasa's actions here do no input or output."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value
    coroutine.close()
    raise RuntimeError("an action waits for something: custom actions are not part of this bot")
