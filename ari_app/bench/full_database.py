"""The closed tickets of a busy line after years: written in bulk, past the commands of the desk."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, make_url, text
from sqlmodel import SQLModel

from ari_app.store.database import prepare_sqlite
from ari_app.store.rota_tables import RotationRow
from ari_app.store.statements import columns_of, defaults_of
from ari_app.store.tables import (
    CallLegRow,
    CallRow,
    Contract,
    Customer,
    EngineerRow,
    PhoneNumber,
    SlaClockRow,
    TicketEventRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
    VoicemailState,
)
from sla.terms import Category, ClockKind, Kind
from sla.ticket import EventType, TicketState

TICKETS, OPEN, TO_REVIEW = 100_000, 300, 120
CUSTOMERS, ENGINEERS = 200, 5
EVERY = timedelta(minutes=5)
VERSION = "voip-4.10-2023-11"
#: Of each ticket, in order of time: what, minutes after the report, what goes with it.
_WAITS = [
    (what, 60 * number, {"reason": "waiting_customer"})
    for number in range(1, 4)
    for what in (EventType.PAUSED, EventType.RESUMED)
]
_LIFE: Sequence[tuple[EventType, int, dict[str, str]]] = [
    (EventType.CATEGORY_CONFIRMED, 5, {"category": "I", "before": "", "proposed": "cat1"}),
    (EventType.FIRST_RESPONSE, 20, {}),
    *((what, after + (30 if what is EventType.RESUMED else 0), given) for what, after, given in _WAITS),
    (EventType.PLAN_RECORDED, 280, {"plan": "Toestel vervangen", "told_to": "de balie"}),
    (EventType.RESOLVED, 400, {"solution": "vervangen"}),
]
#: Some waited once more: what is open has few events yet, and ten for each ticket in all is what there must be.
_ONCE_MORE = [(EventType.PAUSED, 240, _WAITS[0][2]), (EventType.RESUMED, 270, _WAITS[0][2])]
_LONG_LIVES = OPEN * 5
_WORDS = [
    {"text": word, "start": round(0.4 * place, 2), "end": round(0.4 * place + 0.3, 2), "confidence": 0.91}
    for place, word in enumerate(
        ["goedemorgen", "wij", "kunnen", "niet", "meer", "bellen", "sinds", "vanochtend", "graag", "terugbellen"]
    )
]


def phone_of(customer: int) -> str:
    """E.164."""
    return f"+31205{customer:06d}"


def fill(url: str, now: datetime, tickets: int) -> None:
    """Empties nothing: give it a database with all tables and no rows. One ticket every five minutes; of those up to `now`
    the last OPEN are left out, and all events together are ten for each ticket with those."""
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address.set(drivername="sqlite") if is_sqlite else address)
    if is_sqlite:
        event.listen(engine, "connect", prepare_sqlite)
    try:
        with engine.begin() as connection:
            if is_sqlite:
                connection.exec_driver_sql("BEGIN")
            for table, names, rows in _everything(now, tickets):
                _write(connection, table, names, rows)
            if not is_sqlite:
                _move_sequences(connection)
    finally:
        engine.dispose()


Rows = tuple[type[SQLModel], Sequence[str], Iterable[Sequence[Any]]]


def _everything(now: datetime, tickets: int) -> Iterator[Rows]:
    people, closed = range(1, ENGINEERS + 1), range(1, tickets - OPEN + 1)
    first = now - EVERY * tickets
    yield Customer, ("id", "name"), ((one, f"Klant {one}") for one in range(1, CUSTOMERS + 1))
    contract = ("id", "customer_id", "level", "agreement_version", "framework_agreement", "terms_version", "starts_on")
    long_ago = (now - timedelta(days=2000)).date()
    yield (
        Contract,
        contract,
        ((one, one, _level(one), VERSION, "MO", "AV", long_ago) for one in range(1, CUSTOMERS + 1)),
    )
    phones = ((phone_of(one), one, "") for one in range(1, CUSTOMERS + 1))
    yield PhoneNumber, ("e164", "customer_id", "contact_name"), phones
    yield EngineerRow, ("id", "name", "number"), ((one, f"Engineer {one}", f"+3161234500{one}") for one in people)
    rota = ("position", "engineer_ids", "first_day", "hand_over_at", "zone", "made_by", "made_at")
    monday, midnight = long_ago - timedelta(days=long_ago.weekday()), now.time().replace(hour=8, minute=0)
    turns = ((place, [*people][place:] + [*people][:place]) for place in (1, 2))
    yield RotationRow, rota, ((*turn, monday, midnight, "Europe/Amsterdam", "bench", now) for turn in turns)
    yield TicketRow, _TICKET, (_ticket(number, first) for number in closed)
    clock = ("ticket_id", "clock", "state", "target_seconds", "elapsed_seconds", "started_at", "due_at", "met_until",
             "stopped_at", "breached_at", "rule")  # fmt: skip
    yield SlaClockRow, clock, (row for number in closed for row in _clocks(number, first))
    told = ("ticket_id", "type", "at", "recorded_at", "actor", "detail")
    yield TicketEventRow, told, (row for number in closed for row in _events(number, first))
    call = ("id", "call_id", "ticket_id", "line", "caller_number", "route", "received_at", "answered_at",
            "talk_started_at", "ended_by", "origin")  # fmt: skip
    yield CallRow, call, (_call(number, first) for number in closed)
    leg = ("call_row_id", "who", "number", "rang_at", "result", "engineer_id")
    yield CallLegRow, leg, (_leg(number, first) for number in closed if number % 3)
    message = ("ticket_id", "recording", "state", "seconds", "transcript", "sure", "model")
    yield VoicemailRow, message, (_message(number) for number in closed if number % 3 == 0)


_TICKET = ("id", "kind", "source", "state", "customer_id", "level", "agreement_version", "category", "proposal",
           "needs_review", "summary", "reported_at")  # fmt: skip


def _ticket(number: int, first: datetime) -> Sequence[Any]:
    category = (Category.I, Category.II, Category.I, Category.III)[number % 4]
    proposal = ("cat1", "cat2", "cat1", "cat2" if number % 40 == 3 else "cat3")[number % 4]
    return (number, Kind.INCIDENT, TicketSource.VOICEMAIL, TicketState.CLOSED, number % CUSTOMERS + 1, _level(number),
            VERSION, category, proposal, False, "Gemelde storing", _reported(number, first))  # fmt: skip


def _level(number: int) -> str:
    return "premium" if number % 2 else "standard"


def _reported(number: int, first: datetime) -> datetime:
    return first + EVERY * number


def _clocks(number: int, first: datetime) -> Iterator[Sequence[Any]]:
    at = _reported(number, first)
    for clock in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
        late = at + timedelta(hours=8) if number % 17 == 0 else None
        due, stopped = at + timedelta(hours=30), at + timedelta(minutes=20)
        yield (number, clock, "breached" if late else "met", 28_800.0, 1_200.0, at, due, due, stopped, late, "R-013")


def _events(number: int, first: datetime) -> Iterator[Sequence[Any]]:
    at = _reported(number, first)
    for what, after, given in [*_LIFE[:-2], *(_ONCE_MORE if number <= _LONG_LIVES else ()), *_LIFE[-2:]]:
        moment = at + timedelta(minutes=after)
        yield number, what, moment, moment, "bench", given


def _call(number: int, first: datetime) -> Sequence[Any]:
    at = _reported(number, first)
    talk = at + timedelta(seconds=5 + number * 7 % 50) if number % 3 else None
    return (number, f"bench-{number}", number, "bench", "+31201234567", "desk", at, at, talk, "caller", "live")


def _leg(number: int, first: datetime) -> Sequence[Any]:
    result, engineer = ("accepted", number % ENGINEERS + 1) if number % 3 == 1 else ("answered", None)
    return number, "iemand", "+31612345001", _reported(number, first), result, engineer


def _message(number: int) -> Sequence[Any]:
    return number, f"call/{number}.wav", VoicemailState.TRANSCRIBED, 4.0, {"words": _WORDS}, 0.8, "bench"


def _write(connection: Connection, table: type[SQLModel], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """By the driver itself, with what the table model gives a column that is not named."""
    columns, rest = columns_of(table), {name: value for name, value in defaults_of(table).items() if name not in names}
    all_names = [*names, *rest]
    converters = [_converter(columns, name, connection) for name in all_names]
    always = [convert(value) for convert, value in zip(converters[len(names) :], rest.values(), strict=True)]
    ready = ([convert(value) for convert, value in zip(converters, row, strict=False)] + always for row in rows)
    raw = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        marks = ", ".join("?" * len(all_names))
        raw.executemany(f'INSERT INTO "{columns.name}" ({", ".join(all_names)}) VALUES ({marks})', ready)
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{columns.name}" ({", ".join(all_names)}) FROM STDIN') as copy:
        for row in ready:
            copy.write_row(row)


def _converter(columns: Table, name: str, connection: Connection) -> Any:
    process = columns.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return process or (lambda value: value)


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL does not notice ids that were given."""
    for table in (Customer, Contract, EngineerRow, TicketRow, CallRow):
        name = columns_of(table).name
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def gather_statistics(url: str) -> None:
    """As PostgreSQL does by itself some minutes after such a change. SQLite has none on a line, and so none here."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
