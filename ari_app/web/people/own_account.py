""" "Mijn account": password, second factor, keys, language, and the browsers in which somebody is signed in."""

from collections.abc import Mapping
from typing import Any

import segno
from aiohttp import web

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk.refusal import Refused
from ari_app.web.accounts import VISITOR, Accounts
from ari_app.web.auth import own_path
from ari_app.web.dutch import RefusedHere, sentence
from ari_app.web.forms import form_of
from ari_app.web.language_choice import forget_choice
from ari_app.web.languages import _
from ari_app.web.people.browsers import in_words
from ari_app.web.rendering import TEMPLATES
from ari_app.web.signing_in.second_factor import Enrolment
from ari_app.web.throttle import Throttle


class OwnAccount:
    """`/account` and the forms on it. What is shown once comes with the answer to its form, and is nowhere else."""

    def __init__(self, accounts: Accounts, throttle: Throttle, clock: Clock, settings: Settings) -> None:
        self._accounts = accounts
        self._register = accounts.register
        self._factor = accounts.second_factor
        self._throttle = throttle
        self._clock = clock
        self._needs_totp = frozenset(settings.access.totp_roles)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/account", self.show, name="own-account"),
            web.post("/account/password", self.change_password, name="own-password"),
            web.post("/account/totp", self.begin, name="own-totp"),
            web.post("/account/totp/confirm", self.confirm, name="own-totp-confirm"),
            web.post("/account/totp/off", self.turn_off, name="own-totp-off"),
            web.post("/account/recovery", self.new_codes, name="own-recovery"),
            web.post("/account/keys", self.switch_keys, name="own-keys"),
            web.post("/account/language", self.choose_language, name="own-language"),
            web.post("/account/sessions/end", self.end_session, name="own-session-end"),
            web.post("/account/sessions/end-others", self.end_others, name="own-sessions-end"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, {})

    async def change_password(self, request: web.Request) -> web.Response:
        """The old one is asked for: a browser that was left open is not enough."""
        form, visitor = await form_of(request), request[VISITOR]
        old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
        if new != again:
            return await self._page(
                request, {"refused": _("Niet bewaard: de twee nieuwe wachtwoorden verschillen.")}, 409
            )
        try:
            await self._with_password(request, old)
            await self._register.change_password(visitor.account_id, new, visitor.session)
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        return await self._page(request, {"done": _("Je wachtwoord is gewijzigd. Je andere browsers zijn uitgelogd.")})

    async def begin(self, request: web.Request) -> web.Response:
        """Then the page shows the QR code and asks for a first code. Asks for the password: who sits down at a browser that was
        left open takes no account over."""
        try:
            await self._with_password(request, str((await form_of(request)).get("password", "")))
            await self._factor.begin(request[VISITOR].account_id)
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        raise web.HTTPSeeOther("/account#tweede-stap")

    async def confirm(self, request: web.Request) -> web.Response:
        form, visitor = await form_of(request), request[VISITOR]
        admission = await self._throttle.admit((f"code:{visitor.account_id}",), self._clock.now())
        if admission.wait:
            return await self._page(request, {"refused": _("Te vaak een verkeerde code. Wacht een kwartier.")}, 429)
        try:
            codes = await self._factor.confirm(visitor.account_id, str(form.get("code", ""))[:20])
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        await self._throttle.forgive(admission)
        return await self._page(request, {"codes": codes, "has_totp": True})

    async def turn_off(self, request: web.Request) -> web.Response:
        """Asks for the password again. Not for who must have one."""
        if request[VISITOR].role in self._needs_totp:
            return await self._page(
                request, {"refused": _("Kan niet: voor jouw rol is de tweede stap verplicht.")}, 409
            )
        try:
            await self._with_password(request, str((await form_of(request)).get("password", "")))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        await self._factor.turn_off(request[VISITOR].account_id)
        return await self._page(request, {"done": _("De tweede stap staat uit."), "has_totp": False})

    async def new_codes(self, request: web.Request) -> web.Response:
        """Those of before open nothing any more."""
        if not request[VISITOR].has_totp:
            return await self._page(request, {"refused": _("Kan nadat je de tweede stap hebt aangezet.")}, 409)
        try:
            await self._with_password(request, str((await form_of(request)).get("password", "")))
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        return await self._page(request, {"codes": await self._factor.new_recovery_codes(request[VISITOR].account_id)})

    async def switch_keys(self, request: web.Request) -> web.Response:
        """`keys`: "on" or "off"; `next`: where the form stood."""
        form = await form_of(request)
        await self._register.switch_keys(request[VISITOR].account_id, off=form.get("keys") == "off")
        raise web.HTTPSeeOther(own_path(str(form.get("next", "/account"))))

    async def choose_language(self, request: web.Request) -> web.Response:
        """`language`: one of `LANGUAGES`; "" is as the browser asks."""
        language = str((await form_of(request)).get("language", ""))[:20]
        try:
            await self._register.choose_language(request[VISITOR].account_id, language)
        except Refused as refused:
            return await self._page(request, {"refused": sentence(refused)}, 409)
        response = web.HTTPSeeOther("/account#taal")
        forget_choice(response)
        raise response

    async def end_session(self, request: web.Request) -> web.Response:
        await self._accounts.end_session(request[VISITOR].account_id, str((await form_of(request)).get("session", "")))
        raise web.HTTPSeeOther("/account#browsers")

    async def end_others(self, request: web.Request) -> web.Response:
        visitor = request[VISITOR]
        await self._accounts.end_others(visitor.account_id, visitor.session)
        return await self._page(request, {"done": _("Je bent overal uitgelogd, behalve in deze browser.")})

    async def _with_password(self, request: web.Request, password: str) -> None:
        """Wrong ones count as wrong logins do. Raises Refused."""
        visitor = request[VISITOR]
        admission = await self._throttle.admit((f"name:{visitor.username}",), self._clock.now())
        if admission.wait:
            raise RefusedHere(
                _("Niet bewaard: er is te vaak een verkeerd wachtwoord gegeven, wacht een kwartier"), "R-113"
            )
        if await self._accounts.verify(visitor.username, password[:200]) is None:
            raise RefusedHere(_("Niet bewaard: je huidige wachtwoord klopt niet"), "R-113")
        await self._throttle.forgive(admission)

    async def _page(self, request: web.Request, more: Mapping[str, Any], status: int = 200) -> web.Response:
        visitor, now = request[VISITOR], self._clock.now()
        begun = await self._factor.begun(visitor.account_id)
        context = {
            "page": "account",
            "sessions": await self._accounts.sessions_of(visitor.account_id, now),
            "browser": in_words,
            "begun": begun,
            "qr": _qr(begun) if begun else "",
            "must_have_totp": visitor.role in self._needs_totp,
            "has_totp": visitor.has_totp,
            "tokens": await self._register.tokens_of(visitor.account_id),
            "left": await self._factor.recovery_codes_left(visitor.account_id),
            "codes": (),
            "refused": "",
            "done": "",
            **more,
        }
        return request.app[TEMPLATES].page(request, "account.html", context, status=status)


def _qr(enrolment: Enrolment) -> str:
    """An SVG for the page itself: dark on white in every theme, or no phone reads it."""
    return segno.make(enrolment.uri, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff")
