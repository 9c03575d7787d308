"""What `centrala voice train` does; `bot.cli` says how it is called."""

import re
from pathlib import Path

from voice.training.errors import TrainingError
from voice.training.texts import read_phrases
from voice.training.train import Plan, Tell
from voice.training.train import train as train_model

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")


def train(lang: str, phrases: Path, out: Path, epochs: int, utterances: int, tell: Tell) -> None:
    """Train a model for the phrases in a file and put it into the folder `out`.

    An earlier model in `out` is replaced; anything else in its place is left alone. Raises `TrainingError`,
    which says what to mend.
    """
    if not _LANGUAGE.fullmatch(lang):
        raise TrainingError(f"{lang!r} is no language: give its code, such as pl")
    if out.exists() and not _may_be_replaced(out):
        raise TrainingError(f"{out} exists and is no speech model: choose another folder with --out")
    texts = read_phrases(phrases, lang)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"cannot make {out.parent}: {error.strerror}") from None
    train_model(texts, out, Plan(utterances=utterances, epochs=epochs), tell)


def _may_be_replaced(out: Path) -> bool:
    return out.is_dir() and (not any(out.iterdir()) or (out / "am" / "final.mdl").is_file())
