"""Slot types of our own, named in nlu/domain.yml."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.slots import CategoricalSlot, TextSlot


class ClearableSlot(TextSlot):
    """A text slot that an empty value clears.

    Rasa's slot mappings cannot set a slot to nothing: a `from_intent` mapping must have a value. With
    this type `value: ""` says it, and the form that requires the slot asks for it again.
    """

    type_name = "nlu.slots.ClearableSlot"

    @property
    def value(self) -> Any:
        """Return the text, or None where nothing is known."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value or None
        self._has_been_set = True


class ClearableChoice(CategoricalSlot):
    """A categorical slot that an empty value clears, so that a form asks for it each time."""

    type_name = "nlu.slots.ClearableChoice"

    @property
    def value(self) -> Any:
        """Return the choice, or None where none was made."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value or None
        self._has_been_set = True
