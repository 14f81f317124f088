"""In whose name a page gives commands to the desk."""

from aiohttp import web

from ari_app.desk.actor import Actor
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR


def acting(request: web.Request) -> Actor:
    """By the name of the rota where the account says whose it is: what is done by key and by page is the same person's."""
    visitor = request[VISITOR]
    return Actor(visitor.engineer or visitor.username, Role(visitor.role), visitor.engineer_id)
