"""The dialogue's tests share one pool."""

from tests.rasa_fixtures import dialogue_models, dialogue_pool

__all__ = ["dialogue_models", "dialogue_pool"]
