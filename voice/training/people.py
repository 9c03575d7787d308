"""Invented people: voice variants for espeak-ng with random throats, pitches and manners.

The variants that come with espeak-ng are few and alike; a model trained only on them fails on somebody whose
throat is a little different. These differ at random within what sounds human.
"""

import random

from voice.training.espeak import INVENTED


def invent(rng: random.Random) -> str:
    """Give the text of a voice variant."""
    throat = rng.uniform(0.86, 1.24)
    low = rng.uniform(60, 150) * (1.0 if throat < 1.05 else 1.6)
    lines = [
        "language variant",
        f"name {INVENTED}",
        f"pitch {low:.0f} {low * rng.uniform(1.1, 1.7):.0f}",
        f"flutter {rng.randint(0, 12)}",
        f"roughness {rng.randint(0, 3)}",
        f"voicing {rng.randint(70, 140)}",
        f"consonants {rng.randint(60, 160)} {rng.randint(60, 160)}",
    ]
    for formant in range(9):
        # Few people have one formant far off from the others; some do.
        own = rng.uniform(0.92, 1.08) if rng.random() < 0.8 else rng.uniform(0.75, 1.3)
        lines.append(
            f"formant {formant} {100 * throat * own:.0f} {rng.randint(45, 150)} {rng.randint(70, 180)}"
        )
    if rng.random() < 0.6:
        bass, middle, treble = (rng.randint(60, 255) for _ in range(3))
        lines.append(f"tone 600 {bass} 1200 {middle} 2000 {treble}")
    if rng.random() < 0.3:
        lines.append("breath " + " ".join(str(rng.randint(0, 10)) for _ in range(8)))
    if rng.random() < 0.3:
        lines.append(f"echo {rng.randint(80, 200)} {rng.randint(5, 20)}")
    if rng.random() < 0.3:
        lines.append("stressAdd " + " ".join(str(rng.randint(-20, 60)) for _ in range(8)))
    if rng.random() < 0.15:
        lines.append(f"klatt {rng.randint(1, 4)}")
    return "\n".join(lines) + "\n"
