"""Whether a yes that was heard may have been a no. Pure.

Of 'nie nie' a recogniser makes 'pewnie' on a bad line, and under a grammar of yes and no it makes some answer
of anything. It gives itself away: a word is doubtful, another reading of the same speech says something else,
or beside the yes something was said that fitted nothing. With the starter models, six voices a language and
refusals that they were not trained for, this leaves one of 720 that becomes a yes at 25 and 12 dB, instead of
fifteen; it doubts every eighth (25 dB) or sixth (12 dB) real yes, which costs the caller one 'yes' more.
"""

from voice.stt.completeness import made_of
from voice.stt.grammar import UNKNOWN, load_lists
from voice.stt.recogniser import Transcript

SURE = 0.75
"""Confidence that every word of a yes must have."""
BESIDE_SECONDS = 0.3
"""How much speech may have been said beside a yes without being understood."""


def is_yes(text: str, lang: str) -> bool:
    """Tell whether a text is nothing but phrases that say yes. Raises `GrammarError` for another language."""
    lists = load_lists(lang)
    return bool(text) and made_of(text.split(), (*lists.yes, *lists.willing))


def is_plain(text: str, lang: str) -> bool:
    """Tell whether a yes is one of those that are no other word's echo. Raises `GrammarError`."""
    return made_of(text.split(), load_lists(lang).plain)


def doubtful_yes(transcript: Transcript, lang: str) -> bool:
    """Tell whether this is a yes that should be asked for again. Raises `GrammarError`."""
    if not is_yes(transcript.text, lang):
        return False
    if any(word.confidence < SURE for word in transcript.words if word.text != UNKNOWN):
        return True
    beside = sum(word.end - word.start for word in transcript.words if word.text == UNKNOWN)
    return beside > BESIDE_SECONDS or not all(is_yes(reading, lang) for reading in transcript.alternatives)
