"""Order numbers, codes and telephone numbers as people say and type them, in Polish, Czech and English.

Standard library only: the gateway's environment and Rasa's both import it.
"""

from nlu.numbers.say import STYLES, Style, say
from nlu.numbers.search import Found, best, digits, elsewhere, find

__all__ = ["STYLES", "Found", "Style", "best", "digits", "elsewhere", "find", "say"]
