"""The process that speaks: pyttsx3 and espeak-ng, one text at a time.

A line of JSON on stdin, `{"text", "voice", "rate"}`, is answered on stdout by a line `{"bytes": n}` and n
bytes of 8 kHz s16le mono, or by `{"error": code}`. The first line is `{"ready": true, "voices": [...]}`
or an error. The end of stdin ends the process, so it never outlives its parent.

What was measured and is worked around here: `runAndWait` returns before the audio exists, so the event is
waited for; a render may come out empty, so the frames are counted and it is done again; an unknown voice
keeps the last one silently; pyttsx3 prints to stdout. pyttsx3 cancels what espeak-ng has not begun with just
before it starts to speak, and the new rate with it, one time in thirty: the rate is read back, and the text
is rendered again. The audio goes through memory, never over the disk.
Its loop sleeps for 10 ms after every text, longer than most texts take: it runs in a thread of its own, and
the audio is taken as soon as it is there (a sentence takes 6 ms instead of 13).
"""

import json
import os
import signal
import sys
import threading
import wave
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedWriter
from typing import Any

import numpy as np
import soxr

from voice.tts.level import RATE, levelled, trimmed

TRIES = 6
LONGEST_JOB = 60
"""Seconds after which the kernel ends a process whose engine hangs and whose parent does not watch it."""
SHORTEST = 0.015
"""Seconds of audio a character at the least; espeak-ng needs about 0.07 at a telephone's pace."""


class RenderError(Exception):
    """The engine gave no plausible audio; the text is the code that the parent is told."""


class Speaker:
    """One pyttsx3 engine for the life of the process: espeak-ng can be initialised only once."""

    def __init__(self) -> None:
        import pyttsx3

        self._engine = pyttsx3.init("espeak")
        self.voices: Sequence[str] = [voice.id for voice in self._engine.getProperty("voices")]
        self._finished = threading.Event()
        self._engine.connect("finished-utterance", lambda **_about: self._finished.set())
        self._file = os.memfd_create("prompt")
        self._loops = ThreadPoolExecutor(1, "pyttsx3-loop")
        self._loop: Future[None] | None = None

    def speak(self, text: str, voice: str, rate: int) -> bytes:
        """Render at the engine's rate and return 8 kHz s16le mono. Raises `RenderError`."""
        for _ in range(TRIES):
            self._idle()
            self._engine.setProperty("voice", voice)
            self._engine.setProperty("rate", rate)
            frames, frame_rate = self._render(text)
            if self._engine.getProperty("voice") != voice:  # set only while something is rendered
                raise RenderError("no_such_voice")
            if self._rate() != rate:
                continue
            if len(frames) // 2 >= max(1.0, len(text) * SHORTEST * frame_rate):
                return _for_the_phone(frames, frame_rate)
        raise RenderError("empty")

    def _rate(self) -> int:
        """Read the rate that was spoken at; pyttsx3 does not say whether it wants that or the default."""
        from pyttsx3.drivers import _espeak

        rate: int = _espeak.dll.espeak_GetParameter(_espeak.RATE, 1)
        return rate

    def _idle(self) -> None:
        """Wait until the engine's loop has ended, and raise what it raised: one text at a time."""
        if self._loop is not None:
            self._loop.result()

    def _render(self, text: str) -> tuple[bytes, int]:
        self._idle()
        path = f"/proc/self/fd/{self._file}"
        os.ftruncate(self._file, 0)
        self._finished.clear()
        self._engine.save_to_file(text, path)
        self._loop = self._loops.submit(self._engine.runAndWait)
        self._loop.add_done_callback(lambda loop: self._finished.set() if loop.exception() else None)
        if not self._finished.wait(LONGEST_JOB):
            raise RenderError("stuck")
        try:
            with wave.open(path, "rb") as audio:
                return audio.readframes(audio.getnframes()), audio.getframerate()
        except (wave.Error, EOFError):  # nothing was written, which happens; the caller tries again
            return b"", 1


def _for_the_phone(frames: bytes, frame_rate: int) -> bytes:
    resampled = soxr.resample(np.frombuffer(frames, np.int16), frame_rate, RATE, "HQ")
    spoken = trimmed(levelled(resampled)).tobytes()
    if not spoken:
        raise RenderError("silent")
    return spoken


def _answer(out: BufferedWriter, head: dict[str, Any], body: bytes = b"") -> None:
    out.write(json.dumps(head).encode() + b"\n" + body)
    out.flush()


def _serve(speaker: Speaker, out: BufferedWriter) -> None:
    for line in sys.stdin.buffer:
        job = json.loads(line)
        signal.alarm(LONGEST_JOB)
        try:
            pcm = speaker.speak(job["text"], job["voice"], job["rate"])
        except RenderError as error:
            _answer(out, {"error": str(error)})
        else:
            _answer(out, {"bytes": len(pcm)}, pcm)
        signal.alarm(0)


def main() -> None:
    """Serve until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what pyttsx3 prints goes the way of errors, not among the answers
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway, which then closes stdin
    try:
        speaker = Speaker()
    except Exception as error:  # pyttsx3 raises whatever it meets where the library is missing
        _answer(out, {"error": "no_engine", "kind": type(error).__name__})
        return
    _answer(out, {"ready": True, "voices": list(speaker.voices)})
    _serve(speaker, out)
    os._exit(0)  # espeak-ng's threads may abort at an orderly exit


if __name__ == "__main__":
    main()
