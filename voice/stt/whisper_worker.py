"""A speech worker with Whisper models (faster-whisper, CTranslate2), one folder a language.

`python -m voice.stt.whisper_worker`, with the socket to the gateway inherited as a file descriptor.
"""

import argparse
import re
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from voice.audio.pcm import samples
from voice.audio.resample import resample
from voice.stt.frames import RATE
from voice.stt.recogniser import RecognitionError, Request, Transcript, Word
from voice.stt.serving import SpeechServer, end_process, refuse

WHISPER_RATE = 16000
NO_SPEECH = 0.6
"""Probability of silence above which a segment is not believed: Whisper makes up words for noise."""
_OTHER = re.compile(r"[^\w\s'-]+")


class WhisperDecoding:
    """One turn: the audio is collected and decoded at its end."""

    def __init__(self, model: WhisperModel, lang: str) -> None:
        self._model = model
        self._lang = lang
        self._audio = bytearray()

    def accept(self, pcm: bytes) -> None:
        """Take audio, 8 kHz s16le mono."""
        self._audio += pcm

    def partial(self) -> str:
        """Return nothing: this engine hears a turn when it is over."""
        return ""

    def finish(self) -> Transcript:
        """Decode the turn; about as long as the CPU needs for 30 seconds of audio, however short it is."""
        pcm = resample(bytes(self._audio), RATE, WHISPER_RATE)
        if not pcm:
            return Transcript("")
        segments, _info = self._model.transcribe(
            samples(pcm).astype("float32") / 32768.0,
            language=self._lang,
            beam_size=3,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        words = tuple(
            Word(text, min(1.0, max(0.0, float(word.probability))), float(word.start), float(word.end))
            for segment in segments
            if segment.no_speech_prob < NO_SPEECH
            for word in segment.words or ()
            if (text := plain(word.word))
        )
        return Transcript(" ".join(word.text for word in words), words, whole_vocabulary=True)


class WhisperEngine:
    """The models by language; several languages may share a folder, which is loaded once."""

    def __init__(self, folders: Mapping[str, Path], threads: int) -> None:
        """Load them. Raises `RecognitionError` where a folder holds none."""
        loaded = {folder: _load(folder, threads) for folder in set(folders.values())}
        self._models = {lang: loaded[folder] for lang, folder in folders.items()}

    def facts(self) -> dict[str, Any]:
        """Return, by language, what the gateway should know."""
        return {lang: {"grammars": False} for lang in self._models}

    def begin(self, request: Request) -> WhisperDecoding:
        """Begin a turn; what is expected cannot narrow it."""
        return WhisperDecoding(self._models[request.lang], request.lang)


def plain(word: str) -> str:
    """Write a word as transcripts have it: lower case, without punctuation."""
    return _OTHER.sub(" ", word.lower()).strip(" '-")


def _load(folder: Path, threads: int) -> WhisperModel:
    try:
        return WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
    except (RuntimeError, ValueError, OSError):
        message = f"{folder} holds no Whisper model in the form of faster-whisper"
        raise RecognitionError(message, code="speech_model") from None


def main() -> None:
    """Load the models that the arguments name and serve until the gateway is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--model", action="append", required=True, help="LANG=FOLDER")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-seconds", type=float, default=30.0)
    options = parser.parse_args()
    folders = {lang: Path(folder) for lang, _, folder in (one.partition("=") for one in options.model)}
    with socket.socket(fileno=options.fd) as connection:
        try:
            engine = WhisperEngine(folders, options.threads)
        except RecognitionError as error:
            refuse(connection, error)
        # One decoding at a time: each uses all of the worker's threads.
        server = SpeechServer(connection, engine, 1, options.max_seconds, time.process_time)
        server.run({"languages": engine.facts()})
    end_process()


if __name__ == "__main__":
    main()
