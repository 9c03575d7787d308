"""Every REST call of the desk, for the app's router and the OpenAPI document."""

from collections.abc import Callable

from aiohttp import web

from bot.rest.route import Route
from handoff.deps import Desk
from handoff.desk_rest import DeskRest
from handoff.history_rest import HistoryRest
from handoff.sign_in import SignIn


def routes(
    deps: Desk,
    sign_in: SignIn,
    *,
    client_ip: Callable[[web.Request], str],
    own_origin: Callable[[web.Request], bool],
) -> list[Route]:
    """Return the calls; each handler is to be put behind `Guard.enforce`."""
    desk = DeskRest(deps, sign_in, client_ip=client_ip, own_origin=own_origin)
    return [*desk.routes(), *HistoryRest(deps).routes()]
