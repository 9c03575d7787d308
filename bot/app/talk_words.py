"""A turn of `centrala chat` in words: what was said, what was understood, and why."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.app.talk import Seen, Turn, buttons

REASONS = {
    "Expectations": "the open question makes it likelier",
    "UnseenWordsGuard": "too few of its words are known",
    "NamedThings": "a number or another order is named",
    "CarefulYes": "a yes that matters is asked for once more",
    "Thresholds": "not sure enough",
}
"""Why a step of the pipeline changed the intent."""


def as_text(turn: Turn) -> str:
    """Return the lines that a person reads."""
    return "\n".join([*_replies(turn), *(f"    {line}" for line in _explained(turn))])


def as_json(turn: Turn) -> str:
    """Return everything on one line, for programs."""
    thought, seen = turn.thought, turn.seen
    last = seen.passes[-1][1] if seen.passes else None
    return json.dumps(
        {
            "said": turn.said,
            "lang": thought.lang,
            "replies": [
                {"text": draft.text, "buttons": [{"title": t, "payload": p} for t, p in buttons(draft)]}
                for draft in thought.replies
            ],
            "understood": seen.passes[0][1].understood.to_json() if seen.passes else None,
            "why": seen.why,
            "does": [output for _, result in seen.passes for output in result.outputs],
            "searched": [
                [{"article": h.article, "score": round(h.score, 3), "answered": h.answered} for h in hits]
                for hits in seen.searched
            ],
            "handoff": thought.let_go.value if thought.let_go else None,
            "misses": last.misses if last else 0,
            "expecting": last.expecting if last else None,
            "question": last.question if last else None,
        },
        ensure_ascii=False,
    )


def _replies(turn: Turn) -> Iterator[str]:
    for draft in turn.thought.replies:
        shown = " ".join(f"[{title} = {payload}]" for title, payload in buttons(draft))
        link = f" ({draft.link.url})" if draft.link else ""
        yield f"bot: {draft.text}{link}"
        if shown:
            yield f"     {shown}"
    if turn.thought.let_go is not None:
        yield f"bot: (a person takes over: {turn.thought.let_go.value}; the next sentence begins anew)"


def _explained(turn: Turn) -> Iterator[str]:
    seen = turn.seen
    if seen.why is not None:
        yield from _why(seen.why)
    if not seen.passes:
        yield "the dialogue did not answer in time"
        return
    for hits in seen.searched:
        found = ", ".join(f"{h.article} {h.score:.2f}{' answers' if h.answered else ''}" for h in hits)
        yield f"knowledge base: {found or 'nothing alike'}"
    yield f"did: {_did(seen)}"
    last = seen.passes[-1][1]
    asked = f"; waits for {last.question or last.expecting}" if last.question or last.expecting else ""
    yield f"misses in a row: {last.misses}{asked}"


def _why(why: Mapping[str, Any]) -> Iterator[str]:
    ranking, trail = why["ranking"], why["trail"]
    if not ranking:
        yield "understood: nothing, there are no words in it"
        return
    best, *others = ranking
    after = ", ".join(f"{other['intent']} {other['confidence']:.0%}" for other in others)
    needs = f" (needs {why['threshold']:.0%})" if why["threshold"] is not None else ""
    yield f"understood: {best['intent']} {best['confidence']:.0%} sure{needs}; next best: {after or 'none'}"
    decided = trail[-1]
    if decided["intent"] != best["intent"]:
        yield f"taken as: {decided['intent']}, because {_reason(why, decided['step'])} ({decided['step']})"
    if why["repaired"]:
        yield f"read as: {', '.join(f'{written} = {read}' for written, read in why['repaired'])}"
    if why["entities"]:
        yield f"entities: {', '.join('{entity} {value}'.format(**entity) for entity in why['entities'])}"
    if why["familiarity"] is not None and why["familiarity"] < 1:
        yield f"known words: {why['familiarity']:.0%} (needs {why['min_familiarity'] or 0:.0%})"


def _reason(why: Mapping[str, Any], step: str) -> str:
    best, *others = why["ranking"]
    if step == "Thresholds" and best["confidence"] >= (why["threshold"] or 0) and others:
        return f"the next best is nearer than {why['margin']:.0%}"
    return REASONS.get(step, "a later step of the pipeline says so")


def _did(seen: Seen) -> str:
    """Return the outputs of all passes: replies by their key, commands by their name."""
    parts: list[str] = []
    for reported, result in seen.passes:
        if reported:
            parts.append(f"({reported.removeprefix('/')})")
        for output in result.outputs:
            verb, name = ("reply", output["say"]) if "say" in output else ("command", output.get("do"))
            parts.append(f"{verb} {name}")
    return ", ".join(parts) or "nothing"
