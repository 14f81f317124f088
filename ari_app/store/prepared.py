"""A statement that SQLAlchemy wrote once, run on SQLite without asking SQLAlchemy again: a sixth of the cost, the same SQL and types.

Only for the few statements of every call; see statements.py. On PostgreSQL they go the usual way.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from ari_app.store.json_columns import read_json

Process = Callable[[Any], Any]
#: For SQL text and types only; it never connects.
_DIALECT: Dialect = SQLiteDialect_pysqlite(paramstyle="named", json_deserializer=read_json)


class Prepared:
    """`names`: the values that a run needs. Raises the errors of SQLAlchemy, as every statement of the store does."""

    def __init__(self, statement: Any, names: Iterable[str] = ()) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
        self._sql = str(compiled)
        fixed = {name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required}
        self._binds = {name: _to_sqlite(bound.type) for name, bound in compiled.binds.items()}
        self._fixed = {name: self._bound(name, value) for name, value in fixed.items() if value is not None}
        columns = list(statement.exported_columns) if isinstance(statement, sa.Select | sa.Insert | sa.Update) else []
        self._names = [getattr(column, "name", "") or f"column_{at}" for at, column in enumerate(columns)]
        processes = zip(self._names, (_from_sqlite(column.type) for column in columns), strict=True)
        self._results = [(name, process) for name, process in dict(processes).items() if process]

    def ask(self, connection: sqlite3.Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Rows, read or written and given back, with the columns as attributes."""
        return [self._row(one) for one in self._execute(connection, values).fetchall()]

    def run(self, connection: sqlite3.Connection, *rows: Mapping[str, Any]) -> int | None:
        """The id of the last new row."""
        last = None
        for row in rows:
            last = self._execute(connection, row).lastrowid
        return last

    def _execute(self, connection: sqlite3.Connection, values: Mapping[str, Any]) -> sqlite3.Cursor:
        """The values stay out of the message: they are people's numbers."""
        try:
            return connection.execute(self._sql, self._values(values))
        except sqlite3.IntegrityError as error:
            raise IntegrityError(self._sql, None, error) from error
        except sqlite3.OperationalError as error:
            raise OperationalError(self._sql, None, error) from error
        except sqlite3.Error as error:
            raise DBAPIError(self._sql, None, error) from error

    def _row(self, values: Sequence[Any]) -> SimpleNamespace:
        row = dict(zip(self._names, values, strict=True))
        for name, process in self._results:
            if row[name] is not None:
                row[name] = process(row[name])
        return SimpleNamespace(**row)

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **self._fixed,
            **{name: self._bound(name, value) for name, value in values.items() if name in self._binds},
        }

    def _bound(self, name: str, value: Any) -> Any:
        process = self._binds[name]
        return process(value) if process else value


def _to_sqlite(kind: sa.types.TypeEngine[Any]) -> Process | None:
    process: Process | None = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return process


def _from_sqlite(kind: sa.types.TypeEngine[Any]) -> Process | None:
    process: Process | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return process
