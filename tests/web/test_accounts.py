"""Accounts as an administrator and their owner see them, and the second factor at the login."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from ari_app.desk.actor import Actor
from ari_app.desk.audit import Asked
from ari_app.desk.notify.people import read_people
from ari_app.desk.refusal import Refused
from ari_app.store.account_tables import AccountRow, LoginTryRow, RecoveryCodeRow
from ari_app.store.rota_tables import LinkPurpose
from ari_app.store.tables import Role
from ari_app.web.api.tokens import Tokens
from ari_app.web.people.browsers import in_words
from ari_app.web.signing_in.passwords import why_weak
from ari_app.web.throttle import Throttle

OWN = {"Sec-Fetch-Site": "same-origin"}
NEW = "vier losse woorden hier"


async def logs_in(client, name, password, **more):
    form = {"username": name, "password": password, **more}
    return await client.post("/login", data=form, headers=OWN, allow_redirects=False)


async def posts(client, address, **form):
    return await client.post(address, data=form, headers=OWN, allow_redirects=False)


@pytest.fixture
async def boss(browsers, accounts):
    """An administrator, logged in."""
    client = await browsers()
    await logs_in(client, "baas", await accounts.create("baas", "administrator"))
    return client


def code_at(secret, clock, steps=0):
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


@pytest.fixture
async def factor(visitor, accounts, clock):
    """The secret of ilse's app, and her recovery codes."""
    (ilse,) = (one for one in await accounts.register.all() if one.username == "ilse")
    enrolment = await accounts.second_factor.begin(ilse.id)
    codes = await accounts.second_factor.confirm(ilse.id, code_at(enrolment.secret, clock))
    clock.move(timedelta(minutes=1))
    return enrolment.secret, codes


async def test_the_administrator_makes_an_account_whose_password_is_shown_once(boss, stranger):
    answer = await posts(boss, "/accounts", name="Fenna", role="engineer", engineer="Fenna Fictief")

    (password,) = re.findall(r'class="secret">([^<]+)<', await answer.text())
    assert (await logs_in(stranger, "fenna", password)).headers["Location"] == "/"
    assert password not in await (await boss.get("/accounts")).text()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "baas", "role": "engineer"}, "Er is al een account baas."),
        ({"name": "nieuw", "role": "chef"}, "the role"),
        (
            {"name": "nieuw", "role": "engineer", "engineer": "Niemand Nergens"},
            "Kan alleen voor een engineer die bekend is",
        ),
        ({"name": "", "role": "engineer"}, "needs a name"),
    ],
    ids=["a name in use", "no such role", "no such engineer", "no name"],
)
async def test_what_makes_no_account_is_said(boss, form, words):
    answer = await posts(boss, "/accounts", **form)

    assert (answer.status, words in await answer.text()) == (409, True)


async def test_who_is_disabled_is_out_at_once_and_comes_in_no_more(boss, visitor, stranger, password):
    await posts(boss, "/accounts/disable", name="ilse")

    assert (await visitor.get("/", allow_redirects=False)).status == 303
    assert (await logs_in(stranger, "ilse", password)).status == 403

    await posts(boss, "/accounts/enable", name="ilse")
    assert (await logs_in(stranger, "ilse", password)).status == 303


async def test_a_reset_gives_a_new_password_and_ends_every_session(boss, visitor, stranger, password):
    answer = await posts(boss, "/accounts/reset", name="ilse")

    (new,) = re.findall(r'class="secret">([^<]+)<', await answer.text())
    assert (await visitor.get("/", allow_redirects=False)).status == 303
    assert (await logs_in(stranger, "ilse", password)).status == 403
    assert (await logs_in(stranger, "ilse", new)).status == 303


@pytest.mark.parametrize("deed", ["disable", "role"])
async def test_the_last_administrator_stays_one(boss, accounts, deed):
    refused = await posts(boss, f"/accounts/{deed}", name="baas", role="engineer")
    await accounts.create("tweede", "administrator")
    allowed = await posts(boss, f"/accounts/{deed}", name="baas", role="engineer")

    assert (refused.status, allowed.status) == (409, 303)
    assert "dit is de laatste" in await refused.text()


async def test_a_change_of_role_stands_in_the_audit_trail_with_both_roles(boss, password, desk):
    await posts(boss, "/accounts/role", name="ilse", role="manager")

    (entry,) = await desk.audit.entries(Asked(what="account-role"), 5)
    assert (entry.who, entry.detail) == ("baas", "ilse: supervisor wordt manager")


async def test_a_new_password_needs_the_old_one_and_ends_the_other_browsers(visitor, browsers, password):
    other = await browsers()
    await logs_in(other, "ilse", password)

    wrong = await posts(visitor, "/account/password", old="fout", new=NEW, again=NEW)
    right = await posts(visitor, "/account/password", old=password, new=NEW, again=NEW)

    assert (wrong.status, right.status) == (409, 200)
    assert "Je wachtwoord is gewijzigd" in await right.text()
    assert (await visitor.get("/", allow_redirects=False)).status == 200
    assert (await other.get("/", allow_redirects=False)).status == 303
    assert (await logs_in(other, "ilse", NEW)).status == 303


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("kort", "kort", "van 12 tot 200 tekens"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "te makkelijk"),
        ("hier komt ilse aan", "hier komt ilse aan", "je naam staat"),
        (NEW, NEW + " ook", "verschillen"),
    ],
)
async def test_a_weak_password_is_refused_with_what_to_do(visitor, password, new, again, words):
    answer = await posts(visitor, "/account/password", old=password, new=new, again=again)

    assert (answer.status, words in await answer.text()) == (409, True)


def test_four_words_are_a_good_password():
    assert why_weak(NEW, "ilse") == ""


async def test_trying_the_old_password_on_an_open_browser_is_throttled(visitor, password):
    for _ in range(5):
        await posts(visitor, "/account/password", old="fout", new=NEW, again=NEW)

    answer = await posts(visitor, "/account/password", old=password, new=NEW, again=NEW)

    assert "te vaak een verkeerd wachtwoord" in await answer.text()


async def test_the_second_factor_begins_with_a_qr_code_and_counts_from_the_first_right_code(
    visitor, password, clock, web_store
):
    await posts(visitor, "/account/totp", password=password)
    text = await (await visitor.get("/account")).text()
    (secret,) = re.findall(r'class="secret">([A-Z2-7]+)<', text)

    wrong = await posts(visitor, "/account/totp/confirm", code="000000")
    right = await posts(visitor, "/account/totp/confirm", code=code_at(secret, clock))

    assert "<svg" in text
    assert "style=" not in text
    assert (wrong.status, right.status) == (409, 200)
    assert len(re.findall(r"<code>[a-z0-9-]{19}</code>", await right.text())) == 10
    async with web_store.reading() as session:
        assert len((await session.exec(select(RecoveryCodeRow))).all()) == 10


async def test_after_the_password_the_code_is_asked_and_until_then_nothing_opens(stranger, password, factor, clock):
    secret, _codes = factor

    first = await logs_in(stranger, "ilse", password, next="/rota")
    assert first.headers["Location"] == "/login/code?next=/rota"
    assert (await stranger.get("/", allow_redirects=False)).headers["Location"] == "/login"

    second = await posts(stranger, "/login/code", code=code_at(secret, clock), next="/rota")
    assert second.headers["Location"] == "/rota"
    assert (await stranger.get("/", allow_redirects=False)).status == 200


async def test_a_code_is_taken_once_even_within_its_half_minute(browsers, password, factor, clock):
    secret, _codes = factor
    one, two = await browsers(), await browsers()
    for client in (one, two):
        await logs_in(client, "ilse", password)

    code = code_at(secret, clock)

    assert (await posts(one, "/login/code", code=code)).status == 303
    assert (await posts(two, "/login/code", code=code)).status == 403
    assert (await posts(two, "/login/code", code=code_at(secret, clock, -1))).status == 403
    assert (await posts(two, "/login/code", code=code_at(secret, clock, +1))).status == 303


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_code_of_long_ago_or_of_later_opens_nothing(stranger, password, factor, clock, steps):
    await logs_in(stranger, "ilse", password)

    assert (await posts(stranger, "/login/code", code=code_at(factor[0], clock, steps))).status == 403


async def test_a_recovery_code_opens_once_however_it_is_typed(browsers, password, factor):
    _secret, codes = factor
    for typed, status in ((codes[0].upper().replace("-", " "), 303), (codes[0], 403), (codes[1], 303)):
        client = await browsers()
        await logs_in(client, "ilse", password)

        assert (await posts(client, "/login/code", code=typed)).status == status, typed


async def test_codes_are_not_guessed_for_long_from_however_many_browsers(browsers, password, factor, clock):
    for _ in range(5):
        client = await browsers()
        await logs_in(client, "ilse", password)
        assert (await posts(client, "/login/code", code="123456")).status == 403

    answer = await posts(client, "/login/code", code=code_at(factor[0], clock))

    assert (answer.status, "te vaak" in await answer.text()) == (429, True)


async def test_the_page_for_the_code_waits_five_minutes(stranger, password, factor, clock):
    await logs_in(stranger, "ilse", password)
    clock.move(timedelta(minutes=5))

    answer = await posts(stranger, "/login/code", code=code_at(factor[0], clock))

    assert answer.headers["Location"] == "/login"


async def test_the_second_factor_goes_with_the_password_only(visitor, stranger, password, factor):
    refused = await posts(visitor, "/account/totp/off", password="fout")
    done = await posts(visitor, "/account/totp/off", password=password)

    assert (refused.status, done.status) == (409, 200)
    assert (await logs_in(stranger, "ilse", password)).headers["Location"] == "/"


async def test_an_administrator_lets_in_who_lost_the_phone(boss, stranger, password, factor):
    text = await (await posts(boss, "/accounts/reset", name="ilse", totp="on")).text()

    (new,) = re.findall(r'class="secret">([^<]+)<', text)
    assert (await logs_in(stranger, "ilse", new)).headers["Location"] == "/"


async def test_the_keys_are_switched_off_for_one_person_and_on_again(visitor):
    await posts(visitor, "/account/keys", keys="off", next="/")
    off = await (await visitor.get("/")).text()
    await posts(visitor, "/account/keys", keys="on")

    assert 'data-keys="off"' in off
    assert 'data-keys="off"' not in await (await visitor.get("/")).text()


async def test_somebody_sees_their_browsers_and_ends_another_one_but_nobody_elses(visitor, boss, browsers, password):
    other = await browsers()
    await logs_in(other, "ilse", password)
    ids = re.findall(r'name="session" value="([0-9a-f]{64})"', await (await visitor.get("/account")).text())

    assert len(ids) == 1
    await posts(boss, "/account/sessions/end", session=ids[0])
    assert (await other.get("/", allow_redirects=False)).status == 200
    await posts(visitor, "/account/sessions/end", session=ids[0])
    assert (await other.get("/", allow_redirects=False)).status == 303


async def test_somebody_ends_all_other_browsers_at_once_and_stays_in_this_one(visitor, boss, browsers, password):
    others = [await browsers(), await browsers()]
    for other in others:
        await logs_in(other, "ilse", password)

    answer = await posts(visitor, "/account/sessions/end-others")

    assert "behalve in deze browser" in await answer.text()
    assert [(await one.get("/", allow_redirects=False)).status for one in (*others, visitor, boss)] == [
        303,
        303,
        200,
        200,
    ]


async def test_the_second_factor_does_not_begin_without_the_password(visitor, accounts):
    answer = await posts(visitor, "/account/totp", password="fout")

    assert (answer.status, "wachtwoord klopt niet" in await answer.text()) == (409, True)
    (ilse,) = await accounts.register.all()
    assert await accounts.second_factor.begun(ilse.id) is None


@pytest.fixture
async def token(password, web_store, clock):
    """Of a program of ilse."""
    return (await Tokens(web_store, clock).create("ilse", "Autotask", ["read"], "ilse"))[1]


async def test_a_reset_says_which_programs_go_on_and_offers_to_stop_them(boss, token, web_store, clock, desk):
    text = await (await posts(boss, "/accounts/reset", name="ilse")).text()
    goes_on = await Tokens(web_store, clock).holder(token)
    done = await (await posts(boss, "/accounts/revoke-tokens", name="ilse")).text()

    assert "met een token van ilse (1) werken door" in text
    assert goes_on is not None
    assert "Ingetrokken tokens van ilse: 1." in done
    assert await Tokens(web_store, clock).holder(token) is None
    (entry,) = await desk.audit.entries(Asked(what="account-revoke-tokens"), 5)
    assert (entry.who, entry.detail) == ("baas", "ilse: 1 ingetrokken")


async def test_a_reset_revokes_the_tokens_too_when_that_is_chosen(boss, token, web_store, clock):
    text = await (await posts(boss, "/accounts/reset", name="ilse", tokens="on")).text()

    assert "werken door" not in text
    assert await Tokens(web_store, clock).holder(token) is None
    (view,) = await Tokens(web_store, clock).all("ilse")
    assert view.revoked_at == clock.now()


async def test_of_who_is_disabled_everything_stops_at_once(boss, browsers, accounts, desk, web_store, clock):
    """Browser, token, calendar, page of the duty, and what is told: R-113."""
    supervisor, engineer = Actor("ilse", Role.SUPERVISOR), "Fenna Fictief"
    client = await browsers()
    await logs_in(client, "fenna", await accounts.create("fenna", "engineer", engineer))
    _, token = await Tokens(web_store, clock).create("fenna", "proef", ["read"], "fenna")
    links = [await desk.rota_links.make(purpose, engineer, supervisor) for purpose in LinkPurpose]
    whole_rota = await desk.rota_links.make(LinkPurpose.CALENDAR, None, supervisor)

    async def works() -> list[bool]:
        async with web_store.reading() as session:
            told = [one.name for one in await read_people(session)]
        return [
            (await client.get("/", allow_redirects=False)).status == 200,
            await Tokens(web_store, clock).holder(token) is not None,
            *[(await desk.rota_links.opened(one, kind))[0] for kind, one in zip(LinkPurpose, links, strict=True)],
            engineer in told,
        ]

    before = await works()
    await posts(boss, "/accounts/disable", name="fenna")

    assert before == [True] * 5
    assert await works() == [False] * 5
    assert await desk.rota_links.opened(whole_rota, LinkPurpose.CALENDAR) == (True, None)
    assert "Naar het rooster" in await (await boss.get("/accounts")).text()


async def test_a_restart_forgives_no_wrong_password(accounts, web_store, clock):
    before = Throttle(web_store, 5, timedelta(minutes=15))
    for _ in range(5):
        await before.admit(("name:ilse",), clock.now())

    after = await Throttle(web_store, 5, timedelta(minutes=15)).admit(("name:ilse",), clock.now())

    assert after.wait == timedelta(minutes=15)
    async with web_store.reading() as session:
        assert "ilse" not in repr((await session.exec(select(LoginTryRow))).all())


async def test_a_second_secret_is_not_begun_over_the_first(accounts, factor):
    (ilse,) = await accounts.register.all()

    with pytest.raises(Refused, match="hebt uitgezet"):
        await accounts.second_factor.begin(ilse.id)


async def test_no_password_opens_an_account_without_one(accounts, password, stranger, web_store):
    async with web_store.session() as session:
        (await session.exec(select(AccountRow))).one().password_hash = ""

    assert (await logs_in(stranger, "ilse", "")).status == 403


def test_a_browser_is_told_in_words_that_its_owner_knows():
    assert in_words("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0") == "Firefox op Linux"
    assert in_words("curl") == "een onbekende browser"
