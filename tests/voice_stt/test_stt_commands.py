"""`centrala voice transcribe`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import InvalidInputError, NotFoundError
from tests.voice_stt.conftest import Say
from voice.audio import wav
from voice.commands import transcribe
from voice.stt.recogniser import RecognitionError


def test_a_line_a_file_in_order(tmp_path: Path, say: Say) -> None:
    texts = {"a.wav": "one two three four five", "b.wav": "five four three two one"}
    for name, text in texts.items():
        wav.write(tmp_path / name, say(text, "en"))
    lines: list[str] = []
    transcribe([tmp_path / name for name in texts], "en", "order_number", lines.append, tmp_path)
    for line, (name, text) in zip(map(json.loads, lines), texts.items(), strict=True):
        assert line["file"] == str(tmp_path / name)
        assert line["text"] == text
        assert [word["word"] for word in line["words"]] == text.split()
        assert all({"word", "confidence", "start", "end"} == set(word) for word in line["words"])
        assert line["seconds"] > 1
        assert line["decode_seconds"] > 0
        assert isinstance(line["alternatives"], list)


def test_a_long_file_is_heard_to_its_end(tmp_path: Path, say: Say) -> None:
    wav.write(tmp_path / "long.wav", say("one two three", "en") + bytes(40 * 16000) + say("agent", "en"))
    lines: list[str] = []
    transcribe([tmp_path / "long.wav"], "en", "order_number", lines.append, tmp_path)
    heard = json.loads(lines[0])
    assert heard["text"].startswith("one two three")
    assert heard["words"][-1]["start"] > 40


def test_errors_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    lines: list[str] = []
    with pytest.raises(NotFoundError, match=r"there is no file .*none\.wav"):
        transcribe([tmp_path / "none.wav"], "en", None, lines.append, tmp_path)
    with pytest.raises(InvalidInputError, match=r"text\.wav: not a WAV file"):
        transcribe([tmp_path / "text.wav"], "en", None, lines.append, tmp_path)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        transcribe([tmp_path], "en", None, lines.append, tmp_path)
    with pytest.raises(RecognitionError, match="no speech model for 'de'"):
        transcribe([tmp_path / "text.wav"], "de", None, lines.append, tmp_path)
    assert lines == []


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--lang", "en", "none.wav"], 1), (["--lang", "en"], 2), (["none.wav"], 2)]
)
def test_exit_codes_and_one_line_on_stderr(arguments: list[str], code: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "centrala"), "voice", "transcribe", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
    )
    assert done.returncode == code
    assert done.stdout == ""
    if code == 1:
        assert done.stderr.count("\n") == 1
