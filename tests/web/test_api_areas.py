"""What else a program does at the desk: services, maintenance, files, review, notifications, accounts, and the rota."""

import io
import wave
from collections.abc import Awaitable, Callable
from datetime import timedelta

import numpy
import pytest

from ari_app.desk.attachment_types import LARGEST
from ari_app.store.tables import Role
from ari_app.web.api.tokens import Tokens
from tests.web.api_client import ROOT, Program

MakesProgram = Callable[..., Awaitable[Program]]
PDF = b"%PDF-1.7\n%storing"
BYTES = "application/octet-stream"


@pytest.fixture
async def program_of(stranger, accounts, web_store, clock) -> MakesProgram:
    """A program with all scopes and a token of the account of that role."""

    async def make(role: str = "supervisor", engineer: str = "") -> Program:
        await accounts.create(role, role, engineer)
        return Program(stranger, (await Tokens(web_store, clock).create(role, "proef", ["admin"], "ilse"))[1])

    return make


@pytest.fixture
async def program(program_of) -> Program:
    return await program_of()


async def sends(program: Program, method: str, path: str, file: bytes, kind: str = BYTES):
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": kind}
    return await program.client.request(method, ROOT + path, data=io.BytesIO(file), headers=headers)


def tone(*, seconds: float = 1.0) -> bytes:
    """Mono, 16 bit, 8 kHz."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes((numpy.sin(numpy.arange(int(seconds * 8000)) / 4) * 9000).astype("int16").tobytes())
    return made.getvalue()


# Customers


async def test_a_service_of_a_supplier_is_noted_corrected_and_taken_away(program):
    path = "/customers/1/services"
    noted = await program.post(path, {"name": "Glasvezel", "supplier": "Netbeheer Bedacht"}, 201)
    again = await program.post(path, {"name": "Glasvezel"}, 201)

    assert "R-107" in noted["what_holds"]
    assert (again["id"], again["supplier"]) == (noted["id"], "")
    assert "Glasvezel" in await program.get("/services")
    await program.ask("DELETE", f"/customers/2/services/{noted['id']}", status=404)
    await program.ask("DELETE", f"{path}/{noted['id']}", status=204)
    assert noted["id"] not in [one["id"] for one in await program.get(path)]


async def test_a_crucial_place_is_named_and_taken_away(program):
    path = "/customers/1/crucial-places"
    added = await program.post(path, {"place": "De  Bezorglijn", "number": "020 1234567"}, 201)

    assert added == {"place": "de bezorglijn", "number": "+31201234567"}
    assert await program.get(path) == [added]
    await program.post(f"{path}/remove", {"place": "de bezorglijn"}, 204)
    await program.post(f"{path}/remove", {"place": "de bezorglijn"}, 409)
    assert await program.get(path) == []


async def test_a_pin_by_chance_is_told_once_and_counts(program, desk, clock):
    made = await program.post("/customers/1/pin", {"is_required": True}, 201)
    facts = await program.get("/customers/1/pin")

    assert (await desk.pins.check(None, "1", made["pin"], clock.now())).caller is not None
    assert (facts["is_required"], "pin" in facts) == (True, False)


async def test_a_proposal_that_is_not_there_cannot_be_declined(program):
    problem = await program.post(
        "/exclusions/decline", {"scope": "organisation", "customer_id": 1, "why": "een keer mag"}, 409
    )

    assert problem["rule"] == "A-12"
    assert await program.get("/exclusions/declined") == []


async def test_the_facts_of_a_customer_hide_what_callers_said_from_who_may_not_hear_it(program_of, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat")
    supervisor, manager = await program_of(), await program_of("manager")
    of_whom = (await caller.desk.who_is("+31850004120")).customer_id

    seen = await supervisor.get(f"/customers/{of_whom}/facts")
    hidden = await manager.get(f"/customers/{of_whom}/facts")

    assert "telefonie" in str(seen)
    assert "telefonie" not in str(hidden)
    assert hidden["facts"]["open_tickets"] == 1


# What callers hear


MAINTENANCE = {
    "contact": "servicedesk",
    "starts_at": "2026-11-14T22:00:00+01:00",
    "ends_at": "2026-11-15T02:00:00+01:00",
    "expected_minutes": 90,
    "services": ["Glasvezel"],
    "reason": "nieuwe kaart",
}


async def test_maintenance_is_planned_told_and_cancelled(program):
    planned = await program.post("/maintenance", MAINTENANCE, 201)
    told = await program.post(f"/maintenance/{planned['id']}/told", {"how": "mail van vandaag"})
    cancelled = await program.post(f"/maintenance/{planned['id']}/cancel", {"why": "kaart kwam niet"})

    assert "Glasvezel" in planned["text"]
    assert told["told_by"] == "supervisor"
    assert cancelled["why_cancelled"] == "kaart kwam niet"
    assert [one["id"] for one in (await program.get("/maintenance?customer_id=1"))["items"]] == [planned["id"]]


async def test_maintenance_without_its_five_items_is_refused_with_the_rule(program):
    problem = await program.post("/maintenance", {**MAINTENANCE, "reason": ""}, 409)

    assert problem["rule"] == "R-106"


async def test_a_studio_take_that_is_no_wav_is_refused_and_a_prompt_is_listened_to(program, line):
    (line.sounds / "nl").mkdir(parents=True)
    (line.sounds / "nl" / "welcome.wav").write_bytes(tone())

    refused = await sends(program, "PUT", "/prompts/nl/welcome/take", b"geen geluid")
    heard = await program.send("GET", "/prompts/nl/welcome/sound")
    listed = {(one["language"], one["name"]): one for one in await program.get("/prompts")}

    assert (refused.status, (await refused.json())["rule"]) == (409, "R-075a")
    assert (heard.content_type, await heard.read()) == ("audio/wav", tone())
    assert listed["nl", "welcome"]["is_there"]
    await program.get("/prompts/nl/no-such-prompt/sound", 404)


async def test_a_list_of_phrases_is_saved_only_after_its_effect_was_read(program):
    shipped = await program.get("/phrases/nl")
    text = shipped["text"] + "\n# van ons\n"

    unseen = await program.ask("PUT", "/phrases/nl", {"text": text, "digest": shipped["digest"]}, 409)
    effect = await program.post("/phrases/nl/effect", {"text": text})
    saved = await program.ask("PUT", "/phrases/nl", {"text": text, "digest": effect["digest"]})
    dropped = await program.ask("DELETE", "/phrases/nl")

    assert unseen["rule"] == "R-085"
    assert (effect["in_all"], effect["messages"] > 100) == (0, True)
    assert (saved["is_own"], dropped["is_own"]) == (True, False)
    await program.get("/phrases/fr", 404)


# Tickets


async def test_a_file_goes_in_by_its_content_and_comes_out_as_it_was(program, caller):
    number = await caller.leaves_message()

    added = await sends(program, "POST", f"/tickets/{number}/attachments?name=storing.pdf", PDF)
    made = await added.json()
    got = await program.send("GET", f"/tickets/{number}/attachments/{made['id']}")

    assert (added.status, made["media_type"], made["added_by"]) == (201, "application/pdf", "supervisor")
    assert await got.read() == PDF
    assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''storing.pdf"
    assert [one["name"] for one in await program.get(f"/tickets/{number}/attachments")] == ["storing.pdf"]
    entries = (await caller.desk.ticket(number)).work.access
    assert [one.purpose for one in entries] == ["downloaded"]
    await program.get(f"/tickets/{number}/attachments/99", 404)


@pytest.mark.parametrize(
    ("name", "content", "kind", "status"),
    [
        ("storing.exe", b"MZ\x00\x00", BYTES, 422),
        ("storing.pdf", b"", BYTES, 422),
        ("storing.pdf", PDF, "application/pdf", 415),
        ("storing.pdf", PDF + bytes(LARGEST + 2000), BYTES, 413),
    ],
    ids=["no file that may", "empty", "another type", "too large"],
)
async def test_a_file_that_is_not_taken_is_a_problem(program, caller, name, content, kind, status):
    number = await caller.leaves_message()

    answer = await sends(program, "POST", f"/tickets/{number}/attachments?name={name}", content, kind)

    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert await program.get(f"/tickets/{number}/attachments") == []


async def test_a_report_is_reviewed_taken_back_and_reviewed_again(program, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat niemand kan bellen")
    queue, report = await program.get("/review"), await program.get(f"/review/{number}")

    body = {"outcome": "III", "why": "niemand kan bellen", "seen": report["last_word"]["mark"]}
    await program.command(number, "review", body)
    last = await program.get("/me/last-review")
    await program.command(number, "undo-review", {"seen": last["mark"]})

    assert queue["numbers"] == [number]
    assert report["proposed"] == "III"
    assert (last["ticket"], last["decided"]) == (number, "III")
    assert (await program.get("/review"))["numbers"] == [number]
    assert await program.get("/me/last-review") is None


async def test_who_may_not_hear_sees_the_queue_without_the_words(program_of, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat")
    manager = await program_of("manager")

    assert "telefonie" not in str(await manager.get("/review")) + str(await manager.get(f"/review/{number}"))


async def test_what_can_be_done_with_a_ticket_now_is_told_with_the_condition_of_the_rest(program, caller):
    number = await caller.leaves_message()

    found = {one["command"]: one for one in await program.get(f"/tickets/{number}/commands")}

    assert found["note"]["why_not"] == ""
    assert found["plan-executed"]["rule"] == "A-06"
    assert found["plan-executed"]["why_not"].startswith("Kan nadat")


async def test_what_hours_would_cost_is_told_and_nothing_is_booked(program, caller, clock):
    number = await caller.leaves_message()
    began = clock.now() - timedelta(minutes=20)
    body = {
        "engineer_id": 1,
        "activity": "remote_support",
        "began_at": began.isoformat(),
        "ended_at": clock.now().isoformat(),
        "note": "gekeken",
    }

    preview = await program.post(f"/tickets/{number}/commands/book-time/preview", body)

    assert (preview["refused"], len(preview["lines"])) == ("", 1)
    assert (await program.get(f"/tickets/{number}"))["work"]["time_entries"] == []


async def test_tickets_are_found_by_words_and_not_by_what_is_hidden(program_of, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat")
    supervisor, manager = await program_of(), await program_of("manager")

    assert [one["number"] for one in (await supervisor.get("/search?text=telefonie"))["items"]] == [number]
    assert (await manager.get("/search?text=telefonie"))["items"] == []
    assert (await supervisor.get("/search?state=finished"))["items"] == []
    assert (await supervisor.get(f"/tickets/{number}/around"))["cannot_plan"] == ""


async def test_disturbances_are_linked_to_a_problem_record_and_read_back(program, caller):
    number = await caller.leaves_message()
    record = await program.post("/tickets", {"kind": "problem", "source": "engineer", "summary": "kaart hapert"}, 201)

    await program.command(number, "link-to-problem", {"problem": record["number"], "why": "zelfde kaart"})

    assert (await program.get(f"/tickets/{number}"))["work"]["problem"] == record["number"]
    assert (await program.get(f"/tickets/{record['number']}"))["work"]["disturbances"] == [number]


# Rota


async def test_a_calendar_file_becomes_overrides_once_and_comes_out_again(program, desk):
    first, *_ = (one.name for one in await desk.rota.engineers())
    shift = (
        f"SUMMARY:{first}\r\nDTSTART:20261121T070000Z\r\nDTEND:20261122T110000Z\r\nUID:1@x\r\nDTSTAMP:20261101T000000Z"
    )
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{shift}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

    taken = await (await sends(program, "POST", "/rota/import?why=ruil", file.encode())).json()
    again = await (await sends(program, "POST", "/rota/import?why=ruil", file.encode())).json()
    wrong = await sends(program, "POST", "/rota/import?why=ruil", file.replace(first, "Niemand Nergens").encode())
    calendar = await (await program.send("GET", "/rota/calendar?days=30")).text()

    assert [one["engineer"]["name"] for one in taken] == [first]
    assert again == []
    assert (wrong.status, "Niemand Nergens" in await wrong.text()) == (422, True)
    assert f"Dienst 1: {first}" in calendar.replace("\r\n ", "")


async def test_a_week_of_the_rota_and_who_could_fill_a_hole(program):
    week = await program.get("/rota/week?first=2026-11-09")
    found = await program.get("/rota/candidates?since=2026-11-14T08:30:00%2B01:00&until=2026-11-14T12:00:00%2B01:00")

    assert week["days"][0]["day"] == "2026-11-09"
    assert {one["engineer"]["name"] for one in found} == {one["engineer"]["name"] for one in week["shares"]}
    await program.get("/rota/candidates?since=2026-11-14T08:30:00Z&until=2026-11-14T08:30:00Z", 422)


async def test_an_engineer_answers_a_call_and_wraps_up_by_program(program_of):
    engineer = await program_of("engineer", "Fenna Fictief")

    assert await engineer.get("/rota/my-duty/call") is None
    assert await engineer.get("/rota/my-duty/talk") is None
    await engineer.post("/rota/my-duty/call/answer", {"answer": "declined"}, 409)
    await engineer.post("/rota/my-duty/talk", {"judged": "no", "work": "later"}, 409)


async def test_who_is_no_engineer_of_the_rota_has_no_duty(program):
    problem = await program.get("/rota/my-duty/call", 403)

    assert "meldlijn account link" in problem["detail"]


# People


async def test_a_person_says_by_program_how_to_be_told(program):
    body = {"mail": "ilse@lijn.example", "quiet_from": "22:00", "quiet_until": "07:00"}

    saved = await program.ask("PUT", "/me/notifications", body)

    assert saved["mail"] == "ilse@lijn.example"
    assert (await program.get("/me/notifications"))["quiet_from"] == "22:00"
    await program.ask("PUT", "/me/notifications", {"mail": "geen adres"}, 409)
    await program.ask("PUT", "/me/notifications", {"quiet_from": "22:00"}, 409)
    await program.post("/me/notifications/test", status=409)
    assert (await program.get("/me/notifications"))["mail"] == "ilse@lijn.example"


async def test_what_was_told_is_read_and_only_what_was_given_up_is_tried_again(program):
    assert (await program.get("/notifications"))["items"] == []
    assert (await program.get("/notifications/given-up"))["items"] == []
    assert await program.post("/notifications/retry", {}) == {"count": 0}
    await program.post("/notifications/retry", {"ids": [1]}, 409)
    await program.post("/notifications/1/take", status=409)


async def test_an_administrator_keeps_accounts_and_reads_who_did_what(program_of, accounts):
    boss = await program_of("administrator")

    made = await boss.post("/accounts", {"username": "Fenna", "role": "engineer", "engineer": "Fenna Fictief"}, 201)
    await boss.post("/accounts", {"username": "fenna", "role": "engineer"}, 409)
    await boss.post("/accounts", {"username": "kees", "role": "engineer", "engineer": "Niemand Nergens"}, 409)
    changed = await boss.ask("PUT", "/accounts/fenna/role", {"role": "manager"})
    disabled = await boss.post("/accounts/fenna/disable")
    reset = await boss.post("/accounts/fenna/reset", {})

    assert (changed["role"], disabled["is_disabled"]) == ("manager", True)
    assert made["password"] != reset["password"]
    assert (await boss.post("/accounts/fenna/enable"))["is_disabled"] is False
    assert await accounts.verify("fenna", reset["password"]) is not None
    await boss.ask("PUT", "/accounts/administrator/role", {"role": "manager"}, 409)
    await boss.ask("PUT", "/accounts/niemand/role", {"role": "manager"}, 404)
    entries = await boss.get("/audit?what=api:set_role")
    assert [one["who"] for one in entries["items"]] == ["administrator"]
    assert "fenna: engineer wordt manager" in entries["items"][0]["detail"]
    assert boss.token[:12] in entries["items"][0]["detail"]
    assert "api:set_role" in await boss.get("/audit/kinds")


async def test_the_audit_trail_is_walked_page_by_page(program_of):
    boss = await program_of("administrator")
    for name in "abc":
        await boss.post("/accounts", {"username": name, "role": "engineer"}, 201)

    first = await boss.get("/audit?limit=2")
    rest = await boss.get(f"/audit?limit=2&after={first['next']}")

    ids = [one["id"] for page in (first, rest) for one in page["items"]]
    assert ids == sorted(set(ids), reverse=True)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
async def test_accounts_are_for_administrators_only(program_of, role):
    program = await program_of(role)

    await program.get("/accounts", 403)
    await program.post("/accounts", {"username": "kees", "role": "administrator"}, 403)


async def test_the_board_and_the_figures_are_read(program_of, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt de hele telefonie plat")
    supervisor, auditor = await program_of(), await program_of("auditor")

    board = await supervisor.get("/live")

    assert [one["number"] for one in board["board"]["clocks"]] == [number]
    assert board["calls"] == []
    assert "telefonie" not in str(await auditor.get("/live"))
    assert (await supervisor.get("/figures?period=month"))["tickets"] == 1
    before = await supervisor.get("/figures?period=month&until=2026-10")
    assert (before["first"], before["last"], before["tickets"]) == ("2026-10-01", "2026-10-01", 0)
    await supervisor.get("/figures?until=2026-13", 422)
    await supervisor.get("/figures?customer_id=999", 404)
