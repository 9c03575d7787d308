"""Invented people: voice variants for espeak-ng with random throats, pitches and manners.

The variants that come with espeak-ng are few and alike; a model trained only on them fails on somebody whose
throat is a little different. These differ at random within what sounds human.
"""

import random

from voice.training.espeak import INVENTED


def invent(rng: random.Random) -> str:
    """Give the text of a voice variant."""
    throat = rng.uniform(0.84, 1.26)
    low = rng.uniform(60, 150) * (1.0 if throat < 1.05 else 1.6)
    lines = [
        "language variant",
        f"name {INVENTED}",
        f"pitch {low:.0f} {low * rng.uniform(1.0, 1.7):.0f}",
        f"flutter {rng.randint(0, 20)}",
        f"roughness {rng.randint(0, 3)}",
        f"voicing {rng.randint(60, 170)}",
        f"consonants {rng.randint(50, 170)} {rng.randint(50, 170)}",
        *(_formant(number, throat, rng) for number in range(9)),
    ]
    if rng.random() < 0.6:
        bass, middle, treble = (rng.randint(*levels) for levels in ((60, 255), (50, 255), (10, 255)))
        lines.append(f"tone 600 {bass} 1200 {middle} 2000 {treble}")
    if rng.random() < 0.3:
        lines.append("breath " + " ".join(str(rng.randint(0, 10)) for _ in range(8)))
    if rng.random() < 0.3:
        lines.append(f"echo {rng.randint(80, 200)} {rng.randint(5, 20)}")
    if rng.random() < 0.4:
        lines.append("stressAdd " + " ".join(str(rng.randint(-20, 80)) for _ in range(8)))
    if rng.random() < 0.2:
        lines.append("stressAmp " + " ".join(str(rng.randint(14, 36)) for _ in range(8)))
    if rng.random() < 0.15:
        lines.append(f"klatt {rng.randint(1, 4)}")
    return "\n".join(lines) + "\n"


def _formant(number: int, throat: float, rng: random.Random) -> str:
    """Give frequency, strength and width in per cent of the plain voice's, and what is added in Hz."""
    # Few people have one formant far off from the others; some do, and some lack a high one.
    own = rng.uniform(0.92, 1.08) if rng.random() < 0.7 else rng.uniform(0.7, 1.35)
    strength = 0 if number > 2 and rng.random() < 0.04 else rng.randint(35, 150)
    added = rng.randint(-150, 150) if number > 1 and rng.random() < 0.2 else 0
    return f"formant {number} {100 * throat * own:.0f} {strength} {rng.randint(30, 190)} {added}"
