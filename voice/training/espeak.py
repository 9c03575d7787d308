"""Speech from libespeak-ng that says when each sound began: exact alignments, which no recording has.

The library is one per process, keeps its state in globals, and reads its voices from one folder; so there is
one `Speaker` per process, and everything here blocks.
"""

import ctypes
import subprocess
from ctypes import POINTER, Structure, Union, c_char, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voice.training.errors import TrainingError

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS = 2
_PHONEME_EVENTS = 1
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_END, _WORD, _PHONEME = 0, 1, 7
_PAUSES = {"", "_", "_:", "_!", "_|", "||"}
SILENCE = "SIL"
"""The name of a pause among the sounds."""
INVENTED = "centrala"
"""The name of the variant that `Speaker.imitate` sets."""
MISSING = "espeak-ng is missing: apt-get install espeak-ng libfst-tools"


class _Identity(Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", c_char * 8))


class _Event(Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Identity),
    )


_CALLBACK = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Sound:
    """One phone, or a pause."""

    start: float
    """Seconds since the first sample."""
    phone: str
    """espeak-ng's mnemonic, or `SILENCE`."""
    word: int
    """Which word of the text it belongs to, from 0; -1 for a pause."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text said."""

    samples: npt.NDArray[np.int16]
    """At the speaker's rate."""
    sounds: tuple[Sound, ...]
    whole: bool
    """Whether every word has sounds of its own; espeak-ng runs some neighbours together (`of the`)."""


class Speaker:
    """espeak-ng, with one voice variant of our own. Only one per process."""

    def __init__(self, folder: Path) -> None:
        """Load the library; its voices are put together in `folder`, which may hold those of an earlier one.

        Raises `TrainingError` where espeak-ng is not installed.
        """
        try:
            self._library: Any = ctypes.CDLL(_LIBRARY)
        except OSError:
            raise TrainingError(MISSING) from None
        self._data = folder / "espeak-ng-data"
        if not self._data.exists():
            _overlay(_data_folder(), self._data)
        self.rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, str(folder).encode(), _PHONEME_EVENTS
        )
        if self.rate <= 0:
            raise TrainingError(MISSING)
        self._chunks: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int, int, str]] = []
        self._callback = _CALLBACK(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def knows(self, voice: str) -> bool:
        """Say whether there is such a voice (`en-us+m3`)."""
        self._voice = ""
        base, _, variant = voice.partition("+")
        known = not variant or self._variant_file(variant).exists()
        return known and bool(self._library.espeak_SetVoiceByName(base.encode()) == 0)

    def imitate(self, variant: str) -> str:
        """Take the text of a voice variant, instead of the last one; give its name for use after a `+`."""
        self._variant_file(INVENTED).write_text(variant)
        self._voice = ""
        return INVENTED

    def say(self, text: str, voice: str, rate: int, pitch: int = 50, pitch_range: int = 50) -> Spoken:
        """Say lower-case words, spaces or commas between. Raises `TrainingError` for a wrong voice."""
        self._choose(voice)
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._chunks.clear()
        self._events.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, c_size_t(len(data)), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._chunks) if self._chunks else np.zeros(0, np.int16)
        sounds = tuple(self._sounds(text))
        words = len(text.replace(",", " ").split())
        return Spoken(samples, sounds, len({sound.word for sound in sounds} - {-1}) == words)

    def _variant_file(self, variant: str) -> Path:
        return self._data / "voices" / "!v" / variant

    def _choose(self, voice: str) -> None:
        if voice == self._voice:
            return
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise TrainingError(f"espeak-ng has no voice {voice}")
        self._voice = voice

    def _collect(self, wave: Any, count: int, events: Any) -> int:
        if count > 0:
            self._chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        for event in events:
            if event.type == _END:
                break
            if event.type in (_WORD, _PHONEME):
                name = event.id.string.decode("utf-8", "replace") if event.type == _PHONEME else ""
                self._events.append((event.type, event.text_position, event.audio_position, name))
        return 0

    def _sounds(self, text: str) -> list[Sound]:
        starts = _word_starts(text)
        sounds: list[Sound] = []
        word = -1
        for kind, position, milliseconds, name in self._events:
            if kind == _WORD:
                word = starts.get(position - 1, word)
                continue
            phone = name.rstrip("#")
            if phone == ";" and sounds:  # palatalises the phone before it
                continue
            if phone in _PAUSES:
                sounds.append(Sound(milliseconds / 1000, SILENCE, -1))
            else:
                sounds.append(Sound(milliseconds / 1000, phone, word))
        return sounds


def _word_starts(text: str) -> dict[int, int]:
    """Give the number of each word by the place of its first character."""
    starts: dict[int, int] = {}
    inside = False
    for place, character in enumerate(text):
        if character in " ,":
            inside = False
        elif not inside:
            starts[place] = len(starts)
            inside = True
    return starts


def _data_folder() -> Path:
    """Ask the command: the library can be initialised only once in a process, and only then knows."""
    try:
        done = subprocess.run(["espeak-ng", "--version"], capture_output=True, timeout=30, check=True)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        raise TrainingError(MISSING) from None
    folder = Path(done.stdout.decode().partition("Data at:")[2].strip())
    if not (folder / "voices").is_dir():
        raise TrainingError(MISSING)
    return folder


def _overlay(data: Path, own: Path) -> None:
    """Make a data folder that holds everything of `data`, and has room for a variant of ours."""
    folder = own / "voices" / "!v"
    folder.mkdir(parents=True)
    for entry in data.iterdir():
        if entry.name != "voices":
            (own / entry.name).symlink_to(entry)
    for entry in (data / "voices").iterdir():
        # The library lists 349 voices at most; those of mbrola, which is not used, would fill the list.
        if entry.name not in ("!v", "mb"):
            (own / "voices" / entry.name).symlink_to(entry)
    for entry in (data / "voices" / "!v").iterdir():
        (folder / entry.name).symlink_to(entry)
