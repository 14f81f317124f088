"""Who asks."""

from datetime import datetime

from pydantic import BaseModel

from ari_app.store.tables import Role
from ari_app.web.api.operation import Asked, Group

me = Group("token")


class Me(BaseModel):
    """The account of this token, and how far the token reaches. `engineer`: who that is in the rota; "": nobody."""

    account: str
    role: Role
    engineer: str
    scopes: list[str]
    token: str
    expires_at: datetime
    now: datetime


@me.get("/me")
async def read_me(asked: Asked) -> Me:
    """Whose token this is, and the time of the line."""
    holder = asked.holder
    return Me(
        account=holder.username,
        role=holder.role,
        engineer=holder.engineer,
        scopes=list(holder.scopes),
        token=holder.prefix,
        expires_at=holder.expires_at,
        now=asked.clock.now(),
    )
