"""Every entry of the audit trail says what it was about: a ticket, a customer, or by name or number what was changed."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from ari_app.desk.audit import Asked
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.phrase_lists import digest_of
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.about_rows import BELONGS, KINDS, MACHINERY
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import DutyRow, TicketRow
from ari_app.store.telling_tables import TellingRow
from ari_app.web.api.table import OPERATIONS
from ari_app.web.api.tokens import Tokens
from ari_app.web.permissions import PERMISSIONS
from sla.ticket import TicketState
from tests.web.api_client import ROOT, Program
from tests.web.test_accounts import NEW, code_at, logs_in, posts
from tests.web.test_api_areas import PDF, tone

FENNA, BRAM, SANNE = "Fenna Fictief", "Bram Bedacht", "Sanne Schijn"
MAINTENANCE = {
    "contact": "servicedesk", "starts_at": "2026-11-14T22:00:00+01:00", "ends_at": "2026-11-15T02:00:00+01:00",
    "expected_minutes": 90, "services": ["Glasvezel"], "reason": "nieuwe kaart",
}  # fmt: skip
SWAP = {"starts_at": "2026-11-13T07:30:00+01:00", "ends_at": "2026-11-13T08:30:00+01:00", "position": 1}
OWN_SHIFT = {"starts_at": "2026-11-10T12:00:00+01:00", "ends_at": "2026-11-10T14:00:00+01:00", "position": 1}
CALENDAR = (
    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nSUMMARY:{FENNA}\r\nDTSTART:20261121T070000Z\r\n"
    "DTEND:20261122T110000Z\r\nUID:1@x\r\nDTSTAMP:20261101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()


@dataclass(frozen=True)
class Deed:
    """One request of a program. `about`: an expression that what the entry says besides its token must hold; "" where it
    names a ticket or a customer."""

    operation: str
    path: str
    body: Any = None
    about: str = ""


#: In an order in which each is possible.
DEEDS = (
    Deed("open_ticket", "/tickets", {"kind": "incident", "source": "mail", "summary": "toestel stil", "customer_id": 1}),
    Deed("add_attachment", "/tickets/{ticket}/attachments?name=storing.pdf", PDF, "bijlage 1"),
    Deed("claim_urgent", "/tickets/{urgent}/claim"),
    Deed("hear_again", "/tickets/{ticket}/hear-again"),
    Deed("add_customer", "/customers", {"name": "Smederij Nergens"}),
    Deed("rename_customer", "/customers/1/name", {"name": "Transport Anders"}),
    Deed("add_number", "/customers/1/numbers", {"number": "+31201112233"}, "nummer op 2233"),
    Deed("set_language", "/customers/1/numbers/+31201112233/language", {"language": "en"}, "nummer op 2233: taal: leeg → en"),
    Deed("remove_number", "/customers/1/numbers/+31201112233", None, "nummer op 2233"),
    Deed("set_pin", "/customers/1/pin", {"pin": "7391"}, "pincode"),
    Deed("make_pin", "/customers/1/pin", {"is_required": True}, "pincode: altijd gevraagd: nee → ja"),
    Deed("clear_pin", "/customers/1/pin", None, "pincode"),
    Deed("note_service", "/customers/1/services", {"name": "Glasvezel", "supplier": "Netbeheer Bedacht"}, "dienst Glasvezel"),
    Deed("remove_service", "/customers/1/services/{note_service}", None, "dienst Glasvezel"),
    Deed("add_crucial_place", "/customers/1/crucial-places", {"place": "de balie"}, "cruciale plek de balie"),
    Deed("remove_crucial_place", "/customers/1/crucial-places/remove", {"place": "de balie"}, "cruciale plek de balie"),
    Deed("note_contact", "/customers/1/contacts", {"name": "Jan Verzonnen"}, r"contactpersoon \d"),
    Deed("change_contact", "/customers/1/contacts/{note_contact}", {"mail": "jan@lijn.example", "gets_notices": True},
         r"contactpersoon \d+: krijgt onderhoud per mail: nee → ja"),
    Deed("remove_contact", "/customers/1/contacts/{note_contact}", None, r"contactpersoon \d"),
    Deed("note_equipment", "/customers/1/equipment", {"name": "Printer", "is_ours": True}, "apparaat Printer: van ons"),
    Deed("remove_equipment", "/customers/1/equipment/{note_equipment}", None, "apparaat Printer"),
    Deed("add_contract", "/customers/2/contracts", {"starts_on": "2031-01-01", "framework_agreement": "RO-1",
         "general_terms": "2023", "level": "standard"}, r"contract \d+: niveau standard, van 01-01-2031"),
    Deed("record_payment", "/contracts/1/payment", {"until": "2027-01-31"}, r"contract 1: betaald tot en met: .* → 31-01-2027"),
    Deed("draft_buy_out", "/contracts/1/buy-outs", {"ends_on": "2026-12-30"}, r"voorstel tot afkoop 1: contract 1"),
    Deed("receive_notice", "/contracts/1/notice", {"on": "2026-11-10"}, "contract 1"),
    Deed("set_level_0", "/contracts/{add_contract}/level-0", {"starts_on": "2032-01-01", "why": "wil niet meer"}, "contract"),
    Deed("end_framework", "/contracts/{add_contract}/framework-end", {"on": "2031-11-30"},
         r"contract \d+: .*tot en met: leeg → 30-11-2031"),
    Deed("exclude", "/exclusions", {"scope": "organisation", "customer_id": 1, "why": "belt voor niets"}, "uitsluiting 1"),
    Deed("lift_exclusion", "/exclusions/{exclude}/lift", {"why": "besproken"}, "uitsluiting 1: opgeheven: leeg → "),
    Deed("add_engineer", "/engineers", {"name": "Noor Nergens", "number": "+31612345098"}, "engineer Noor Nergens: lijn 1"),
    Deed("set_line", "/engineers/{add_engineer}/line", {"line": 2, "why": "diploma"}, "engineer Noor Nergens: lijn: 1 → 2"),
    Deed("set_phones", "/engineers/{add_engineer}/phones", {"numbers": ["+31612345098", "+31201112244"]}, "Noor Nergens"),
    Deed("engineer_leaves", "/engineers/{add_engineer}/leave", {"why": "andere baan"},
         r"engineer Noor Nergens: vertrokken: leeg → \d\d-\d\d-\d{4} \d\d:\d\d"),
    Deed("engineer_returns", "/engineers/{add_engineer}/return", {"why": "terug"}, "engineer Noor Nergens: vertrokken: .* → leeg"),
    Deed("set_pattern", "/rota/patterns", {"engineers": [FENNA, BRAM], "first_day": "2026-11-23", "hand_over_at": "08:30"},
         "rooster van plek 1: van 23-11-2026"),
    Deed("add_override", "/rota/overrides", {**SWAP, "engineer": FENNA, "why": "ruil"},
         "dienst van Fenna Fictief: plek 1, van 13-11-2026 07:30"),
    Deed("ask_swap", "/rota/swaps", {"giver": FENNA, "taker": BRAM, "given": SWAP}, "ruil 1 Fenna Fictief"),
    Deed("answer_swap", "/rota/swaps/1/answer", {"is_accepted": True}, "ruil 1 Fenna Fictief: stand: gevraagd → aangenomen"),
    Deed("ask_swap", "/rota/swaps", {"giver": FENNA, "taker": SANNE, "given": OWN_SHIFT}, "ruil 2 Fenna Fictief"),
    Deed("withdraw_swap", "/rota/swaps/2/withdraw", None, "ruil 2 Fenna Fictief: stand: gevraagd → "),
    Deed("remove_override", "/rota/overrides/{override}/remove", {"why": "toch niet"}, "dienst van "),
    Deed("make_link", "/rota/links", {"purpose": "calendar", "engineer": FENNA}, "geheim adres van Fenna Fictief: soort agenda"),
    Deed("revoke_link", "/rota/links/revoke", {"purpose": "calendar", "engineer": FENNA}, "geheim adres van Fenna Fictief"),
    Deed("import_rota", "/rota/import?why=ruil", CALENDAR, "dienst van Fenna Fictief"),
    Deed("take_own_duty", "/rota/my-duty/take", None, "dienst van Fenna Fictief: stand"),
    Deed("test_own_phone", "/rota/my-duty/phone-test", None, "oproep aan Fenna Fictief"),
    Deed("pass_own_duty_on", "/rota/my-duty/pass", None, "dienst van Fenna Fictief"),
    Deed("add_announcement", "/announcements", {"text": "Er is een storing."}, "mededeling 1: van 10-11-2026"),
    Deed("end_announcement", "/announcements/1/end", None, "mededeling 1: tot: leeg → 10-11-2026"),
    Deed("approve_holidays", "/holidays", {"days": [{"day": "2026-12-25", "name": "Kerst"}]}, "feestdag 25-12-2026: naam Kerst"),
    Deed("set_hours_of_day", "/hours/2026-12-24", {"windows": [{"opens": "08:30", "closes": "12:00"}], "reason": "Kerst"},
         "telefoontijden van 24-12-2026: vensters 08:30-12:00"),
    Deed("revoke_day", "/hours/2026-12-24", None, "telefoontijden van 24-12-2026: ingetrokken: leeg → 10-11-2026"),
    Deed("retry_dead_letters", "/outbox/retry", lambda found: {"ids": [found["dead"]]}, "melding 1"),
    Deed("plan_maintenance", "/maintenance", MAINTENANCE, "onderhoud 1: van 14-11-2026 22:00"),
    Deed("mark_maintenance_told", "/maintenance/1/told", {"how": "mail"}, "onderhoud 1: verteld: leeg → "),
    Deed("cancel_maintenance", "/maintenance/1/cancel", {"why": "kaart kwam niet"}, "onderhoud 1: afgezegd: leeg → "),
    Deed("keep_take", "/prompts/nl/welcome/take", tone(), "nl/welcome: 1,0 s"),
    Deed("remove_take", "/prompts/nl/welcome/take", None, "nl/welcome"),
    Deed("save_phrases", "/phrases/nl", lambda found: found["phrases"], "nl: [0-9a-f]{16}"),
    Deed("drop_phrases", "/phrases/nl", None, "nl"),
    Deed("undo_phrases", "/phrases/nl/undo", None, "nl: [0-9a-f]{16}"),
    Deed("retry_notifications", "/notifications/retry", {}, "melding"),
    Deed("take_notification", "/notifications/{told}/take", None, r"melding \d+: opgepakt door"),
    Deed("set_own_reach", "/me/notifications", {"mail": "ilse@lijn.example", "quiet_from": "22:00", "quiet_until": "07:00"},
         "eigen meldingen van account"),
    Deed("create_account", "/accounts", {"username": "kees", "role": "engineer"}, "kees: engineer"),
    Deed("set_role", "/accounts/kees/role", {"role": "manager"}, "kees: engineer wordt manager"),
    Deed("link_engineer", "/accounts/kees/engineer", {"engineer": SANNE}, f"kees: {SANNE}"),
    Deed("revoke_tokens", "/accounts/kees/revoke-tokens", None, "kees"),
    Deed("end_sessions", "/accounts/kees/end-sessions", None, "kees"),
    Deed("disable_account", "/accounts/kees/disable", None, "kees"),
    Deed("enable_account", "/accounts/kees/enable", None, "kees"),
    Deed("reset_account", "/accounts/kees/reset", {}, "kees"),
    Deed("place_hold", "/holds", {"customer_id": 2, "why": "geschil"}, "bewaarplicht 1"),
    Deed("lift_hold", "/holds/1/lift", {"why": "voorbij"}, "bewaarplicht 1"),
    Deed("export_person", "/persons/export", {"number": "+31850004140"}, "nummer op 4140"),
    Deed("erase_person", "/persons/erase", {"number": "+31850004140", "why": "verzoek"}, "nummer op 4140"),
)  # fmt: skip
#: Why there is no deed of theirs above.
ELSEWHERE = {
    "due": "computes only",
    "explain_call": "computes only",
    "try_hours_of_day": "computes only",
    "try_phrases": "computes only; its effect is read before save_phrases",
    "ask_call_back": "of a ticket: test_audit.py",
    "answer_own_call": "about a call in progress, and writes nothing of its own",
    "wrap_up_own_talk": "of the ticket of the talk: test_duty_page.py",
    "decline_exclusion": "asks for a proposal, of a customer or a number: test_contracts_and_exclusions.py",
    "mail_maintenance": "asks for a mail server; of the same row as mark_maintenance_told: test_maintenance_mails.py",
    "test_own_reach": "asks for channels; to oneself",
}


def test_every_operation_that_changes_something_is_done_here_or_said_why_not():
    all_of_them = {one.name for one in OPERATIONS if one.changes and "/commands/" not in one.path}

    assert {one.operation for one in DEEDS} | set(ELSEWHERE) == all_of_them
    assert {one.operation for one in DEEDS} & set(ELSEWHERE) == set()


def test_every_table_says_what_an_entry_about_it_names():
    tables = set(SQLModel.metadata.tables)

    assert tables - set(KINDS) - BELONGS - MACHINERY == set()
    assert (set(KINDS) | BELONGS | MACHINERY) - tables == set()
    for name, kind in KINDS.items():
        columns = {*kind.shown, kind.named, kind.engineer} - {""}
        assert columns - set(SQLModel.metadata.tables[name].columns.keys()) == set(), name
    assert set(KINDS) & BELONGS == set(KINDS) & MACHINERY == BELONGS & MACHINERY == set()


@pytest.fixture
async def program(stranger, accounts, web_store, clock) -> Program:
    await accounts.create("beheer", "administrator", FENNA)
    return Program(stranger, (await Tokens(web_store, clock).create("beheer", "proef", ["admin"], "ilse"))[1])


async def test_every_deed_of_a_program_names_what_it_was_about(program, caller, desk, line, clock, web_store):
    found = await _setting(caller, line, clock, web_store)
    wrong = []
    for deed in DEEDS:
        before = max((one.id for one in await desk.audit.entries(Asked(), 1)), default=0)
        refused = await _done(program, deed, found)
        new = [one for one in await desk.audit.entries(Asked(), 20) if one.id > before]
        said = [f"{one.ticket} {one.customer} {re.sub(r'token mld_[^;]*(; )?', '', one.detail)}".strip() for one in new]
        is_named = bool(said) and all(said) and any(re.search(deed.about, one) for one in said)
        wrong += [] if is_named else [(deed.operation, deed.about, said, refused)]

    assert wrong == [], "\n".join(map(str, wrong))


#: Of the pages only: what somebody does about signing in. `{...}` is filled in.
OWN_DEEDS = (
    ("own-language", "/account/language", {"language": "en"}, "account ilse: taal: leeg → en"),
    ("own-keys", "/account/keys", {"keys": "off"}, "account ilse: toetsen uit: nee → ja"),
    ("own-totp", "/account/totp", {"password": "{password}"}, "account ilse"),
    ("own-totp-confirm", "/account/totp/confirm", {"code": "{code}"}, "account ilse"),
    ("own-recovery", "/account/recovery", {"password": "{password}"}, "herstelcodes: 10"),
    ("own-totp-off", "/account/totp/off", {"password": "{password}"}, "account ilse"),
    ("own-session-end", "/account/sessions/end", {"session": "nergens"}, "browsers: 0"),
    ("own-sessions-end", "/account/sessions/end-others", {}, "browsers: 1"),
    ("token-create", "/tokens", {"name": "proef", "days": "7", "scope": "read"}, r"proef \(mld_.*\) van ilse: read"),
    ("token-revoke", "/tokens/revoke", {"token": "{token}"}, r"proef \(mld_.*\) van ilse"),
    ("own-password", "/account/password", {"old": "{password}", "new": NEW, "again": NEW}, "account ilse"),
)


def test_all_that_somebody_does_about_signing_in_is_done_here():
    theirs = {
        name for name, permission in PERMISSIONS.items() if permission.post and name.startswith(("own-", "token-"))
    }

    assert {name for name, *_ in OWN_DEEDS} == theirs


async def test_what_somebody_does_about_signing_in_names_the_account_and_no_secret(
    visitor, browsers, password, accounts, desk, clock, web_store
):
    await logs_in(await browsers(), "ilse", password)
    known, secrets = {"password": password}, [password, NEW]
    for name, path, form, about in OWN_DEEDS:
        if name == "own-totp-confirm":
            (ilse,) = await accounts.register.all()
            secrets.append((await accounts.second_factor.begun(ilse.id)).secret)
            known["code"] = code_at(secrets[-1], clock)
        if name == "token-revoke":
            known["token"] = (await Tokens(web_store, clock).all())[0].prefix
        await posts(visitor, path, **{key: text.format(**known) for key, text in form.items()})

        entries = await desk.audit.entries(Asked(what=name), 5)
        assert entries, name
        assert any(re.search(about, one.detail) for one in entries), (name, [one.detail for one in entries])

    said = " ".join(one.detail for one in await desk.audit.entries(Asked(), 200))
    assert [secret for secret in secrets if secret in said] == []


async def test_the_page_leads_to_the_customer_or_to_where_the_thing_stands(browsers, accounts, program, desk):
    await program.post("/customers/2/services", {"name": "Voicemail"}, 201)
    await program.post("/announcements", {"text": "Er is een storing."}, 201)
    await program.post("/accounts", {"username": "kees", "role": "engineer"}, 201)
    client = await browsers()
    await logs_in(client, "audrey", await accounts.create("audrey", "auditor"))

    page = await (await client.get("/audit")).text()

    assert '<a href="/customers/2">' in page
    assert '<a href="/announcements">Bekijk' in page
    assert "dienst Voicemail" in page
    assert '<a href="/accounts">' not in page  # not for an auditor


async def _setting(caller, line, clock, web_store) -> dict[str, Any]:
    """What the deeds need: a ticket, an urgent message, a duty of Fenna's, and what could not be told."""
    now = clock.now()
    urgent = await caller.leaves_message(is_urgent=True)
    ticket = await caller.leaves_message("+31850004130")
    finished = await caller.leaves_message("+31850004140")
    for name in ("welcome", "beep"):
        (line.sounds / "nl").mkdir(parents=True, exist_ok=True)
        (line.sounds / "nl" / f"{name}.wav").write_bytes(tone())
    async with web_store.session() as session:
        for key in ("dead", "told"):
            await tell_once(session, f"self_call_failed:{key}", "self_call_failed", SUPERVISOR, "De lijn belde.", now)
        rows = {one.key.split(":")[1]: one for one in (await session.exec(select(OutboxRow))).all()}
        rows["dead"].dead_at, rows["told"].delivered_at = now, now
        session.add(
            TellingRow(
                key="t", outbox_id=rows["told"].id, person="account:1", channel="mail", next_try_at=now, dead_at=now
            )
        )
        (await session.get_one(TicketRow, ticket_row_id(finished))).state = TicketState.CLOSED
        for place in (1, 2):
            shift = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=9)}
            session.add(DutyRow(engineer_id=place, position=place, **shift))
    shipped = (resources.files("transcription") / "phrases_nl.toml").read_text("utf-8") + "\n# van ons\n"
    return {
        "ticket": ticket,
        "urgent": urgent,
        "dead": rows["dead"].id,
        "told": rows["told"].id,
        "phrases": {"text": shipped, "digest": digest_of(shipped)},
    }


async def _done(program: Program, deed: Deed, found: dict[str, Any]) -> str:
    """`found` gets the id of what the deed made, under its name. Gives why it was refused, "": it was done."""
    (operation,) = (one for one in OPERATIONS if one.name == deed.operation)
    if "{override}" in deed.path:
        found["override"] = (await program.get("/rota/overrides"))[-1]["number"]
    body = deed.body(found) if callable(deed.body) else deed.body
    given = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {} if body is None else {"json": body}
    headers = {"Authorization": f"Bearer {program.token}"}
    headers |= {"Content-Type": "application/octet-stream"} if isinstance(body, bytes) else {}
    answer = await program.client.request(operation.method, ROOT + deed.path.format(**found), headers=headers, **given)
    if answer.status >= 300:
        return await answer.text()
    made = await answer.json() if answer.content_type == "application/json" else None
    found[deed.operation] = made.get("id", made.get("number")) if isinstance(made, dict) else None
    return ""
