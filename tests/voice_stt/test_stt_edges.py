import pytest

from voice.stt.edges import without_edges
from voice.stt.recogniser import Transcript, Word


def heard(*words: tuple[str, float]) -> Transcript:
    said = tuple(Word(text, confidence, at, at + 0.3) for at, (text, confidence) in enumerate(words))
    return Transcript(" ".join(text for text, confidence in words if confidence), said)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((("ten", 0.43), ("three", 1.0), ("zero", 1.0)), "three zero"),
        ((("one", 1.0), ("two", 1.0), ("six", 0.41)), "one two"),
        ((("[unk]", 0.0), ("a", 0.3), ("yes", 1.0)), "yes"),
        ((("the", 0.7), ("yes", 1.0)), "the yes"),  # not doubtful enough
        ((("tak", 0.5), ("nie", 0.6)), "tak nie"),  # nothing sure beside it
        ((("no", 0.4),), "no"),
        ((("ten", 0.4), ("no", 0.5), ("two", 1.0)), "ten no two"),  # two doubtful ones are no edge
        ((), ""),
    ],
)
def test_edges(words: tuple[tuple[str, float], ...], text: str) -> None:
    assert without_edges(heard(*words)).text == text


def test_what_was_left_out_is_another_reading() -> None:
    transcript = without_edges(heard(("ten", 0.4), ("one", 1.0)))
    assert transcript.alternatives == ("ten one",)
    assert [word.text for word in transcript.words] == ["one"]
