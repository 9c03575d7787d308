"""Where a language's Vosk model lies, and what can be told of it without loading it."""

from dataclasses import dataclass
from pathlib import Path

from voice.stt.recogniser import RecognitionError

STARTER_MODELS = Path(__file__).parent.parent / "starter_models"
"""Small models that come with the product; an operator's own model of a language takes precedence."""
DEFAULT_RATE = 16000
"""What Kaldi assumes where the model's feature configuration does not say."""


class ModelError(RecognitionError):
    """A language has no model, or what lies there is none. Trying again does not help."""

    code = "speech_model"
    retryable = False


@dataclass(frozen=True, slots=True)
class VoskModel:
    """A model's folder, found and looked at."""

    lang: str
    path: Path
    """Absolute: libvosk is never asked to look for a model, which would send it to the network."""
    rate: int
    """Samples a second that its features were made for; audio of another rate is resampled before."""
    grammars: bool
    """Whether its vocabulary can be narrowed; models with one fixed graph (`HCLG.fst`) cannot."""
    starter: bool
    """It is one of ours, made from synthetic speech: not for human callers."""
    size: int
    """Bytes on disk, of about the size in memory."""


def find_model(lang: str, models_dir: Path, starter_dir: Path = STARTER_MODELS) -> VoskModel:
    """Return the model of a language: `models_dir/<lang>`, else the starter model.

    A folder into which an archive was unpacked with its own top folder is understood. Raises `ModelError`.
    """
    own = models_dir / lang
    if own.is_dir():
        return _look_at(lang, own, starter=False)
    if lang.isalpha() and (starter_dir / lang).is_dir():
        return _look_at(lang, starter_dir / lang, starter=True)
    raise ModelError(f"there is no speech model for {lang!r}: unpack a Vosk model into {own}")


def _look_at(lang: str, folder: Path, *, starter: bool) -> VoskModel:
    path = _root(folder)
    if path is None:
        raise ModelError(f"{folder} holds no Vosk model (no am/final.mdl): unpack one there, or remove it")
    graph = path / "graph" if (path / "graph").is_dir() else path
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return VoskModel(
        lang=lang,
        path=path.absolute(),
        rate=_rate(path),
        grammars=(graph / "HCLr.fst").is_file() and (graph / "Gr.fst").is_file(),
        starter=starter,
        size=size,
    )


def _root(folder: Path) -> Path | None:
    """Return the folder that holds the model: this one or its only subfolder that does."""
    inner = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    found = [path for path in (folder, *inner) if _is_model(path)]
    return found[0] if found and (found[0] == folder or len(found) == 1) else None


def _is_model(path: Path) -> bool:
    """Whether libvosk would find an acoustic model, in the present layout or in the older flat one."""
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def _rate(path: Path) -> int:
    """Read `--sample-frequency` from the model's feature configuration. Raises `ModelError`."""
    for file in (path / "conf" / "mfcc.conf", path / "mfcc.conf"):
        if file.is_file():
            return _rate_in(file)
    return DEFAULT_RATE


def _rate_in(file: Path) -> int:
    rate = DEFAULT_RATE
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition("#")[0].strip().partition("=")
        if name.strip() == "--sample-frequency":
            try:
                rate = int(float(value))
            except ValueError:
                raise ModelError(f"{file} has a --sample-frequency that is no number") from None
    if not 8000 <= rate <= 48000:
        raise ModelError(f"{file} has a --sample-frequency of {rate}; 8000 to 48000 is possible")
    return rate
