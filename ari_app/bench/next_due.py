"""Which ticket is due next, among a thousand and among a million: the same query as the watch, on both databases.

Figures are of the database alone: the statement of the watch goes straight to the driver, without what SQLAlchemy adds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, make_url, text
from sqlmodel import SQLModel

from ari_app.bench.databases import postgres, sqlite
from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.desk.looking_again import due_tickets
from ari_app.jobs.watch import AT_ONCE
from ari_app.store.database import prepare_sqlite
from ari_app.store.schema import upgrade
from ari_app.store.tables import TicketRow, TicketSource
from sla.terms import Kind

NAME = "next-due"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS, WARM_UP = 1_000, 50
_FIRST_DUE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: A prime: moments follow each other in another order than the rows.
_STEP, _SPREAD_SECONDS = 7_919, 10_000_019
_MAKE_ROWS = {
    "sqlite": """WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last)
        INSERT INTO ticket ({columns}, next_look_at) SELECT {columns},
        strftime('%Y-%m-%d %H:%M:%S.000000', :due, (n * {step} % {spread}) || ' seconds')
        FROM series, (SELECT * FROM ticket ORDER BY id LIMIT 1)""",
    "postgresql": """INSERT INTO ticket ({columns}, next_look_at) SELECT {columns},
        CAST(:due AS timestamptz) + (CAST(n AS bigint) * {step} % {spread}) * interval '1 second'
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n,
        (SELECT * FROM ticket ORDER BY id LIMIT 1) AS template""",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A statement as the driver gets it."""

    statement: str
    parameters: Any


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Microseconds, p50 of 1,000 rounds. Raises BenchFailed when there is no PostgreSQL to measure."""
    for figures in (_on_sqlite, _on_postgres):
        for figure in await asyncio.to_thread(figures, scratch):
            yield figure


def _on_sqlite(scratch: Path) -> list[Figure]:
    url = sqlite(scratch)
    upgrade(url)
    engine = create_engine(make_url(url).set(drivername="sqlite"))
    event.listen(engine, "connect", prepare_sqlite)
    return _measured("SQLite", engine, begin="BEGIN IMMEDIATE")


def _on_postgres(scratch: Path) -> list[Figure]:
    with postgres(scratch / "postgres") as url:
        upgrade(url)
        return _measured("PostgreSQL", create_engine(url), begin="BEGIN")


def _measured(database: str, engine: Engine, begin: str) -> list[Figure]:
    """Grows one table through all sizes and asks both questions at each."""
    nexts, claims = dict[int, float](), dict[int, float]()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _add_template(connection)
        for size in SIZES:
            _grow(connection, size)
            cursor = connection.connection.cursor()
            try:
                nexts[size] = _p50(_asking(cursor, _question(connection, _moment(connection, 1), 1), rows=1))
                claim = _question(connection, _moment(connection, AT_ONCE), AT_ONCE)
                claims[size] = _p50(_asking(cursor, claim, rows=AT_ONCE, begin=begin))
            finally:
                cursor.close()
    engine.dispose()
    return [
        *_figures(f"the next due clock, {database}", nexts),
        *_figures(f"a claim of {AT_ONCE} due clocks, {database}", claims),
    ]


def _add_template(connection: Connection) -> None:
    """The row that all others are copies of; it is never due."""
    row = TicketRow(
        kind=Kind.INCIDENT,
        source=TicketSource.PHONE,
        level="premium",
        agreement_version="voip-4.10-2023-11",
        summary="Gemiste oproep van Bakkerij Verzonnen",
        reported_at=_FIRST_DUE - timedelta(hours=3),
    )
    connection.execute(insert(TicketRow).values(row.model_dump(exclude={"id"})))


def _grow(connection: Connection, size: int) -> None:
    """To `size` tickets with a moment to look at, by one statement; then the database learns what is in it."""
    columns = ", ".join(column.name for column in _ticket_table().columns if column.name not in ("id", "next_look_at"))
    there = connection.execute(text("SELECT count(next_look_at) FROM ticket")).scalar_one()
    make_rows = _MAKE_ROWS[connection.dialect.name].format(columns=columns, step=_STEP, spread=_SPREAD_SECONDS)
    due = _FIRST_DUE.strftime("%Y-%m-%d %H:%M:%S") + ("" if connection.dialect.name == "sqlite" else "+00")
    connection.execute(text(make_rows), {"first": there + 1, "last": size, "due": due})
    connection.execute(text("ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE ticket"))


def _moment(connection: Connection, due: int) -> datetime:
    """The moment at which `due` tickets are due."""
    table = _ticket_table()
    moments = table.select().with_only_columns(table.c.next_look_at).where(table.c.next_look_at.is_not(None))
    return connection.execute(moments.order_by(table.c.next_look_at).offset(due - 1).limit(1)).scalar_one()  # type: ignore[no-any-return]


def _question(connection: Connection, now: datetime, limit: int) -> Question:
    """The watch's own statement, as SQLAlchemy hands it to the driver."""
    heard: list[Question] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: Sequence[Any], _x: object, _many: bool) -> None:
        heard.append(Question(statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    connection.execute(due_tickets(now, limit)).all()
    event.remove(connection, "before_cursor_execute", hear)
    return heard[0]


def _asking(cursor: Any, question: Question, rows: int, begin: str | None = None) -> Callable[[], None]:
    """With `begin` the rows are locked in a transaction, and let go again."""

    def ask() -> None:
        if begin:
            cursor.execute(begin)
        cursor.execute(question.statement, question.parameters)
        found = len(cursor.fetchall())
        if begin:
            cursor.execute("ROLLBACK")
        if found != rows:
            raise BenchFailed(f"{found} tickets are due instead of {rows}, so that the speed says nothing.")

    return ask


def _p50(ask: Callable[[], None]) -> float:
    """Microseconds."""
    taken = []
    for _ in range(WARM_UP + ROUNDS):
        began = perf_counter()
        ask()
        taken.append(perf_counter() - began)
    return float(np.percentile(taken[WARM_UP:], 50)) * 1e6


def _figures(what: str, found: dict[int, float]) -> list[Figure]:
    smallest = SIZES[0]
    each = [
        compared(NAME, f"{what}, of {size:,}, p50", value, "µs", f"of {smallest:,}", found[smallest])
        for size, value in found.items()
    ]
    most, least = max(found.values()), min(found.values())
    return [*each, compared(NAME, f"{what}, the slowest size", most, "µs", "the fastest size", least)]


def _ticket_table() -> Table:
    return SQLModel.metadata.tables[str(TicketRow.__tablename__)]
