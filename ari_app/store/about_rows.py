"""What an entry of the audit trail was about, read from the rows that were written: a number or a name of ours, and old → new
of what an auditor may read. Nothing about end users and no secret: an entry is never erased."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import SQLModel

_LONGEST = 60
#: Times are written as people here read them.
_ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class _Kind:
    """`noun` is Dutch. `named`: the column that tells which one; `shown`: what may be read of it, each with its Dutch name.
    `engineer`: the column with the row of an engineer, whose name is told."""

    noun: str
    named: str = "id"
    shown: Mapping[str, str] = field(default_factory=dict)
    engineer: str = ""


#: Rows of these tables tell nothing beyond the ticket or the customer that the entry names.
BELONGS = frozenset(
    {
        "customer", "ticket", "ticket_event", "sla_clock", "call", "call_leg", "started_call", "voicemail", "access_entry",
        "keyed_in", "call_sound", "transcript_version", "message_choice", "urgent_message", "notice", "decision",
        "problem_link", "correction", "approval", "task", "visit", "time_entry", "cost_line", "costs_consent", "erased",
        "contract_decision", "sound_job",
    }
)  # fmt: skip
#: Of the machinery: beside what a person does, never what it is about.
MACHINERY = frozenset(
    {
        "audit_entry", "worker", "failed_look", "self_call", "pin_try", "recovery_code", "login_try", "outside_login",
        "telling", "feed_place", "api_answer", "web_session", "rota_change",
    }
)  # fmt: skip
_PERIOD = {"starts_at": "van", "ends_at": "tot"}
_SHIFT = {"position": "plek", **_PERIOD}
KINDS: Mapping[str, _Kind] = {
    "account": _Kind(
        "account", "username", {"role": "rol", "is_disabled": "uitgezet", "keys_off": "toetsen uit", "language": "taal"}
    ),
    "announcement": _Kind("mededeling", "id", _PERIOD),
    "api_token": _Kind("token", "prefix"),
    "approved_holiday": _Kind("feestdag", "day", {"name": "naam", "revoked_at": "ingetrokken"}),
    "attachment": _Kind("bijlage"),
    "buy_out_offer": _Kind("voorstel tot afkoop", "id", {"contract_id": "contract", "ends_on": "tot en met", "amount": "euro"}),
    "call_back": _Kind("terugbelverzoek"),
    "contact": _Kind("contactpersoon", "id", {"gets_notices": "krijgt onderhoud per mail"}),
    "contract": _Kind(
        "contract",
        "id",
        {"level": "niveau", "starts_on": "van", "ends_on": "tot en met", "paid_until": "betaald tot en met",
         "notice_on": "opgezegd op",
            "level_0_from": "zonder niveau van"},
    ),
    "crucial_place": _Kind("cruciale plek", "place"),
    "customer_pin": _Kind("pincode", "", {"is_required": "altijd gevraagd"}),
    "customer_service": _Kind("dienst", "name", {"supplier": "leverancier", "place": "staat"}),
    "duty": _Kind("dienst van", "", _SHIFT, engineer="engineer_id"),
    "duty_handshake": _Kind("dienst van", "", {"starts_at": "van", "ends_at": "tot", "state": "stand"}, engineer="engineer_id"),
    "duty_swap": _Kind("ruil", "id", {**_SHIFT, "state": "stand"}, engineer="giver_id"),
    "engineer": _Kind("engineer", "name", {"line": "lijn", "left_at": "vertrokken"}),
    "engineer_call": _Kind("oproep aan", "", {}, engineer="engineer_id"),
    "engineer_phone": _Kind("telefoon van", "", {}, engineer="engineer_id"),
    "equipment": _Kind(
        "apparaat", "name", {"is_ours": "van ons", "is_server": "server", "has_agent": "met agent", "in_network": "in ons netwerk"}
    ),
    "exclusion": _Kind("uitsluiting", "id", {"starts_at": "van", "ends_on": "tot en met", "lifted_at": "opgeheven"}),
    "exclusion_declined": _Kind("afgewezen voorstel tot uitsluiten"),
    "legal_hold": _Kind("bewaarplicht", "id", {"until": "tot en met"}),
    "maintenance": _Kind("onderhoud", "id", {**_PERIOD, "told_at": "verteld", "cancelled_at": "afgezegd"}),
    "outbox": _Kind("melding", "id", {"kind": "soort", "taken_by": "opgepakt door"}),
    "phone_hours_override": _Kind("telefoontijden van", "day", {"windows": "vensters", "revoked_at": "ingetrokken"}),
    "phone_number": _Kind("nummer op", "e164", {"language": "taal"}),
    "reach": _Kind("eigen meldingen van account", "account_id", {"quiet_from": "stil van", "quiet_until": "stil tot"}),
    "rota_link": _Kind("geheim adres van", "", {"purpose": "soort", "revoked_at": "ingetrokken"}, engineer="engineer_id"),
    "rotation": _Kind("rooster van plek", "position", {"first_day": "van", "weeks": "weken", "ends_at": "tot"}),
    "service_hours_override": _Kind("servicetijden van", "day", {"windows": "vensters", "revoked_at": "ingetrokken"}),
}  # fmt: skip


#: Keys that are no words of ours to an auditor.
_WORDS = {
    "asked": "gevraagd", "accepted": "aangenomen", "refused": "geweigerd",
    "taken": "genomen", "missed": "niet genomen", "calendar": "agenda", "duty": "dienst nemen",
    "customer": "bij de klant", "data_centre": "in het datacenter", "administrator": "beheerder",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """One thing. `engineer_id`: whose name belongs behind `what`; None: nobody's."""

    what: str
    facts: str = ""
    engineer_id: int | None = None


def about_of(row: Any, *, is_changed: bool) -> About | None:
    """Of a row that is written in this flush; `is_changed`: it was there before. None: it tells nothing of its own."""
    kind = KINDS.get(row.__tablename__)
    if kind is None:
        return None
    name = "" if not kind.named else _told(getattr(row, kind.named))
    name = name[-4:] if kind.named == "e164" else name
    engineer_id = getattr(row, kind.engineer) if kind.engineer else None
    whole = "het hele rooster" if kind.engineer and engineer_id is None else name
    facts = _changes(row, kind.shown) if is_changed else _values(row, kind.shown)
    return About(f"{kind.noun} {whole}".strip(), ", ".join(facts), engineer_id)


def _values(row: SQLModel, shown: Mapping[str, str]) -> Iterator[str]:
    for column, word in shown.items():
        if (value := getattr(row, column)) not in (None, "", False):
            yield word if value is True else f"{word} {_told(value)}"


def _changes(row: SQLModel, shown: Mapping[str, str]) -> Iterator[str]:
    for column, word in shown.items():
        history = sa.inspect(row).attrs[column].history
        if history.has_changes():
            before = _told(history.deleted[0]) if history.deleted else "?"
            yield f"{word}: {before} → {_told(getattr(row, column))}"


def _told(value: object) -> str:
    match value:
        case None | "":
            return "leeg"
        case bool():
            return "ja" if value else "nee"
        case Enum():
            return _WORDS.get(str(value.value), str(value.value))
        case datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return f"{aware.astimezone(_ZONE):%d-%m-%Y %H:%M}"
        case date():
            return f"{value:%d-%m-%Y}"
        case list():
            return ", ".join("-".join(one) if isinstance(one, list) else str(one) for one in value)[:_LONGEST] or "geen"
        case _:
            return " ".join(str(value).split())[:_LONGEST]
