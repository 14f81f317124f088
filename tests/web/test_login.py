"""Who gets in. Nobody learns which names exist, and nobody guesses passwords for long."""

from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.store.account_tables import AccountRow, WebSessionRow
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.permissions import is_open
from ari_app.web.signing_in.register import NameTaken

OWN = {"Sec-Fetch-Site": "same-origin"}


async def try_password(visitor, name, password, **headers):
    form = {"username": name, "password": password}
    return await visitor.post("/login", data=form, headers={**OWN, **headers}, allow_redirects=False)


async def test_only_these_pages_ask_for_no_login(stranger):
    open_routes = {route.name for route in stranger.app.router.routes() if is_open(route.name)}

    of_one_engineer = {"duty", "duty-hand-over", "duty-test", "duty-ring", "duty-wrap-up"}
    assert open_routes == {
        "login",
        "login-code",
        "login-outside",
        "login-outside-back",
        "language",
        "api-docs",
        "api-docs-part",
        "api-document",
        "calendar",
        *of_one_engineer,
        "static",
        "healthz",
        "readyz",
    }


async def test_an_address_that_does_not_exist_tells_a_stranger_nothing(stranger):
    answer = await stranger.get("/geheim", allow_redirects=False)

    assert answer.status == 303


async def test_the_password_that_was_printed_once_opens_the_pages(stranger, password):
    answer = await try_password(stranger, "ilse", password)

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (await stranger.get("/")).status == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger, password):
    cookie = (await try_password(stranger, "ilse", password)).cookies[SESSION_COOKIE]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


async def test_behind_a_proxy_that_ends_tls_the_cookie_travels_by_tls_only(stranger, password):
    proxied = await try_password(stranger, "ilse", password, **{"X-Forwarded-Proto": "https"})

    assert proxied.cookies[SESSION_COOKIE]["secure"] is True


async def test_the_database_knows_neither_the_password_nor_the_token(stranger, password, web_store):
    token = (await try_password(stranger, "ilse", password)).cookies[SESSION_COOKIE].value

    async with web_store.reading() as session:
        account = (await session.exec(select(AccountRow))).one()
        web_session = (await session.exec(select(WebSessionRow))).one()
    assert account.password_hash.startswith("$argon2id$")
    assert password not in account.password_hash
    assert token not in repr(web_session)


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(stranger, password):
    wrong_password = await try_password(stranger, "ilse", "fout-fout")
    wrong_name = await try_password(stranger, "niemand", password)

    assert wrong_password.status == wrong_name.status == 403
    assert await wrong_password.text() == await wrong_name.text()
    assert "De naam of het wachtwoord klopt niet" in await wrong_name.text()


async def test_a_wrong_name_costs_a_hash_too_so_that_time_tells_nothing(accounts, monkeypatch):
    checked = []
    monkeypatch.setattr(accounts._passwords, "_matches", lambda hashed, password: bool(checked.append(hashed)))

    await accounts.verify("niemand", "iets")

    assert [hashed[:9] for hashed in checked] == ["$argon2id"]


async def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour(stranger, password, clock):
    for _ in range(5):
        assert (await try_password(stranger, "ilse", "fout")).status == 403

    refused = await try_password(stranger, "ilse", password)
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 901
    assert "te vaak" in await refused.text()

    clock.move(timedelta(minutes=15))
    assert (await try_password(stranger, "ilse", password)).status == 303


async def test_one_address_can_not_try_five_names_and_then_five_more(stranger, password):
    for name in ("anna", "bas", "cor", "dirk", "els"):
        await try_password(stranger, name, "fout")

    assert (await try_password(stranger, "ilse", password)).status == 429


async def test_logging_in_often_is_no_failure(stranger, password):
    for _ in range(8):
        assert (await try_password(stranger, "ilse", password)).status == 303


async def test_a_session_ends_after_twelve_hours_without_a_visit(visitor, clock):
    clock.move(timedelta(hours=11, minutes=59))
    assert (await visitor.get("/", allow_redirects=False)).status == 200

    clock.move(timedelta(hours=12))
    assert (await visitor.get("/", allow_redirects=False)).status == 303


async def test_a_session_ends_after_seven_days_however_busy(visitor, clock):
    for _ in range(7 * 24 // 8 - 1):
        clock.move(timedelta(hours=8))
        assert (await visitor.get("/", allow_redirects=False)).status == 200

    clock.move(timedelta(hours=8))
    assert (await visitor.get("/", allow_redirects=False)).status == 303


async def test_logging_in_again_ends_the_session_of_before(visitor, password, web_store):
    before = _token(visitor)

    await try_password(visitor, "ilse", password)

    assert _token(visitor) != before
    async with web_store.reading() as session:
        assert len((await session.exec(select(WebSessionRow))).all()) == 1


async def test_a_token_is_worthless_after_logging_out(visitor, stranger):
    token = _token(visitor)

    await visitor.post("/logout", headers=OWN)

    answer = await stranger.get("/", headers={"Cookie": f"{SESSION_COOKIE}={token}"}, allow_redirects=False)
    assert answer.status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elders.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_of_another_site_does_nothing(visitor, headers):
    answer = await visitor.post("/logout", headers=headers, allow_redirects=False)

    assert answer.status == 403
    assert (await visitor.get("/", allow_redirects=False)).status == 200


async def test_an_old_browser_may_send_its_own_form_by_origin(visitor):
    origin = str(visitor.make_url("/")).rstrip("/")

    answer = await visitor.post("/logout", headers={"Origin": origin}, allow_redirects=False)

    assert answer.status == 303


async def test_after_the_login_the_page_that_was_asked_for_opens(stranger, password):
    asked = await stranger.get("/tickets/T-1001", allow_redirects=False)
    assert asked.headers["Location"] == "/login?next=/tickets/T-1001"

    form = {"username": "ilse", "password": password, "next": "/tickets/T-1001"}
    answer = await stranger.post("/login", data=form, headers=OWN, allow_redirects=False)

    assert answer.headers["Location"] == "/tickets/T-1001"


@pytest.mark.parametrize(
    "target", ["//elders.example", "/\\elders.example", "https://elders.example", "\n/x", "/a\r\nX: y"]
)
async def test_the_login_never_sends_anybody_to_another_site(stranger, password, target):
    form = {"username": "ilse", "password": password, "next": target}

    answer = await stranger.post("/login", data=form, headers=OWN, allow_redirects=False)

    assert answer.headers["Location"] == "/"


async def test_a_name_is_given_out_once_whatever_its_capitals(accounts, password):
    with pytest.raises(NameTaken, match="ilse"):
        await accounts.create("Ilse ", "supervisor")


async def test_an_unknown_role_is_refused_with_the_roles_that_exist(accounts):
    with pytest.raises(ValueError, match="supervisor, engineer"):
        await accounts.create("piet", "baas")


async def test_an_account_says_which_engineer_of_the_rota_it_is(accounts, clock):
    await accounts.create("fenna", "engineer", "fenna fictief")

    token = await accounts.open_session(1, clock.now())

    assert (await accounts.visitor(token, clock.now())).engineer_id == 1


async def test_an_account_is_linked_to_an_engineer_later_and_to_nobody_again(accounts, clock):
    await accounts.create("bram", "engineer")
    token = await accounts.open_session(1, clock.now())

    await accounts.link("Bram", "Bram Bedacht")
    linked = await accounts.visitor(token, clock.now())
    await accounts.link("bram", "")

    assert linked.engineer_id == 2
    assert (await accounts.visitor(token, clock.now())).engineer_id is None


async def test_an_engineer_has_one_account_and_only_who_exists_has_one(accounts):
    await accounts.create("fenna", "engineer", "Fenna Fictief")

    with pytest.raises(ValueError, match="has the account 'fenna' already"):
        await accounts.create("fenna2", "engineer", "Fenna Fictief")
    with pytest.raises(ValueError, match="Fenna Fictief, Bram Bedacht"):
        await accounts.link("fenna", "Piet Proefrit")
    with pytest.raises(ValueError, match="no account 'iemand'"):
        await accounts.link("iemand", "Fenna Fictief")


def _token(visitor) -> str:
    cookie = visitor.session.cookie_jar.filter_cookies(visitor.make_url("/"))
    return cookie[SESSION_COOKIE].value
