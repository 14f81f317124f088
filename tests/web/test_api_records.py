"""What a program does with contacts, equipment, mails about maintenance, data of a person, holds and settings."""

import io
import json
import zipfile
from collections.abc import Awaitable, Callable

import pytest

from ari_app.desk.audit import Asked
from ari_app.store.tables import TicketRow
from ari_app.web.api.tokens import Tokens
from sla.ticket import TicketState
from tests.web.api_client import ROOT, Program

MakesProgram = Callable[..., Awaitable[Program]]
NUMBER = {"number": "+31850004120"}
NOTICE = {
    "contact": "Bram Bedacht",
    "starts_at": "2026-11-14T22:00:00+01:00",
    "ends_at": "2026-11-15T00:00:00+01:00",
    "expected_minutes": 45,
    "services": ["Hosted telefonie"],
    "reason": "nieuwe software",
}


@pytest.fixture
async def program_of(stranger, accounts, web_store, clock) -> MakesProgram:
    """A program with all scopes and a token of an account of that role."""

    async def make(role: str) -> Program:
        await accounts.create(role, role)
        return Program(stranger, (await Tokens(web_store, clock).create(role, "proef", ["admin"], "ilse"))[1])

    return make


@pytest.fixture
async def program(program_of) -> Program:
    return await program_of("administrator")


async def test_contacts_and_equipment_are_noted_and_taken_away(program):
    contact = await program.post("/customers/2/contacts", {"name": "Jan", "mail": "jan@nepstra.example"}, 201)
    device = await program.post("/customers/2/equipment", {"name": "Printer", "is_ours": False}, 201)
    listed = [await program.get(f"/customers/2/{what}") for what in ("contacts", "equipment")]
    await program.ask("DELETE", f"/customers/2/contacts/{contact['id']}", status=204)
    await program.ask("DELETE", f"/customers/2/equipment/{device['id']}", status=204)

    assert contact in listed[0]
    assert (listed[1], device["proposal"]) == ([device], "best_effort")
    assert "R-102" in device["what_holds"]
    assert await program.get("/customers/2/equipment") == []


async def test_what_is_of_another_customer_can_not_be_taken_away(program):
    device = await program.post("/customers/2/equipment", {"name": "Printer", "is_ours": True}, 201)
    contact = await program.post("/customers/2/contacts", {"name": "Jan"}, 201)
    service = await program.post("/customers/2/services", {"name": "Voicemail"}, 201)

    for what in (f"equipment/{device['id']}", f"contacts/{contact['id']}", f"services/{service['id']}",
                 "numbers/+31850004130"):  # fmt: skip
        refused = await program.ask("DELETE", f"/customers/1/{what}", status=404)
        assert "van deze klant" in refused["detail"]
    await program.ask("PUT", "/customers/1/numbers/+31850004130/language", {"language": "en"}, 404)

    assert await program.get("/customers/2/services") == [service]


async def test_a_contact_gets_another_name_and_keeps_what_is_left_out(program):
    """R-141"""
    jan = await program.post("/customers/2/contacts", {"name": "Jan", "mail": "jan@nepstra.example"}, 201)
    path = f"/customers/2/contacts/{jan['id']}"

    named = await program.ask("PATCH", path, {"name": "Jan Verzonnen", "numbers": ["020 765 4321"]})
    same = await program.ask("PATCH", path, {})
    without = await program.ask("PATCH", path, {"mail": "", "numbers": []})
    taken = await program.ask("PATCH", path, {"numbers": ["+31850004120"]}, 409)
    await program.ask("PATCH", f"/customers/1/contacts/{jan['id']}", {"name": "Piet"}, 404)

    assert named == same == {**jan, "name": "Jan Verzonnen", "numbers": ["+31207654321"]}
    assert without == {**named, "mail": "", "numbers": []}
    assert "al een nummer van klant 1" in taken["detail"]


async def test_where_a_service_stands_is_noted(program):
    """R-001"""
    noted = await program.post("/customers/2/services", {"name": "Voicemail", "place": "data_centre"}, 201)

    assert noted["place"] == "data_centre"


async def test_mails_about_maintenance_are_refused_without_a_mail_server(program):
    planned = await program.post("/maintenance", NOTICE, 201)

    refused = await program.post(f"/maintenance/{planned['id']}/mail", status=409)

    assert "notify.mail.host" in refused["detail"]


async def test_a_person_is_found_seen_handed_out_and_erased(program, caller, web_store):
    """R-113, R-114"""
    number = await caller.leaves_message()
    async with web_store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED
    found = await program.get("/persons?who=planning")
    held = await program.get("/persons/held?number=%2B31850004120")
    headers = {"Authorization": f"Bearer {program.token}"}
    exported = await program.client.post(f"{ROOT}/persons/export", json=NUMBER, headers=headers)
    with zipfile.ZipFile(io.BytesIO(await exported.read())) as file:
        inside = json.loads(file.read("person.json"))
    gone = await program.post("/persons/erase", {**NUMBER, "why": "verzoek"})

    assert [one["number"] for one in found] == ["+31850004120"]
    assert [(one["number"], one["fate"]) for one in held["tickets"]] == [(number, "erased")]
    assert [one["number"] for one in inside["tickets"]] == [number]
    assert gone == {"erased": [number], "kept": [], "on_hold": []}
    await program.get("/persons/held?number=%2B31850004120", 404)


async def test_which_program_looked_at_whose_data_stands_in_the_audit_trail(program, caller, desk):
    """R-114"""
    await caller.leaves_message()
    await program.get("/persons?who=planning")
    await program.get("/persons/held?number=%2B31850004120")
    await program.get("/persons/held?number=%2B31850004199", 404)

    looked = [one for one in reversed(await desk.audit.entries(Asked(), 100)) if one.what.startswith("api:")]
    token = f"token {program.token[:12]}"
    assert [(one.who, one.what, one.detail) for one in looked] == [
        ("administrator", "api:find_persons", f"{token}; zocht op naam: 1 gevonden (4120)"),
        ("administrator", "api:read_held", f"{token}; nummer op 4120: 1 ticket"),
        ("administrator", "api:read_held", f"{token}; nummer op 4199: niets bewaard"),
    ]


async def test_a_hold_is_placed_and_lifted(program, caller):
    number = await caller.leaves_message()
    placed = await program.post("/holds", {"ticket": number, "why": "geschil", "until": "2026-12-31"}, 201)
    gone = await program.post("/persons/erase", {**NUMBER, "why": "verzoek"})
    lifted = await program.post(f"/holds/{placed['id']}/lift", {"why": "voorbij"})

    assert (placed["whom"], placed["is_in_force"], gone["on_hold"]) == (number, True, [number])
    assert (lifted["is_in_force"], (await program.get("/holds"))["items"]) == (False, [lifted])
    assert (await program.get("/holds?in_force=true"))["items"] == []
    await program.post("/holds/99/lift", {"why": "voorbij"}, 404)


@pytest.mark.parametrize("path", ["/persons?who=jan", "/holds"])
async def test_only_an_administrator_asks_for_data_of_people(program_of, path):
    await (await program_of("supervisor")).get(path, 403)


async def test_settings_say_where_they_come_from(program):
    shown = await program.get("/line/settings")

    (rounds,) = [one for one in shown["settings"] if one["name"] == "line.ring_rounds"]
    assert rounds == {"name": "line.ring_rounds", "value": "2", "source": None, "after_restart": None}
