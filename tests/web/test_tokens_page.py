"""Tokens on a page: made once, seen in use, revoked; one's own for everybody, all of them for an administrator."""

import re
from datetime import timedelta

import pytest

from ari_app.desk.audit import Asked
from ari_app.web.api.scopes import MEANING
from ari_app.web.api.tokens import Tokens

OWN = {"Sec-Fetch-Site": "same-origin"}
FORM = {"name": "Autotask", "scope": ["read", "tickets:write"], "days": "30"}


async def posts(client, address, form):
    return await client.post(address, data=form, headers=OWN, allow_redirects=False)


async def made_by(client, form=FORM) -> str:
    (token,) = re.findall(r'class="secret">(mld_[^<]+)<', await (await posts(client, "/tokens", form)).text())
    return token


@pytest.fixture
async def boss(browsers, accounts):
    """An administrator, logged in."""
    client = await browsers()
    await posts(client, "/login", {"username": "baas", "password": await accounts.create("baas", "administrator")})
    return client


async def test_a_token_is_shown_once_opens_the_api_and_is_seen_in_use(visitor, stranger, clock):
    token = await made_by(visitor)
    unused = await (await visitor.get("/tokens")).text()

    me = await (await stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
    clock.move(timedelta(minutes=1))
    used = await (await visitor.get("/tokens")).text()

    assert (me["account"], me["scopes"]) == ("ilse", ["read", "tickets:write"])
    assert (token in unused, token[:12] in unused, "nog nooit gebruikt" in unused) == (False, True, True)
    assert "laatst gebruikt" in used
    assert "meldingen openen en behandelen" in used


async def test_a_token_that_is_revoked_opens_nothing_and_stays_on_the_page(visitor, stranger):
    token = await made_by(visitor)

    answer = await posts(visitor, "/tokens/revoke", {"token": token[:12]})
    asked = await stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status, answer.headers["Location"], asked.status) == (303, "/tokens", 401)
    assert "ingetrokken" in await (await visitor.get("/tokens")).text()


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({**FORM, "name": " "}, "Kan nadat is ingevuld waarvoor het token is"),
        ({**FORM, "scope": []}, "Kan nadat is gekozen wat het token mag"),
        ({**FORM, "scope": ["alles"]}, "alles"),
        ({**FORM, "days": "400"}, "400"),
    ],
    ids=["no name", "no scope", "no such scope", "too long"],
)
async def test_what_makes_no_token_is_said_and_what_was_typed_stays(visitor, form, why):
    answer = await posts(visitor, "/tokens", form)
    page = await answer.text()

    assert (answer.status, why in page, "mld_" in page) == (409, True, False)
    assert "Er is geen token dat geldt." in page
    assert f'value="{form["name"].strip()}"' in page


async def test_nobody_but_an_administrator_sees_makes_or_revokes_those_of_others(visitor, boss, web_store, clock):
    token = await made_by(boss, {**FORM, "account": "baas"})
    await made_by(visitor)

    mine = await (await visitor.get("/tokens")).text()
    for_another = await posts(visitor, "/tokens", {**FORM, "account": "baas"})
    revoked = await posts(visitor, "/tokens/revoke", {"token": token[:12]})

    assert token[:12] not in mine
    assert 'name="account"' not in mine
    assert (for_another.status, revoked.status) == (403, 409)
    assert [one.revoked_at for one in await Tokens(web_store, clock).all("baas")] == [None]


async def test_an_administrator_makes_one_for_another_account_and_ends_it(visitor, boss, stranger):
    token = await made_by(boss, {**FORM, "account": "ilse"})
    me = await (await stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
    page = await (await boss.get("/tokens")).text()

    assert (me["account"], me["role"]) == ("ilse", "supervisor")
    assert "van ilse" in page
    assert (await posts(boss, "/tokens/revoke", {"token": token[:12]})).status == 303
    assert "ingetrokken" in await (await visitor.get("/tokens")).text()


async def test_who_made_and_ended_a_token_stands_in_the_audit_trail_without_the_token(visitor, desk):
    token = await made_by(visitor)
    await posts(visitor, "/tokens/revoke", {"token": token[:12]})

    found = {one.what: one for one in await desk.audit.entries(Asked(), 100)}

    assert found["token-create"].who == found["token-revoke"].who == "ilse"
    assert found["token-create"].detail == f"Autotask ({token[:12]}) van ilse: read, tickets:write"
    assert token not in str(found)


async def test_every_scope_can_be_chosen_and_only_reading_is_ticked_at_first(visitor):
    page = await (await visitor.get("/tokens")).text()

    assert re.findall(r'name="scope" value="([^"]+)"', page) == list(MEANING)
    assert re.findall(r'value="([^"]+)" checked', page) == ["read"]
