"""The API as a program meets it: tickets, commands, refusals, and the same request sent twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.store.api_tables import ApiAnswerRow, ApiTokenRow
from ari_app.store.tables import AccessEntryRow, TicketRow
from ari_app.web.api.scopes import Scope
from ari_app.web.api.tokens import Tokens
from tests.web.api_client import Program

MakesProgram = Callable[..., Awaitable[Program]]

REPORT = {"kind": "incident", "source": "mail", "summary": "de receptie kan niet bellen"}


@pytest.fixture
async def program_of(stranger, accounts, web_store, clock) -> MakesProgram:
    """A program with a token of a new account of that role; without scopes it may do all that the role may."""
    made = set()

    async def make(role: str = "supervisor", *scopes: str, engineer: str = "", days: int = 90) -> Program:
        account = f"{role}{len(made)}"
        made.add(account)
        await accounts.create(account, role, engineer)
        _, token = await Tokens(web_store, clock).create(account, "proef", scopes or ("admin",), "ilse", days)
        return Program(stranger, token)

    return make


@pytest.fixture
async def program(program_of) -> Program:
    return await program_of()


async def test_a_ticket_is_opened_found_and_read(program):
    opened = await program.post("/tickets", REPORT, 201)
    location = program.headers["Location"]

    listed = await program.get("/tickets?source=mail")
    read = await program.get(location.removeprefix("/api/v1"))

    assert [one["number"] for one in listed["items"]] == [opened["number"]]
    assert read["summary"] == "de receptie kan niet bellen"
    assert {"first_response", "resolution"} <= {clock["clock"] for clock in read["deadlines"]}


async def test_a_command_changes_the_ticket_and_its_version(program, caller):
    number = await caller.leaves_message()
    await program.get(f"/tickets/{number}")
    version = program.headers["ETag"]

    body = {"category": "III", "why": "niemand kan bellen"}
    done = await program.command(number, "confirm-category", body, version=version)

    assert done["ticket"]["category"] == "III"
    assert program.headers["ETag"] != version
    assert done["answer"] is None


async def test_time_alone_does_not_change_the_version(program, caller, clock):
    number = await caller.leaves_message()
    await program.get(f"/tickets/{number}")
    version = program.headers["ETag"]

    clock.move(timedelta(hours=3))
    await program.get(f"/tickets/{number}")

    assert program.headers["ETag"] == version


async def test_a_decision_about_what_was_changed_meanwhile_is_not_taken(program, caller):
    number = await caller.leaves_message()
    await program.get(f"/tickets/{number}")
    version = program.headers["ETag"]
    await program.command(number, "note", {"text": "al gebeld"})

    problem = await program.command(number, "close", {"why": "dubbel"}, 412, version)

    assert problem["type"].endswith("#problem-changed")
    assert program.headers["ETag"] != version
    assert (await program.get(f"/tickets/{number}"))["state"] == "new"


async def test_a_change_says_which_version_it_is_about(program, caller):
    number = await caller.leaves_message()

    problem = await program.post(f"/tickets/{number}/commands/note", {"text": "gebeld"}, 428)

    assert "If-Match" in problem["detail"]


async def test_a_refusal_of_the_desk_names_the_rule_and_where_it_stands(program, caller):
    number = await caller.leaves_message()

    problem = await program.command(number, "plan-executed", {}, 409)

    assert problem["rule"] == "A-06"
    assert problem["detail"].startswith("Kan nadat het Resolution Plan is vastgelegd")
    assert {"rule", "lines", "document"} <= set(problem["clauses"][0])


async def test_every_mistake_is_told_with_its_place_its_value_and_what_to_do(program, caller):
    number = await caller.leaves_message()

    body = {"category": "IV", "reason": "x"}
    problem = await program.command(number, "confirm-category", body, 422)

    told = {one["pointer"]: one for one in problem["mistakes"]}
    assert set(told) == {"/category", "/why", "/reason"}
    assert told["/category"]["value"] == '"IV"'
    assert told["/why"]["what_to_do"] == "Add this field."
    assert "spelling" in told["/reason"]["what_to_do"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/tickets/T-999999", 404),
        ("GET", "/tickets/nonsense", 404),
        ("PATCH", "/tickets", 405),
        ("GET", "/tickets?colour=red", 422),
        ("GET", "/tickets?limit=0", 422),
        ("GET", "/tickets?limit=1&limit=2", 422),
        ("GET", "/tickets?after=nonsense", 422),
    ],
)
async def test_what_is_not_there_is_a_problem_in_json(program, method, path, status):
    problem = await program.ask(method, path, status=status)

    assert program.headers["Content-Type"].startswith("application/problem+json")
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


async def test_only_json_of_a_bearable_size_is_read(program):
    bearer = {"Authorization": f"Bearer {program.token}"}

    form = await program.client.post("/api/v1/tickets", data={"kind": "incident"}, headers=bearer)
    large = await program.client.post("/api/v1/tickets", json={"summary": "x" * 70_000}, headers=bearer)
    broken = await program.client.post(
        "/api/v1/tickets", data="{", headers={**bearer, "Content-Type": "application/json"}
    )

    packed = await program.client.post(
        "/api/v1/tickets",
        data=b"{}",
        headers={**bearer, "Content-Type": "application/json", "Content-Encoding": "gzip"},
    )

    assert [form.status, large.status, broken.status, packed.status] == [415, 413, 400, 400]
    assert {one.content_type for one in (form, large, broken, packed)} == {"application/problem+json"}


async def test_a_method_that_an_address_does_not_know_is_told_which_it_knows(program):
    await program.ask("DELETE", "/tickets", status=405)

    assert set(program.headers["Allow"].split(",")) >= {"GET", "POST"}


async def test_a_failure_of_ours_has_a_number_and_tells_nothing_else(program, desk, monkeypatch):
    async def fails() -> None:
        raise RuntimeError("the table of secrets is gone")

    monkeypatch.setattr(desk, "queue", fails)

    problem = await program.get("/queue", 500)

    assert len(problem["reference"]) == 8
    assert "secrets" not in str(problem)


# Who asks.


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer mld_nonsense", "Basic aWxzZTp4"])
async def test_without_a_token_that_holds_nothing_is_told(stranger, given):
    answer = await stranger.get("/api/v1/tickets", headers={"Authorization": given})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_session_of_a_browser_opens_nothing(visitor):
    answer = await visitor.get("/api/v1/tickets")

    assert answer.status == 401


async def test_a_token_expires_and_can_be_revoked(program_of, web_store, clock):
    short, other = await program_of(days=1), await program_of()
    tokens = Tokens(web_store, clock)

    await tokens.revoke(other.token[:12], "ilse")
    clock.move(timedelta(days=1))

    await short.get("/me", 401)
    await other.get("/me", 401)


async def test_only_a_hash_of_a_token_is_kept_and_its_use_is_seen(program, web_store, clock):
    await program.get("/me")

    async with web_store.reading() as session:
        row = (await session.exec(select(ApiTokenRow))).one()
    assert program.token not in str(row.model_dump())
    assert row.prefix == program.token[:12]
    assert row.last_used_at == clock.now()


async def test_a_scope_that_a_token_lacks_is_named(program_of):
    reader = await program_of("supervisor", "read")

    problem = await reader.post("/tickets", REPORT, 403)

    assert "tickets:write" in problem["detail"]
    assert 'scope="tickets:write"' in reader.headers["WWW-Authenticate"]


async def test_what_an_engineer_does_has_the_name_of_the_rota(program_of, caller):
    number = await caller.leaves_message()
    engineer = await program_of("engineer", engineer="Fenna Fictief")

    done = await engineer.command(number, "note", {"text": "ik kijk"})

    assert done["ticket"]["work"]["decisions"][-1]["by"] == "Fenna Fictief"


async def test_a_token_that_asks_too_often_is_told_when_to_come_back(program, desk, clock):
    for _ in range(300):
        answer = await program.send("GET", "/me")
    assert answer.headers["RateLimit"] == '"token";r=0;t=60'
    assert answer.headers["RateLimit-Policy"] == '"token";q=300;w=60'

    await program.get("/me", 429)
    assert program.headers["Retry-After"] == "60"

    clock.move(timedelta(minutes=1))
    await program.get("/me")


async def test_who_tries_tokens_is_stopped(stranger):
    answers = [
        (await stranger.get("/api/v1/me", headers={"Authorization": f"Bearer mld_{n:044}"})).status for n in range(32)
    ]

    assert answers[0] == 401
    assert answers[-1] == 429


# The same request again.


async def test_the_same_request_with_the_same_key_is_done_once(program, web_store):
    first = await program.post("/tickets", REPORT, 201, Idempotency_Key="abc")
    again = await program.post("/tickets", REPORT, 201, Idempotency_Key="abc")

    assert again == first
    assert program.headers["Idempotency-Replayed"] == "true"
    assert program.headers["Location"].endswith(first["number"])
    async with web_store.reading() as session:
        assert len((await session.exec(select(TicketRow))).all()) == 1


async def test_another_request_with_the_same_key_is_refused(program):
    await program.post("/tickets", REPORT, 201, Idempotency_Key="abc")

    problem = await program.post("/tickets", {**REPORT, "summary": "iets anders"}, 422, Idempotency_Key="abc")

    assert problem["type"].endswith("#problem-key-reused")


async def test_of_two_at_once_with_one_key_one_does_the_work(program, web_store):
    sent = [program.send("POST", "/tickets", REPORT, {"Idempotency-Key": "abc"}) for _ in range(4)]
    answers = await asyncio.gather(*sent)

    assert {one.status for one in answers} <= {201, 409}
    async with web_store.reading() as session:
        assert len((await session.exec(select(TicketRow))).all()) == 1


async def test_a_service_that_was_killed_in_the_middle_leaves_it_to_a_person(program, web_store, clock):
    await program.post("/tickets", REPORT, 201, Idempotency_Key="abc")
    async with web_store.session() as session:
        (await session.exec(select(ApiAnswerRow))).one().status = None

    await program.post("/tickets", REPORT, 409, Idempotency_Key="abc")
    clock.move(timedelta(minutes=5))
    problem = await program.post("/tickets", REPORT, 409, Idempotency_Key="abc")

    assert problem["type"].endswith("#problem-outcome-unknown")


async def test_a_refused_request_leaves_its_key_free(program, caller):
    number = await caller.leaves_message()
    path = f"/tickets/{number}/commands/plan-executed"

    await program.post(path, {}, 409, If_Match="*", Idempotency_Key="abc")
    await program.command(number, "record-plan", {"plan": "kabel vervangen", "told_to": "mevrouw Bedacht"})
    await program.post(path, {}, 200, If_Match="*", Idempotency_Key="abc")


async def test_a_secret_is_not_kept_for_who_asks_again(program, web_store):
    link = {"purpose": "calendar"}

    await program.post("/rota/links", link, 400, Idempotency_Key="abc")
    made = await program.post("/rota/links", link, 201)

    assert made["path"].endswith(".ics")
    async with web_store.reading() as session:
        assert (await session.exec(select(ApiAnswerRow))).all() == []


# Pages.


async def test_a_list_is_walked_page_by_page_while_reports_come_in(program, caller):
    numbers = [await caller.leaves_message() for _ in range(5)]

    seen, path = [], "/tickets?limit=2"
    while path:
        found = await program.get(path)
        seen += [one["number"] for one in found["items"]]
        link = program.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</api/v1") if link else ""
        await caller.leaves_message()

    assert seen == numbers[::-1]


async def test_a_cursor_of_another_list_is_refused(program, caller):
    for _ in range(2):
        await caller.leaves_message()
    found = await program.get("/tickets?limit=1")

    await program.get(f"/calls?after={found['next']}", 422)


# What callers said.


async def test_a_recording_is_heard_in_ranges_and_every_play_is_written_down(program, caller, web_store):
    number = await caller.leaves_message()

    answer = await program.send("GET", f"/tickets/{number}/recording", headers={"Range": "bytes=0-99"})

    assert answer.status == 206
    assert len(await answer.read()) == 100
    async with web_store.reading() as session:
        entry = (await session.exec(select(AccessEntryRow))).one()
    assert (entry.account, entry.purpose) == ("supervisor0", "listened")


async def test_a_manager_reads_tickets_without_what_callers_said(program_of, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat")
    manager = await program_of("manager")

    ticket = await manager.get(f"/tickets/{number}")
    messages = await manager.get("/voicemails")

    assert ticket["voicemail"]["words"] == messages["items"][0]["voicemail"]["words"] == []
    assert "R-113" in ticket["hidden_because"]
    await manager.get(f"/tickets/{number}/recording", 403)


async def test_a_pin_is_set_and_never_told(program, desk, clock):
    customer = (await program.get("/customers"))[0]

    await program.ask("PUT", f"/customers/{customer['id']}/pin", {"pin": "80417"}, 204)
    problem = await program.ask("PUT", f"/customers/{customer['id']}/pin", {"pin": "1x"}, 422)

    proved = await desk.pins.check(None, str(customer["id"]), "80417", clock.now())
    assert proved.caller is not None
    assert "1x" not in str(problem)


def test_scopes_have_words_for_the_page_on_which_they_are_chosen():
    from ari_app.web.api.scopes import MEANING

    assert set(MEANING) == set(Scope)
