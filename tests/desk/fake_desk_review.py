"""The review's calls, scripted: three subjects in English, none in the other languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from fake_desk_backend import FakeDeskBackend
from fake_desk_calls import ProblemError
from fake_desk_state import JsonObject, moment

BIKES = ("do you rent out bikes", "can I rent a bicycle for the weekend", "bike rental??")
DOGS = ("is my dog allowed in the shop", "can I bring my dog …")
EXPERT = ("the lamp in the corner flickers with the dimmer at …",)


def group_of(number: int, texts: Sequence[str], **more: Any) -> JsonObject:
    questions = [
        {
            **{"id": f"{number:06x}{place:06x}", "text": text, "times": 3 - min(place, 2), "not_helped": 0},
            **{"missed": place == 0, "conversation": "c1"},
        }
        for place, text in enumerate(texts)
    ]
    return {
        **{"id": questions[0]["id"], "askers": 7 - 2 * number, "times": 9 - 2 * number},
        **{"first_at": moment(90_000), "last_at": moment(600), "questions": questions, "nearest": None},
        "answer": None,
        **more,
    }


class ReviewBackend(FakeDeskBackend):
    """What was accepted stands in `accepted`; `refuse` is the code of the next refusal."""

    accepted: list[tuple[str, JsonObject]]
    refuse = ""

    def routes(self) -> list[web.RouteDef]:
        near = {"article": "shop-address", "title": "Our address", "score": 0.41, "answered": False}
        self.accepted = []
        self.groups = [
            group_of(1, BIKES),
            group_of(2, DOGS, nearest=near, answer="Yes, on a lead."),
            group_of(3, EXPERT),
        ]
        made = [web.get("/api/v1/review", self._look)]
        made += [web.post("/api/v1/review/{kind}", self._accept)]
        return [*super().routes(), *made]

    async def _look(self, request: web.Request) -> web.StreamResponse:
        lang = request.query.get("lang", "en")
        waiting = len(self.groups) if lang == "en" else 0
        return web.json_response(
            {
                "lang": lang,
                "languages": [{"lang": "en", "waiting": len(self.groups)}, {"lang": "pl", "waiting": 0}],
                "groups": self.groups if lang == "en" else [],
                "total": waiting,
                "topics": [{"path": "shop", "title": "Our shop"}],
                "articles": [
                    {"id": "shop-address", "title": "Our address", "topic": "shop", "draft": False},
                    {"id": "parking", "title": "Parking", "topic": None, "draft": True},
                ],
                "intents": ["order_status", "faq", "out_of_scope"],
            }
        )

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            code, self.refuse = self.refuse, ""
            raise ProblemError(409, code)
        body = await request.json()
        self.accepted.append((request.match_info["kind"], body))
        chosen = set(body["questions"])
        for group in self.groups:
            group["questions"] = [one for one in group["questions"] if one["id"] not in chosen]
        self.groups = [group for group in self.groups if group["questions"]]
        return web.json_response({"article": "bike-rental", "added": len(chosen), "dismissed": len(chosen)})
