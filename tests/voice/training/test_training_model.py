"""From phrases to a model that libvosk loads, for real and small: it need not be good."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.speech import RATE, call
from voice.stt.recogniser import Transcript
from voice.training.accuracy import Telling, callers, measure
from voice.training.espeak import SILENCE
from voice.training.supply import Supply
from voice.training.texts import Texts
from voice.training.voices import voices_for_tests

ROOT = Path(__file__).parents[3]


def centrala(*arguments: str, path: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **more}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [sys.executable, "-m", "bot", "voice", "train", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def phrases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("phrases") / "shop.txt"
    file.write_text("# a bicycle shop\nmy bicycle is broken\nwhere is my bicycle\n", encoding="utf-8")
    return file


@pytest.mark.timeout(600)
def test_a_shop_trains_a_model_for_its_own_phrases(phrases: Path, tmp_path: Path) -> None:
    from vosk import KaldiRecognizer, Model, SetLogLevel

    out = tmp_path / "models" / "en"
    done = centrala(
        "en", "--phrases", str(phrases), "--out", str(out), "--epochs", "1", "--utterances", "900"
    )
    assert done.returncode == 0, done.stderr
    assert "900/900" in done.stdout
    SetLogLevel(-1)
    model = Model(str(out))
    assert model.vosk_model_find_word("bicycle") >= 0
    assert model.vosk_model_find_word("seventeen") >= 0
    assert model.vosk_model_find_word("velociraptor") < 0
    recogniser = KaldiRecognizer(model, RATE, json.dumps(["where is my bicycle", "twenty", "[unk]"]))
    recogniser.SetWords(True)
    recogniser.AcceptWaveform(call("where is my bicycle", "en", voice="en-us"))
    heard = json.loads(recogniser.FinalResult())
    assert "bicycle" in heard["text"]
    assert all(word["end"] > word["start"] for word in heard["result"])
    assert not out.with_name("en.part").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("tlh",), "no voice for the language"),
        (("en", "--out", "docs"), "no speech model"),
        (("../en",), "is no language"),
    ],
)
def test_what_cannot_be_trained_is_explained_in_one_line(
    phrases: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    done = centrala(*arguments, "--phrases", str(phrases))
    assert done.returncode == 1
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_missing_tools_are_named_with_their_mend(phrases: Path, tmp_path: Path) -> None:
    done = centrala("en", "--phrases", str(phrases), "--out", str(tmp_path / "x"), path=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install espeak-ng libfst-tools" in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_phrase_file_is_needed() -> None:
    assert centrala("en").returncode == 2


def test_espeak_tells_when_each_sound_began(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SAY, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = json.loads(done.stdout)
    assert next(phone for _, phone, word in told["sounds"] if word == 1) == "s"
    starts = [start for start, _, _ in told["sounds"]]
    assert starts == sorted(starts)
    assert starts[-1] <= told["seconds"] + 0.2
    assert told["words"] == [0, 1]


def test_a_child_that_dies_is_replaced_and_its_folder_goes_at_the_end() -> None:
    supply = Supply(Texts("pl", ("gdzie jest moja paczka",)), seed=1)
    try:
        folder = Path(supply._folder.name)
        assert len(supply.ask(0, 40).result(120)) > 30
        supply._process.kill()
        assert len(supply.ask(100, 40).result(120)) > 10
    finally:
        supply.close()
    assert not folder.exists()
    assert not supply._process.is_alive()


_SAY = f"""
import json, pathlib, sys
from voice.training.espeak import Speaker
speaker = Speaker(pathlib.Path(sys.argv[1]))
spoken = speaker.say("six seven", "en-us", 150)
print(json.dumps(dict(
    sounds=[(s.start, s.phone, s.word) for s in spoken.sounds], seconds=len(spoken.samples) / speaker.rate,
    words=sorted({{s.word for s in spoken.sounds if s.phone != {SILENCE!r}}}),
)))
"""
"""In a process of its own: the library can be loaded once in each."""


def test_the_figures_count_turns_and_false_yeses() -> None:
    class Deaf:
        """Hears nothing right the first time, and a yes in every no."""

        def hear(self, pcm: bytes, expecting: str | None) -> Transcript:
            return Transcript("yes") if expecting == "yes_no" else Transcript("whatever", (), ("what ever",))

    people = callers("en", voices_for_tests("en"), 4, "digits")
    answers = iter([[people[0].number, "99999", "", "99999"], [people[1].number, "", "99999"]])
    asked: list[Sequence[Telling]] = []

    def understand(tellings: Sequence[Telling]) -> list[str]:
        asked.append(tellings)
        return next(answers)

    figures = measure(Deaf(), people, "digits", 25, understand)  # type: ignore[arg-type]
    assert (figures.asked, figures.first, figures.second, figures.wrong_yes) == (4, 1, 2, 2)
    assert "50.0%" in str(figures)
    readings = ("whatever", "what ever")
    assert asked[0] == [Telling(readings)] * 4
    refused = [("99999",), (), ("99999",)]
    assert asked[1] == [Telling(readings, (readings,), one) for one in refused]


def test_callers_are_the_same_for_the_same_seed() -> None:
    voices = voices_for_tests("pl")
    assert callers("pl", voices, 5, "mixed") == callers("pl", voices, 5, "mixed")
    assert callers("pl", voices, 5, "mixed") != callers("pl", voices, 5, "mixed", seed=2)


def test_the_tools_of_this_suite_are_there() -> None:
    assert shutil.which("espeak-ng")
    assert shutil.which("fstcompile")
