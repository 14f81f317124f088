"""Who may sign in: the page of the administrator."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.refusal import Refused
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
from ari_app.web.forms import form_of
from ari_app.web.languages import _
from ari_app.web.permissions import ROLE_NL
from ari_app.web.rendering import TEMPLATES
from ari_app.web.signing_in.register import NameTaken, Register, normal_name

Form = Mapping[str, Any]


class AccountsPage:
    """`/accounts` and the forms on it. A new password comes with the answer to its form, and is nowhere else."""

    def __init__(self, register: Register, desk: Desk) -> None:
        self._register = register
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/accounts", self.show, name="accounts"),
            web.post("/accounts", self.create, name="account-create"),
            web.post("/accounts/role", self._then(self._set_role), name="account-role"),
            web.post("/accounts/engineer", self._then(self._link), name="account-engineer"),
            web.post("/accounts/disable", self._then(self._disable), name="account-disable"),
            web.post("/accounts/enable", self._then(self._enable), name="account-enable"),
            web.post("/accounts/end-sessions", self._then(self._end_sessions), name="account-end-sessions"),
            web.post("/accounts/reset", self.reset, name="account-reset"),
            web.post("/accounts/revoke-tokens", self.revoke_tokens, name="account-revoke-tokens"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, {})

    async def create(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        name = str(form.get("name", "")).strip()
        try:
            password = await self._register.create(name, str(form.get("role", "")), str(form.get("engineer", "")))
        except NameTaken:
            return await self._page(
                request, {"refused": _("Er is al een account %(name)s. Kies een andere naam.", name=name)}, 409
            )
        except ValueError as wrong:
            return await self._page(request, {"refused": _in_dutch(wrong)}, 409)
        return await self._page(request, {"made": (name.casefold(), password)})

    async def reset(self, request: web.Request) -> web.Response:
        """The answer says too which programs go on with a token of this account."""
        form = await form_of(request)
        name, also_tokens, by = str(form.get("name", "")), "tokens" in form, request[VISITOR].username
        try:
            password = await self._register.reset(name, also_totp="totp" in form, also_tokens=also_tokens, by=by)
        except ValueError as wrong:
            return await self._page(request, {"refused": _in_dutch(wrong)}, 409)
        (account,) = [one for one in await self._register.all() if one.username == normal_name(name)]
        return await self._page(request, {"made": (name, password), "tokens_left": account.tokens})

    async def revoke_tokens(self, request: web.Request) -> web.Response:
        name = str((await form_of(request)).get("name", ""))
        try:
            count = await self._register.revoke_tokens(name, request[VISITOR].username)
        except ValueError as wrong:
            return await self._page(request, {"refused": _in_dutch(wrong)}, 409)
        done = _("Ingetrokken tokens van %(name)s: %(count)s.", count=count, name=name)
        return await self._page(request, {"done": done})

    def _then(self, change: Callable[[str, Form], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            form = await form_of(request)
            try:
                await change(str(form.get("name", "")), form)
            except ValueError as wrong:
                return await self._page(request, {"refused": _in_dutch(wrong)}, 409)
            raise web.HTTPSeeOther("/accounts")

        return answer

    async def _set_role(self, name: str, form: Form) -> None:
        await self._register.set_role(name, str(form.get("role", "")))

    async def _link(self, name: str, form: Form) -> None:
        await self._register.link(name, str(form.get("engineer", "")))

    async def _disable(self, name: str, _form: Form) -> None:
        await self._register.disable(name)

    async def _enable(self, name: str, _form: Form) -> None:
        await self._register.enable(name)

    async def _end_sessions(self, name: str, _form: Form) -> None:
        await self._register.end_sessions(name)

    async def _page(self, request: web.Request, more: Mapping[str, Any], status: int = 200) -> web.Response:
        context = {
            "page": "accounts",
            "accounts": await self._register.all(),
            "roles": [(role.value, ROLE_NL[role]) for role in Role],
            "engineers": await self._desk.rota.engineers(),
            "made": None,
            "tokens_left": 0,
            "done": "",
            "refused": "",
            **more,
        }
        return request.app[TEMPLATES].page(request, "accounts.html", context, status=status)


def _in_dutch(wrong: ValueError) -> str:
    """A refusal is a Dutch sentence; what a form of ours never sends is not."""
    return str(wrong) if isinstance(wrong, Refused) else _("Niet bewaard: %(wrong)s.", wrong=wrong)
