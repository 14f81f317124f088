"""In whose name a page gives commands to the desk."""

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR


async def acting(request: web.Request, desk: Desk) -> Actor:
    """By the name of the rota where the account says whose it is: what is done by key and by page is the same person's."""
    visitor = request[VISITOR]
    name = await own_name(request, desk) or visitor.username
    return Actor(name, Role(visitor.role), visitor.engineer_id)


async def own_name(request: web.Request, desk: Desk) -> str:
    """Who this is in the rota; "": nobody."""
    engineer_id = request[VISITOR].engineer_id
    if engineer_id is None:
        return ""
    return next((one.name for one in await desk.rota.engineers() if one.id == engineer_id), "")
