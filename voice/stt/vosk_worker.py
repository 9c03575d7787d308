"""A speech worker: Vosk models in a process of its own, because libvosk can end its process.

`python -m voice.stt.vosk_worker`, with the socket to the gateway inherited as a file descriptor.
"""

import argparse
import socket
from functools import lru_cache
from pathlib import Path
from typing import Any

from vosk import Model, SetLogLevel

from bot.errors import CentralaError
from voice.stt.decoding import VoskDecoding, look
from voice.stt.frames import BYTES_A_SECOND, RATE
from voice.stt.grammar import build, load_lists
from voice.stt.models import STARTER_MODELS, ModelError, VoskModel, find_model
from voice.stt.recogniser import Expecting, RecognitionError, Request
from voice.stt.serving import SpeechServer, end_process, refuse

QUESTIONS: tuple[Expecting, ...] = ("order_number", "verifier", "yes_no", "menu")


class VoskEngine:
    """The models of all languages."""

    def __init__(self, models: list[VoskModel], max_seconds: float) -> None:
        """Load them. Raises `ModelError` where libvosk cannot."""
        self._facts = {model.lang: model for model in models}
        self._models = {model.lang: _load(model) for model in models}
        self._max_seconds = max_seconds
        self._grammar = lru_cache(maxsize=256)(self._make_grammar)

    def facts(self) -> dict[str, Any]:
        """Return, by language, what the gateway should know; checks every grammar on the way."""
        return {
            lang: {"grammars": facts.grammars, "starter": facts.starter, "unknown_words": self._unknown(lang)}
            for lang, facts in self._facts.items()
        }

    def begin(self, request: Request) -> VoskDecoding:
        """Begin a turn; without `expecting`, or where the model allows no grammar, with all its words."""
        facts = self._facts.get(request.lang)
        if facts is None:
            raise RecognitionError("no model for this language", code="speech_model")
        grammar = None
        if request.expecting is not None and facts.grammars:
            grammar = self._grammar(request.lang, request.expecting, request.phrases)[0]
        max_bytes = int(self._max_seconds * BYTES_A_SECOND * facts.rate / RATE)
        return VoskDecoding(self._models[request.lang], facts, grammar, max_bytes, *look(request.expecting))

    def _make_grammar(
        self, lang: str, expecting: Expecting, phrases: tuple[str, ...]
    ) -> tuple[str, set[str]]:
        model = self._models[lang]

        def knows(word: str) -> bool:
            return bool(model.vosk_model_find_word(word) >= 0)

        grammar = build(load_lists(lang), expecting, knows, phrases)
        return grammar.to_json(), set(grammar.dropped)

    def _unknown(self, lang: str) -> list[str]:
        if not self._facts[lang].grammars:
            return []
        unknown: set[str] = set()
        for expecting in QUESTIONS:
            unknown |= self._grammar(lang, expecting, ())[1]
        return sorted(unknown)


def _load(model: VoskModel) -> Model:
    try:
        return Model(str(model.path))
    except Exception:  # libvosk's wrapper raises nothing more exact
        raise ModelError(f"libvosk cannot load {model.path}") from None


def main() -> None:
    """Load the models that the arguments name and serve until the gateway is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--starter-dir", type=Path, default=STARTER_MODELS)
    parser.add_argument("--lang", action="append", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-seconds", type=float, default=30.0)
    options = parser.parse_args()
    SetLogLevel(-1)
    with socket.socket(fileno=options.fd) as connection:
        try:
            models = [find_model(lang, options.models_dir, options.starter_dir) for lang in options.lang]
            engine = VoskEngine(models, options.max_seconds)
            facts = engine.facts()
        except CentralaError as error:
            refuse(connection, error)
        SpeechServer(connection, engine, options.threads, options.max_seconds).run({"languages": facts})
    end_process()


if __name__ == "__main__":
    main()
