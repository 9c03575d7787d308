"""Words that a recogniser hears in the noise before the first and after the last real one. Pure."""

from dataclasses import replace

from voice.stt.recogniser import Transcript, Word

DOUBTFUL = 0.6
"""Confidence below which a word at the edge of a turn is not believed..."""
SURE = 0.9
"""...beside one that is as sure as this."""


def without_edges(transcript: Transcript) -> Transcript:
    """Leave out doubtful words at the beginning and the end; the whole text becomes an alternative.

    Only where what remains is sure: "ten" (0.4) before "three zero five" (1.0), and not a caller who mumbles.
    """
    spoken = [word for word in transcript.words if word.confidence > 0.0]  # [unk] has none, nor a text
    kept = list(spoken)
    while len(kept) > 1 and _doubtful(kept[0], kept[1]):
        kept.pop(0)
    while len(kept) > 1 and _doubtful(kept[-1], kept[-2]):
        kept.pop()
    if len(kept) == len(spoken):
        return transcript
    text = " ".join(word.text for word in kept)
    return replace(
        transcript, text=text, words=tuple(kept), alternatives=(transcript.text, *transcript.alternatives)
    )


def _doubtful(edge: Word, beside: Word) -> bool:
    return edge.confidence < DOUBTFUL and beside.confidence >= SURE
