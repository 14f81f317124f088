"""A statement that SQLAlchemy wrote once, run on the driver without asking SQLAlchemy again: the same SQL and types, at a sixth of
the cost on SQLite, and on PostgreSQL several of them in one trip.

Only for the statements of every call and page; see statements.py.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

from ari_app.store.json_columns import read_json

Process = Callable[[Any], Any]
Values = Mapping[str, Any]
Postgres = psycopg.AsyncConnection[Any]
#: For SQL text and types only; they never connect.
_SQLITE: Dialect = SQLiteDialect_pysqlite(paramstyle="named", json_deserializer=read_json)
_POSTGRES: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class _Written:
    """The text of a statement, and how its values go in and come out."""

    def __init__(self, statement: Any, names: Iterable[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names) or None)
        self.sql = str(compiled)
        self._dialect = dialect
        fixed = {name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required}
        self._binds = {name: self._into(bound.type) for name, bound in compiled.binds.items()}
        self._fixed = {name: self._bound(name, value) for name, value in fixed.items() if value is not None}
        columns = list(statement.exported_columns) if isinstance(statement, sa.Select | sa.Insert | sa.Update) else []
        self._names = [getattr(column, "name", "") or f"column_{at}" for at, column in enumerate(columns)]
        self._kinds = [column.type for column in columns]
        self._results: list[tuple[str, Process]] | None = None

    def rows(self, found: Sequence[Sequence[Any]], description: Sequence[Any]) -> list[SimpleNamespace]:
        """With the columns as attributes. `description` as the driver's cursor tells it."""
        if self._results is None:
            self._results = self._processes([column[1] for column in description])
        return [self._row(one, self._results) for one in found]

    def _processes(self, types: Sequence[Any]) -> list[tuple[str, Process]]:
        """`types`: the driver's own, by which numbers are told apart."""
        ways = [self._out_of(kind, type_) for kind, type_ in zip(self._kinds, types, strict=True)]
        return [(name, way) for name, way in dict(zip(self._names, ways, strict=True)).items() if way]

    def _row(self, values: Sequence[Any], results: Sequence[tuple[str, Process]]) -> SimpleNamespace:
        row = dict(zip(self._names, values, strict=True))
        for name, process in results:
            if row[name] is not None:
                row[name] = process(row[name])
        return SimpleNamespace(**row)

    def values(self, values: Values) -> dict[str, Any]:
        return {
            **self._fixed,
            **{name: self._bound(name, value) for name, value in values.items() if name in self._binds},
        }

    def refused(self, error: Exception, base: type[Exception]) -> DBAPIError:
        """The driver's error in the words of SQLAlchemy. The values stay out of it: they are people's numbers."""
        return DBAPIError.instance(self.sql, None, error, base, hide_parameters=True, dialect=self._dialect)  # type: ignore[return-value]

    def _bound(self, name: str, value: Any) -> Any:
        process = self._binds[name]
        return process(value) if process else value

    def _into(self, kind: sa.types.TypeEngine[Any]) -> Process | None:
        process: Process | None = kind.dialect_impl(self._dialect).bind_processor(self._dialect)
        return process

    def _out_of(self, kind: sa.types.TypeEngine[Any], type_: Any) -> Process | None:
        process: Process | None = kind.dialect_impl(self._dialect).result_processor(self._dialect, type_)
        return process


class Prepared:
    """For SQLite. `names`: the values that a run needs. Raises the errors of SQLAlchemy, as every statement of the store does."""

    def __init__(self, statement: Any, names: Iterable[str] = ()) -> None:
        self._written = _Written(statement, names, _SQLITE)

    def ask(self, connection: sqlite3.Connection, values: Values) -> Sequence[Any]:
        """Rows, read or written and given back, with the columns as attributes."""
        cursor = self._execute(connection, values)
        return self._written.rows(cursor.fetchall(), cursor.description)

    def run(self, connection: sqlite3.Connection, *rows: Values) -> int | None:
        """The id of the last new row."""
        last = None
        for row in rows:
            last = self._execute(connection, row).lastrowid
        return last

    def _execute(self, connection: sqlite3.Connection, values: Values) -> sqlite3.Cursor:
        try:
            return connection.execute(self._written.sql, self._written.values(values))
        except sqlite3.Error as error:
            raise self._written.refused(error, sqlite3.Error) from error


class PreparedThere:
    """The same for PostgreSQL."""

    def __init__(self, statement: Any, names: Iterable[str] = ()) -> None:
        self._written = _Written(statement, names, _POSTGRES)

    async def ask(self, connection: Postgres, values: Values) -> Sequence[Any]:
        """Rows, read or written and given back, with the columns as attributes."""
        with self._refusing():
            return await self._rows(await self._send(connection, values))

    async def run(self, connection: Postgres, *rows: Values) -> None:
        """Once for each row, all in one trip."""
        with self._refusing():
            async with connection.cursor() as cursor:
                await cursor.executemany(self._written.sql, [self._written.values(row) for row in rows])

    @staticmethod
    async def ask_all(connection: Postgres, asked: Sequence[tuple["PreparedThere", Values]]) -> list[Sequence[Any]]:
        """The rows of each, all in one trip."""
        with asked[0][0]._refusing():
            async with connection.pipeline():
                sent = [await one._send(connection, values) for one, values in asked]
            return [await one._rows(cursor) for (one, _), cursor in zip(asked, sent, strict=True)]

    async def _send(self, connection: Postgres, values: Values) -> psycopg.AsyncCursor[Any]:
        return await connection.execute(self._written.sql, self._written.values(values))

    async def _rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Any]:
        return self._written.rows(await cursor.fetchall(), cursor.description or ())

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._written.refused(error, psycopg.Error) from error
