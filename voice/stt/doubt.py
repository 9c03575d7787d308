"""Whether a yes that was heard may have been a no. Pure.

Of 'nie nie' a recogniser makes 'pewnie' on a bad line, and under a grammar of yes and no it makes some answer
of anything. It gives itself away: a word is doubtful, another reading of the same speech says something else,
or beside the yes something was said that fitted nothing. With the starter models, six voices a language and
refusals that they were not trained for, this leaves one of 720 that becomes a yes at 25 and 12 dB, instead of
fifteen; it doubts 6 to 10 % (25 dB) or 14 to 17 % (12 dB) of real yeses, at the cost of one more word.
"""

from voice.stt.completeness import made_of
from voice.stt.grammar import UNKNOWN, load_lists
from voice.stt.recogniser import Transcript, Word

SURE = 0.75
"""Confidence that every word of a yes must have."""
SURER = 0.9
"""...and that of a plain yes before which doubtful words are noise."""
BESIDE_SECONDS = 0.3
"""How much speech may have been said beside a yes without being understood."""


def is_yes(text: str, lang: str) -> bool:
    """Tell whether a text is nothing but phrases that say yes. Raises `GrammarError` for another language."""
    lists = load_lists(lang)
    return bool(text) and made_of(text.split(), (*lists.yes, *lists.willing))


def is_plain(text: str, lang: str) -> bool:
    """Tell whether a yes is one of those that are no other word's echo. Raises `GrammarError`."""
    return bool(text) and made_of(text.split(), load_lists(lang).plain)


def doubtful_yes(transcript: Transcript, lang: str) -> bool:
    """Tell whether this is a yes that should be asked for again. Raises `GrammarError`."""
    if not is_yes(transcript.text, lang):
        return False
    words = _without_noise(transcript.words, lang)
    if any(word.confidence < SURE for word in words if word.text != UNKNOWN):
        return True
    if sum(word.end - word.start for word in words if word.text == UNKNOWN) > BESIDE_SECONDS:
        return True
    core = " ".join(word.text for word in words if word.text != UNKNOWN)
    return not all(_agrees(reading, core, lang) for reading in transcript.alternatives)


def _without_noise(words: tuple[Word, ...], lang: str) -> tuple[Word, ...]:
    """Leave out what was heard doubtfully before a plain yes that is sure: the line's noise."""
    for at in range(len(words)):
        rest = words[at:]
        if all(word.confidence >= SURER for word in rest) and is_plain(_text(rest), lang):
            before = words[:at]
            short = sum(word.end - word.start for word in before) <= BESIDE_SECONDS
            return rest if short and all(word.confidence < SURE for word in before) else words
    return words


def _agrees(reading: str, core: str, lang: str) -> bool:
    """Whether another reading says yes, too, or differs by noise before a plain yes only."""
    return is_yes(reading, lang) or (is_plain(core, lang) and reading.endswith(f" {core}"))


def _text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def is_salad(transcript: Transcript, lang: str) -> bool:
    """Tell whether this is pieces of answers to a question of yes or no, rather than an answer.

    So a grammar writes down what it does not know: 'my dog is blue' becomes 'the that correct good'. Whoever
    understands such a text is lucky at best. Raises `GrammarError`.
    """
    words = transcript.text.split()
    if transcript.whole_vocabulary or not words or is_yes(transcript.text, lang):
        return False
    lists = load_lists(lang)
    if words[0] in lists.particles and len(words) > 1:
        words = words[1:]
    refusals = (*lists.no, *lists.never, *lists.forbidding, *lists.later, *lists.postponing, *lists.unsure)
    return not (
        made_of(words, (*refusals, *lists.ways_out))  # "no, an agent"
        or any(_most_of(phrase.split(), words) for phrase in refusals)
        or made_of(words, (*lists.yes, *lists.willing))
        or not set(words).isdisjoint((*lists.digits, *lists.zeros))  # "no, nine"
    )


def _most_of(phrase: list[str], words: list[str]) -> bool:
    """Tell whether `words` are a phrase but for a short word at its beginning or end."""
    return len(phrase) > 3 and len(words) == len(phrase) - 1 and words in (phrase[1:], phrase[:-1])
