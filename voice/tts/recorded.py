"""Prompts that a person has spoken: `<folder>/<lang>/<key>.wav`, by the catalogue's key.

A recording takes the place of the synthesised voice where the text has no variables. Any WAV will do: rate
and channels are changed, loudness is brought to the house's. One that cannot be used is named in the log,
and the synthesised voice says the text.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from voice.audio import wav
from voice.audio.pcm import samples, seconds
from voice.tts.level import levelled, trimmed, whole_frames

logger = logging.getLogger(__name__)

SHORTEST, LONGEST = 0.2, 60.0
"""Seconds of speech that a prompt may have."""
MOST_SECONDS = 3600.0
"""Seconds of all recordings together; they are held in memory (16 kB a second)."""
SILENT = 200
"""Amplitude that at least one sample of a recording must reach."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """What was found, ready to be played."""

    prompts: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    """8 kHz s16le mono in whole frames, by language and key."""
    problems: tuple[str, ...] = ()
    """What is wrong, each with the file's name and the mend."""

    def get(self, lang: str, key: str) -> bytes | None:
        """Return a prompt's audio, or none where nobody recorded it."""
        return self.prompts.get((lang, key))


def load_recordings(
    folder: Path, languages: Collection[str], keys: Collection[str] | None = None
) -> Recordings:
    """Read and check every recording; blocks. A folder that is not there holds none.

    `keys`: the catalogue's, where they are known, so that a misspelt file name is told.
    """
    prompts: dict[tuple[str, str], bytes] = {}
    problems: list[str] = []
    total = 0.0
    for path in sorted(folder.glob("*/*.wav")):
        lang, key = path.parent.name, path.stem
        named = f"{lang}/{path.name}"
        if lang not in languages:
            problems.append(f"{named}: {lang} is not a language of this installation")
            continue
        if keys is not None and key not in keys:
            near = get_close_matches(key, keys, n=1)
            problems.append(f"{named}: no text has this key" + (f"; is it {near[0]}.wav?" if near else ""))
            continue
        try:
            pcm = _read(path)
        except (wav.WavError, OSError) as error:
            problems.append(f"{named}: {error.strerror if isinstance(error, OSError) else error}")
            continue
        total += seconds(pcm)
        if total > MOST_SECONDS:
            problems.append(f"{named}: the recordings are longer than {MOST_SECONDS / 60:.0f} minutes in all")
            break
        prompts[lang, key] = pcm
    for problem in problems:
        logger.error("a recorded prompt is not used, the synthesised voice speaks instead: %s", problem)
    return Recordings(prompts, tuple(problems))


def _read(path: Path) -> bytes:
    pcm = wav.read(path)
    if seconds(pcm) > LONGEST:
        raise wav.WavError(f"{seconds(pcm):.0f} s long; a prompt has {LONGEST:.0f} s at the most")
    spoken = samples(pcm)
    if not len(spoken) or int(np.abs(spoken.astype(np.int32)).max()) < SILENT:
        raise wav.WavError("it is silent")
    spoken = trimmed(levelled(spoken))
    if len(spoken) < SHORTEST * 8000:
        raise wav.WavError(f"{len(spoken) / 8000:.2f} s of speech; a prompt has {SHORTEST} s at the least")
    return whole_frames(spoken.tobytes())
