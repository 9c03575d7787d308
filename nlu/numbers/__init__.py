"""Order numbers, codes and telephone numbers as people say and type them, in Polish, Czech and English.

Standard library only: the gateway's environment and Rasa's both import it.
"""

from nlu.numbers.say import STYLES, Style, say
from nlu.numbers.search import Found, best, digits, elsewhere, find
from nlu.numbers.tellings import Telling, agreed, told

__all__ = [
    "STYLES",
    "Found",
    "Style",
    "Telling",
    "agreed",
    "best",
    "digits",
    "elsewhere",
    "find",
    "say",
    "told",
]
