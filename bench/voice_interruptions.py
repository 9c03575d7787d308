"""What stops a prompt, without a gateway and without a clock: how `BargeIn` and `Vad.clear` were chosen.

    python -m bench.voice_interruptions [--choice]

Short phrases over lines with noise, noise alone (two prompts of 8 s on each line: the first and a later
one), and things that are no speech: a knock (rings for 20 to 50 ms), a slammed door (50 to 120 ms, low), a
breath into the receiver, a cough. `--choice` takes the voices and noises that settings are chosen on.
"""

import argparse
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.voice_caller import SAMPLES, Floats, mixed, noise
from bench.voice_scripts import SHORT, people
from voice.audio.pcm import FRAME_SECONDS, RATE
from voice.training.channel import bandpass
from voice.turns.barge_in import BargeIn
from voice.turns.vad import Vad, VadSettings

LINES = (("line", 25.0), ("line", 15.0), ("crowd", 15.0))
NOISES = ("line", "street", "car", "hum", "crowd")
BUMPS = ("knock", "slam", "breath", "cough")
PROMPT = round(8 / FRAME_SECONDS)


@dataclass(frozen=True)
class Setting:
    """What is compared."""

    needed: int
    window: int
    fading_db: float


SETTINGS = tuple(
    Setting(needed, window, fading)
    for fading in (99.0, 15.0, 12.0)
    for needed, window in ((5, 8), (6, 10), (7, 12), (10, 15))
)


def clear(audio: Floats, fading_db: float) -> list[bool]:
    """What the VAD says of each frame of a call."""
    vad, found = Vad(settings=VadSettings(fading_db=fading_db)), []
    for at in range(0, len(audio) - SAMPLES + 1, SAMPLES):
        vad.feed(mixed(audio[at : at + SAMPLES]))
        found.append(vad.clear)
    return found


def stopped_at(frames: list[bool], setting: Setting) -> int | None:
    """The number of the frame that stops a prompt which plays all the time."""
    barge_in = BargeIn(setting.needed, setting.window)
    return next((number for number, voiced in enumerate(frames) if barge_in.feed(voiced)), None)


def over(line: Floats, sound: Floats, begin: int) -> Floats:
    """A sound on a line, and 0.8 s after it."""
    audio = np.resize(line, begin + len(sound) + RATE * 8 // 10)
    audio[begin : begin + len(sound)] += sound
    return audio


def phrases(*, choice: bool) -> Iterator[tuple[float, float, Floats]]:
    """SNR, seconds until the first sample of speech, audio."""
    for lang in ("pl", "cs", "en"):
        for person in people(lang, 3, 1 if choice else 2, choice=choice):
            for text in SHORT[lang]:
                for kind, snr in LINES:
                    begin = person.dice.randint(2 * RATE, 3 * RATE)
                    line = noise(kind, snr, person.dice.randint(0, 3) + (0 if choice else 50), 6.0)
                    yield snr, begin / RATE, over(line, person.says(text).samples, begin)


def bump(kind: str, dice: np.random.Generator) -> Floats:
    """Something that is no speech."""
    low, high, shortest, longest = {
        "knock": (600, 3000, 0.02, 0.05),
        "slam": (300, 900, 0.05, 0.12),
        "breath": (500, 3400, 0.3, 0.6),
        "cough": (400, 2500, 0.06, 0.12),
    }[kind]
    lasts, at = dice.uniform(shortest, longest), np.arange(RATE * 8 // 10) / RATE
    shape = np.minimum(at / 0.004, 1) * np.exp(-at / lasts)
    if kind == "breath":
        shape = np.sin(np.pi * np.clip(at / lasts, 0, 1)) ** 2
    sound: Floats = bandpass(dice.normal(size=len(at)), low, high, 2) * shape
    if kind == "cough":
        sound = sound * (1 + 0.7 * np.sign(np.sin(2 * np.pi * dice.uniform(90, 200) * at)))
        sound = sound + 0.6 * np.roll(sound, RATE // 4)
    loud = (0.03 if kind == "breath" else 0.25) * dice.uniform(0.3, 1)
    scaled: Floats = sound / np.sqrt(np.mean(sound[: round(RATE * lasts)] ** 2)) * loud
    return scaled


def bumps(kind: str, count: int, first_seed: int) -> Iterator[Floats]:
    """So many of a kind, on a quiet line."""
    for seed in range(first_seed, first_seed + count):
        dice = np.random.default_rng(seed)
        yield over(
            noise("line", 25.0, seed % 4, 6.0), bump(kind, dice), int(dice.integers(2 * RATE, 3 * RATE))
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--choice", action="store_true")
    parser.add_argument("--lines", type=int, default=50, help="of each kind of noise")
    options = parser.parse_args()
    seed = 0 if options.choice else 500
    said = list(phrases(choice=options.choice))
    knocks = {kind: list(bumps(kind, 30, seed)) for kind in BUMPS}
    heads = ["frames", "fading", "25 dB: p50 / p95, missed", "15 dB", "prompts that noise stopped", *BUMPS]
    print("|", " | ".join(heads), "|")
    print("| --- " * len(heads) + "|")
    for fading in dict.fromkeys(setting.fading_db for setting in SETTINGS):
        spoken = [(snr, begin, clear(audio, fading)) for snr, begin, audio in said]
        bumped = {kind: [clear(audio, fading) for audio in some] for kind, some in knocks.items()}
        lines = [
            clear(noise(kind, 15.0, seed + at, 16.0), fading)
            for kind in NOISES
            for at in range(options.lines)
        ]
        prompts = [part for line in lines for part in (line[:PROMPT], line[PROMPT:])]
        for setting in (one for one in SETTINGS if one.fading_db == fading):
            cells = [f"{setting.needed} of {setting.window}", f"{fading:.0f} dB" if fading < 99 else "none"]
            for wanted in (25.0, 15.0):
                found = [
                    (begin, stopped_at(frames, setting)) for snr, begin, frames in spoken if snr == wanted
                ]
                delays = sorted((at + 1) * FRAME_SECONDS - begin for begin, at in found if at is not None)
                p95 = delays[int(len(delays) * 0.95)]
                missed = len(found) - len(delays)
                cells.append(
                    f"{1000 * statistics.median(delays):.0f} / {1000 * p95:.0f} ms, {missed} of {len(found)}"
                )
            false = sum(stopped_at(frames, setting) is not None for frames in prompts)
            cells.append(f"{false} of {len(prompts)}")
            for kind in BUMPS:
                stopped = sum(stopped_at(frames, setting) is not None for frames in bumped[kind])
                cells.append(f"{stopped} of {len(bumped[kind])}")
            print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
