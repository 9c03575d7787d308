"""How likely a word is after another one: absolute discounting over what the invented callers say.

It decides between words that sound alike when anything may be said. Beside what was heard in training every
word may follow every other one.
"""

import math
import random
from collections import Counter, defaultdict
from itertools import pairwise

from voice.training.texts import Texts

START, END = "<s>", "</s>"
STRANGE = "[unk]"
_SENTENCES = 20_000
_DISCOUNT = 0.7
_EVENLY = 0.3
"""How much of a word's own chance is the same for all words."""
_STRANGE_CHANCE = 0.02

Arc = tuple[int, int, str, float]
"""From state, to state, word (empty: none), cost."""


def language_model(texts: Texts, rng: random.Random) -> tuple[list[Arc], dict[int, float]]:
    """Give the arcs of an acceptor that begins in state 0, and the costs of its final states."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(_SENTENCES):
        said = [START, *texts.sentence(rng).split(), END]
        for before, after in pairwise(said):
            pairs[before][after] += 1
    alone = _alone(texts, pairs)
    return _acceptor(pairs, alone)


def _alone(texts: Texts, pairs: dict[str, Counter[str]]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for after in pairs.values():
        total.update(after)
    said = sum(total.values())
    words = texts.words
    rest = 1 - _STRANGE_CHANCE
    alone = {
        word: rest * ((1 - _EVENLY) * total[word] / said + _EVENLY / (len(words) + 1))
        for word in (*words, END)
    }
    return alone | {STRANGE: _STRANGE_CHANCE}


def _acceptor(pairs: dict[str, Counter[str]], alone: dict[str, float]) -> tuple[list[Arc], dict[int, float]]:
    states = {START: 0}
    for word in (*alone, *pairs):
        if word != END:
            states.setdefault(word, len(states))
    anywhere = len(states)
    arcs: list[Arc] = [
        (anywhere, states[word], word, -math.log(chance)) for word, chance in alone.items() if word != END
    ]
    final = {anywhere: -math.log(alone[END])}
    for word, state in states.items():
        after = pairs.get(word, Counter())
        total = sum(after.values())
        spared = _DISCOUNT * len(after) / total if total else 1.0
        arcs.append((state, anywhere, "", -math.log(spared)))
        for follower, count in after.items():
            cost = -math.log((count - _DISCOUNT) / total + spared * alone[follower])
            if follower == END:
                final[state] = cost
            else:
                arcs.append((state, states[follower], follower, cost))
        final.setdefault(state, -math.log(spared * alone[END]))
    return arcs, final
