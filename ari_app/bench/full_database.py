"""A database as full as that of a busy line after years: written in bulk, past the commands of the desk."""

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
    SlaClockRow,
    TicketEventRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
    VoicemailState,
)
from sla.terms import Category, ClockKind, Kind
from sla.ticket import EventType, TicketState

TICKETS, EVENTS, OPEN, TO_REVIEW = 100_000, 1_000_000, 300, 120
CUSTOMERS, ENGINEERS = 200, 5
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
_WORDS = [
    {"text": word, "start": round(0.4 * place, 2), "end": round(0.4 * place + 0.3, 2), "confidence": 0.91}
    for place, word in enumerate(
        ["goedemorgen", "wij", "kunnen", "niet", "meer", "bellen", "sinds", "vanochtend", "graag", "terugbellen"]
    )
]


def fill(url: str, now: datetime) -> None:
    """Empties nothing: give it a database with all tables and no rows. Tickets end at `now`, one every five minutes."""
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address.set(drivername="sqlite") if is_sqlite else address)
    if is_sqlite:
        event.listen(engine, "connect", prepare_sqlite)
    try:
        with engine.begin() as connection:
            if is_sqlite:
                connection.exec_driver_sql("BEGIN")
            for table, names, rows in _everything(now):
                _write(connection, table, names, rows)
            if not is_sqlite:
                _move_sequences(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    finally:
        engine.dispose()


Rows = tuple[type[SQLModel], Sequence[str], Iterable[Sequence[Any]]]


def _everything(now: datetime) -> Iterator[Rows]:
    people = range(1, ENGINEERS + 1)
    yield Customer, ("id", "name"), ((one, f"Klant {one}") for one in range(1, CUSTOMERS + 1))
    contract = ("id", "customer_id", "level", "agreement_version", "framework_agreement", "terms_version", "starts_on")
    long_ago = (now - timedelta(days=2000)).date()
    yield (
        Contract,
        contract,
        ((one, one, _level(one), VERSION, "MO", "AV", long_ago) for one in range(1, CUSTOMERS + 1)),
    )
    yield EngineerRow, ("id", "name", "number"), ((one, f"Engineer {one}", f"+3161234500{one}") for one in people)
    rota = ("position", "engineer_ids", "first_day", "hand_over_at", "zone", "made_by", "made_at")
    monday, midnight = long_ago - timedelta(days=long_ago.weekday()), now.time().replace(hour=8, minute=0)
    turns = ((place, [*people][place:] + [*people][:place]) for place in (1, 2))
    yield RotationRow, rota, ((*turn, monday, midnight, "Europe/Amsterdam", "bench", now) for turn in turns)
    yield TicketRow, _TICKET, (_ticket(number, now) for number in range(1, TICKETS + 1))
    clock = ("ticket_id", "clock", "state", "target_seconds", "elapsed_seconds", "started_at", "due_at", "met_until",
             "stopped_at", "breached_at", "rule")  # fmt: skip
    yield SlaClockRow, clock, (row for number in range(1, TICKETS + 1) for row in _clocks(number, now))
    told = ("ticket_id", "type", "at", "recorded_at", "actor", "detail")
    yield TicketEventRow, told, (row for number in range(1, TICKETS + 1) for row in _events(number, now))
    call = ("id", "call_id", "ticket_id", "line", "caller_number", "route", "received_at", "answered_at",
            "talk_started_at", "ended_by", "origin")  # fmt: skip
    yield CallRow, call, (_call(number, now) for number in range(1, TICKETS + 1))
    leg = ("call_row_id", "who", "number", "rang_at", "result", "engineer_id")
    yield CallLegRow, leg, (_leg(number, now) for number in range(1, TICKETS + 1) if number % 3)
    message = ("ticket_id", "recording", "state", "seconds", "transcript", "sure", "model")
    yield VoicemailRow, message, (_message(number) for number in range(3, TICKETS + 1, 3))


_TICKET = ("id", "kind", "source", "state", "customer_id", "level", "agreement_version", "category", "proposal",
           "needs_review", "summary", "reported_at")  # fmt: skip


def _ticket(number: int, now: datetime) -> Sequence[Any]:
    left = TICKETS - number
    category = (Category.I, Category.II, Category.I, Category.III)[number % 4]
    proposal = ("cat1", "cat2", "cat1", "cat2" if number % 40 == 3 else "cat3")[number % 4]
    state = TicketState.IN_PROGRESS if left < OPEN else TicketState.CLOSED
    return (number, Kind.INCIDENT, TicketSource.VOICEMAIL, state, number % CUSTOMERS + 1, _level(number),
            VERSION, None if left < TO_REVIEW else category, proposal, left < TO_REVIEW,
            "Gemelde storing", _reported(number, now))  # fmt: skip


def _level(number: int) -> str:
    return "premium" if number % 2 else "standard"


def _reported(number: int, now: datetime) -> datetime:
    return now - timedelta(minutes=5 * (TICKETS - number) + 1)


def _clocks(number: int, now: datetime) -> Iterator[Sequence[Any]]:
    at, is_open = _reported(number, now), TICKETS - number < OPEN
    for clock in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
        stopped = None if is_open else at + timedelta(minutes=20)
        late = at + timedelta(hours=8) if number % 17 == 0 else None
        state = "running" if is_open else "breached" if late else "met"
        due = at + timedelta(hours=30)
        yield (number, clock, state, 28_800.0, 1_200.0, at, due, due, stopped, None if is_open else late, "R-013")


def _events(number: int, now: datetime) -> Iterator[Sequence[Any]]:
    """Ten of each ticket; of those that are open nothing is solved yet."""
    at, is_open = _reported(number, now), TICKETS - number < OPEN
    for what, after, given in _LIFE:
        moment = min(at + timedelta(minutes=after), now)
        told = EventType.FIRST_RESPONSE if is_open and what is EventType.RESOLVED else what
        yield number, told, moment, moment, "bench", given


def _call(number: int, now: datetime) -> Sequence[Any]:
    at = _reported(number, now)
    talk = at + timedelta(seconds=5 + number * 7 % 50) if number % 3 else None
    return (number, f"bench-{number}", number, "bench", "+31201234567", "desk", at, at, talk, "caller", "live")


def _leg(number: int, now: datetime) -> Sequence[Any]:
    result, engineer = ("accepted", number % ENGINEERS + 1) if number % 3 == 1 else ("answered", None)
    return number, "iemand", "+31612345001", _reported(number, now), result, engineer


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
