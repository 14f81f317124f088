"""Who may open and change what: every route of the pages, for every role and for a stranger, by its own table."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlmodel import select

from ari_app.store.tables import AccessEntryRow, EngineerRow, Role, TicketRow
from ari_app.web import permissions, roles_page
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.permissions import PERMISSIONS, is_open, roles_for

OWN = {"Sec-Fetch-Site": "same-origin"}
#: For the parts of an address; "1" for all others.
PARTS = {"number": "T-1001", "token": "x" * 24, "name": "desk.css", "command": "note"}
#: Routes on which a setting lets fewer roles in than the table.
OF_A_ROUTE = {"recording": frozenset({Role.SUPERVISOR, Role.ENGINEER, Role.ADMINISTRATOR})}

Opens = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
async def opens(accounts, clock) -> Opens:
    """Makes an account with a role, once, and gives the headers of a new session of it."""
    made: dict[str, int] = {}

    async def session(role: str, engineer: str = "") -> dict[str, str]:
        if role not in made:
            made[role] = (await accounts.verify(role, await accounts.create(role, role, engineer))).account_id
        token = await accounts.open_session(made[role], clock.now())
        return {**OWN, "Cookie": f"{SESSION_COOKIE}={token}"}

    return session


def routes_of(client) -> list[tuple[str, str, str]]:
    """Name, method and an address of each route."""
    found = []
    for route in client.app.router.routes():
        if (route.name or "").startswith("api:"):
            continue  # no login but a token: tests/web/test_api_document.py
        address = route.resource.canonical
        for part in (piece.split("}")[0] for piece in address.split("{")[1:]):
            address = address.replace(f"{{{part}}}", PARTS.get(part, "1"))
        found.append((route.name, route.method, address))
    return found


async def test_every_route_stands_in_the_table_and_the_table_names_no_other(stranger):
    assert {name for name, _, _ in routes_of(stranger)} == set(PERMISSIONS)


async def test_the_table_opens_no_method_that_the_route_does_not_have(stranger):
    methods = {name: {m for n, m, _ in routes_of(stranger) if n == name} for name in PERMISSIONS}

    for name, permission in PERMISSIONS.items():
        assert bool(permission.get) <= ("GET" in methods[name]), name
        assert bool(permission.post) <= bool(methods[name] - {"GET", "HEAD"}), name
        assert bool(permission.without_login) != bool(permission.get | permission.post), name


@pytest.mark.parametrize("role", Role)
async def test_every_route_lets_in_who_may_and_nobody_else(stranger, caller, opens, role):
    await caller.leaves_message()

    wrong = []
    for name, method, address in routes_of(stranger):
        async with stranger.request(
            method, address, headers=await opens(role), allow_redirects=False, timeout=20
        ) as answer:
            is_refused = answer.status == 403 and (method == "HEAD" or "data-not-allowed" in await answer.text())
            is_allowed = is_open(name) or role in roles_for(name, method) & OF_A_ROUTE.get(name, frozenset(Role))
            if is_refused == is_allowed or answer.status >= 500:
                wrong.append((name, method, answer.status))

    assert wrong == []


async def test_a_stranger_is_sent_to_the_login_wherever_one_is_asked_for(stranger):
    wrong = []
    for name, method, address in routes_of(stranger):
        answer = await stranger.request(method, address, headers=OWN, allow_redirects=False)
        is_sent = answer.status == 303 and answer.headers["Location"].startswith("/login")
        if is_sent == is_open(name) and not (name or "").startswith("login"):
            wrong.append((name, method, answer.status))

    assert wrong == []


async def test_a_route_that_nobody_wrote_down_is_closed_to_everybody(stranger, opens, monkeypatch):
    without = {name: permission for name, permission in PERMISSIONS.items() if name != "ticket"}
    monkeypatch.setattr(permissions, "PERMISSIONS", without)

    answer = await stranger.get("/tickets/T-1001", headers=await opens("administrator"))

    assert answer.status == 403
    assert "Kan door een niemand" not in await answer.text()


async def test_who_may_not_reads_which_role_may_and_whom_to_ask(stranger, opens, password):
    answer = await stranger.post("/rota/link", headers=await opens("engineer"))

    text = await answer.text()
    assert "Dit mag je niet doen" in text
    assert "Kan door een supervisor of beheerder." in text
    assert "Vraag het ilse." in text


async def test_a_button_that_is_not_for_a_manager_stands_there_with_its_condition(stranger, caller, opens):
    number = await caller.leaves_message()

    text = await (await stranger.get(f"/tickets/{number}", headers=await opens("manager"))).text()

    assert "Kan door een supervisor, engineer of beheerder." in text
    assert 'aria-disabled="true"' in text
    assert f"/tickets/{number}/call-back" not in text


@pytest.mark.parametrize(
    ("role", "hears"),
    [("supervisor", True), ("administrator", True), ("engineer", True), ("manager", False), ("auditor", False)],
)
async def test_what_callers_said_is_for_who_works_on_it(stranger, caller, opens, web_store, role, hears):
    """R-113"""
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat niemand kan meer bellen")
    headers = await opens(role)

    page = await (await stranger.get(f"/tickets/{number}", headers=headers)).text()
    listed = await (await stranger.get("/", headers=headers)).text()
    sound = await stranger.get(f"/recordings/{number}", headers=headers)

    assert ("telefonie" in page, "telefonie" in listed, sound.status == 200) == (hears, hears, hears)
    assert ("data-hidden" in page, "<audio" in page) == (not hears, hears)
    async with web_store.reading() as session:
        assert len((await session.exec(select(AccessEntryRow))).all()) == int(hears)


@pytest.mark.parametrize(
    ("line_of_ticket", "assignee", "hears"),
    [
        (1, None, True),
        (3, None, True),
        (1, "Bram Bedacht", True),
        (3, "Bram Bedacht", False),
        (3, "Fenna Fictief", True),
    ],
    ids=["nobody's", "nobody's, of line 3", "of a line below", "of another, of line 3", "their own"],
)
async def test_an_engineer_hears_what_is_theirs_or_nobodys_or_of_a_line_they_may_take(
    stranger, caller, opens, web_store, line_of_ticket, assignee, hears
):
    """R-113, R-142"""
    number = await caller.leaves_message()
    async with web_store.session() as session:
        named = {one.name: one for one in (await session.exec(select(EngineerRow))).all()}
        named["Fenna Fictief"].line = 2
        ticket = (await session.exec(select(TicketRow))).one()
        ticket.engineer_line = line_of_ticket
        ticket.assignee_id = named[assignee].id if assignee else None
        session.add_all([ticket, named["Fenna Fictief"]])

    answer = await stranger.get(f"/recordings/{number}", headers=await opens("engineer", "Fenna Fictief"))

    assert answer.status == (200 if hears else 403)
    if not hears:
        assert "van Bram Bedacht en van lijn 3" in await answer.text()


async def test_a_new_role_holds_from_the_next_click(stranger, accounts, opens):
    headers = await opens("engineer")

    await accounts.set_role("engineer", "manager")
    answer = await stranger.post("/tickets/T-1001/claim", headers=headers, allow_redirects=False)

    assert answer.status == 403


async def test_an_unknown_role_is_not_given(accounts, password):
    with pytest.raises(ValueError, match="the role 'baas' is unknown"):
        await accounts.set_role("ilse", "baas")
    with pytest.raises(ValueError, match="no account 'niemand'"):
        await accounts.set_role("niemand", "manager")


def test_the_page_of_roles_is_the_table_of_the_program():
    text = Path(roles_page.PAGE).read_text("utf-8")

    assert text == roles_page.page(text), "write it with: python -m ari_app.web.roles_page"
