"""Who may sign in to the pages: for administrators. How somebody signs in (password, second factor) is theirs alone."""

from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.store.tables import Role
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem, mistakes_of_the_sender
from ari_app.web.api.scopes import ADMINISTRATORS, Scope
from ari_app.web.api.values import Body, ShortText
from ari_app.web.signing_in.register import AccountView, NameTaken, normal_name

accounts = Group("accounts")

Username = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00/]*$")]
_ONE = "/accounts/{username}"


class NewAccount(Body):
    username: Username
    role: Role
    engineer: Annotated[ShortText, Field(description='Full name of who this is in the rota; "": nobody.')] = ""


class NewRole(Body):
    role: Role


class InRota(Body):
    engineer: Annotated[ShortText, Field(description='Full name of an engineer; "": nobody of the rota.')]


class Reset(Body):
    also_totp: Annotated[bool, Field(description="The second factor goes off too, for who lost the phone.")] = False
    also_tokens: Annotated[bool, Field(description="Its tokens are revoked too; else programs go on.")] = False


class Revoked(BaseModel):
    """How many tokens held until now."""

    count: int


class NewPassword(BaseModel):
    """Shown this once: only a hash of it is kept."""

    username: str
    password: str


@accounts.get("/accounts", Scope.ADMIN, roles=ADMINISTRATORS)
async def list_accounts(asked: Asked) -> list[AccountView]:
    """By name; those that are disabled last."""
    return await asked.register.all()


@accounts.post("/accounts", Scope.ADMIN, status=201, roles=ADMINISTRATORS, is_secret=True)
async def create_account(asked: Asked, body: NewAccount) -> NewPassword:
    """A new account with a password by chance."""
    with mistakes_of_the_sender():
        try:
            password = await asked.register.create(body.username, body.role, body.engineer)
        except NameTaken as taken:
            raise Problem("refused", f"{str(taken).capitalize()}.") from taken
    return NewPassword(username=normal_name(body.username), password=password)


@accounts.put(f"{_ONE}/role", Scope.ADMIN, roles=ADMINISTRATORS)
async def set_role(asked: Asked, username: Username, body: NewRole) -> AccountView:
    """Holds from the next request on. The last administrator stays one."""
    await _found(asked, username)
    await asked.register.set_role(username, body.role)
    return await _found(asked, username)


@accounts.put(f"{_ONE}/engineer", Scope.ADMIN, roles=ADMINISTRATORS)
async def link_engineer(asked: Asked, username: Username, body: InRota) -> AccountView:
    """From now on this account is that engineer of the rota."""
    await _found(asked, username)
    with mistakes_of_the_sender():
        await asked.register.link(username, body.engineer)
    return await _found(asked, username)


@accounts.post(f"{_ONE}/disable", Scope.ADMIN, roles=ADMINISTRATORS)
async def disable_account(asked: Asked, username: Username) -> AccountView:
    """Nobody signs in with it, its sessions end, its tokens open nothing, the links of its engineer are gone and nothing is
    told to it. Not for the last administrator."""
    await _found(asked, username)
    await asked.register.disable(username)
    return await _found(asked, username)


@accounts.post(f"{_ONE}/enable", Scope.ADMIN, roles=ADMINISTRATORS)
async def enable_account(asked: Asked, username: Username) -> AccountView:
    """It can sign in again, and its tokens hold again."""
    await _found(asked, username)
    await asked.register.enable(username)
    return await _found(asked, username)


@accounts.post(f"{_ONE}/end-sessions", Scope.ADMIN, roles=ADMINISTRATORS)
async def end_sessions(asked: Asked, username: Username) -> AccountView:
    """Every browser of this account has to sign in again."""
    await _found(asked, username)
    await asked.register.end_sessions(username)
    return await _found(asked, username)


@accounts.post(f"{_ONE}/revoke-tokens", Scope.ADMIN, roles=ADMINISTRATORS)
async def revoke_tokens(asked: Asked, username: Username) -> Revoked:
    """Every token of this account opens nothing from the next request on; your own too, when it is one of them."""
    await _found(asked, username)
    return Revoked(count=await asked.register.revoke_tokens(username, asked.holder.username))


@accounts.post(f"{_ONE}/reset", Scope.ADMIN, roles=ADMINISTRATORS, is_secret=True)
async def reset_account(asked: Asked, username: Username, body: Reset) -> NewPassword:
    """A new password by chance; all sessions end. `tokens` in list_accounts says whether programs go on."""
    await _found(asked, username)
    password = await asked.register.reset(
        username, also_totp=body.also_totp, also_tokens=body.also_tokens, by=asked.holder.username
    )
    return NewPassword(username=normal_name(username), password=password)


async def _found(asked: Asked, username: str) -> AccountView:
    wanted = normal_name(username)
    found = next((one for one in await asked.register.all() if one.username == wanted), None)
    if found is None:
        raise Problem("not-found", f"There is no account {wanted[:80]!r}.")
    return found
