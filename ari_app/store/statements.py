"""Statements that every call runs. Built once, run on the connection: making objects of rows costs more than the database does."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from psycopg import AsyncConnection as AsyncPostgres
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from ari_app.store.prepared import Postgres, Prepared, PreparedThere


class Asks(Protocol):
    """A session, or a transaction of the store."""

    async def connection(self) -> AsyncConnection:
        """The connection, its transaction begun."""


#: What gives rows: a question, or a change with RETURNING.
Statement = sa.Select[*tuple[Any, ...]] | sa.Update | sa.Insert


async def ask(session: Asks, statement: Statement, **values: Any) -> Sequence[Any]:
    """Rows with the columns as attributes, in the transaction of `session`."""
    connection = await session.connection()
    if here := _sqlite_of(connection):
        return _prepared(statement).ask(here, values)
    return await _prepared_there(statement).ask(_postgres_of(connection), values)


async def ask_all(session: Asks, *asked: tuple[Statement, Mapping[str, Any]]) -> list[Sequence[Any]]:
    """The rows of each statement with its values: one trip to PostgreSQL for all, where each by itself would be one."""
    connection = await session.connection()
    if here := _sqlite_of(connection):
        return [_prepared(statement).ask(here, values) for statement, values in asked]
    if not asked:
        return []
    there = [(_prepared_there(statement), values) for statement, values in asked]
    return await PreparedThere.ask_all(_postgres_of(connection), there)


async def run(session: Asks, statement: sa.Delete, **values: Any) -> None:
    """A statement that gives nothing back."""
    connection = await session.connection()
    if here := _sqlite_of(connection):
        _prepared(statement).run(here, values)
        return
    await _prepared_there(statement).run(_postgres_of(connection), values)


async def add(session: Asks, table: type[SQLModel], *rows: Mapping[str, Any]) -> None:
    """Rows for a table, each with the same columns; columns that are left out get the value that the table model gives them."""
    full = [{**defaults_of(table), **row} for row in rows]
    if not full:
        return
    connection = await session.connection()
    if here := _sqlite_of(connection):
        _inserting(table, frozenset(full[0])).run(here, *full)
        return
    await _inserting_there(table, frozenset(full[0])).run(_postgres_of(connection), *full)


async def add_one(session: Asks, table: type[SQLModel], row: Mapping[str, Any]) -> int:
    """The id of a new row."""
    full = {**defaults_of(table), **row}
    connection = await session.connection()
    if here := _sqlite_of(connection):
        return _inserting(table, frozenset(full)).run(here, full) or 0
    (made,) = await _inserting_one_there(table, frozenset(full)).ask(_postgres_of(connection), full)
    return int(made.id)


async def change(session: Asks, table: type[SQLModel], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Gives the row with this primary key these values; nothing is asked of the database when there are none."""
    if not values:
        return
    given = {**{f"{_OLD}{name}": value for name, value in key.items()}, **values}
    connection = await session.connection()
    if here := _sqlite_of(connection):
        _changing_here(table, frozenset(key), frozenset(values)).run(here, given)
        return
    await _changing_there(table, frozenset(key), frozenset(values)).run(_postgres_of(connection), given)


async def replace(session: Asks, table: type[SQLModel], row: Mapping[str, Any]) -> None:
    """A row, in the place of one with the same key: one statement, not a look and a write."""
    full = {**defaults_of(table), **row}
    connection = await session.connection()
    if here := _sqlite_of(connection):
        _replacing_here(table, frozenset(full)).run(here, full)
        return
    await _replacing_there(table, frozenset(full)).run(_postgres_of(connection), full)


def columns_of(table: type[SQLModel]) -> sa.Table:
    return table.__table__  # type: ignore[attr-defined,no-any-return]


@cache
def defaults_of(table: type[SQLModel]) -> Mapping[str, Any]:
    """What a new row has where nobody says otherwise."""
    given = {name: field for name, field in table.model_fields.items() if name != "id" and not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in given.items()}


def _sqlite_of(connection: AsyncConnection) -> sqlite3.Connection | None:
    """The connection below, where that is SQLite in this thread; its transaction has begun."""
    if connection.dialect.name != "sqlite" or connection.sync_connection is None:
        return None
    here = connection.sync_connection.connection.dbapi_connection
    return here if isinstance(here, sqlite3.Connection) else None


def _postgres_of(connection: AsyncConnection) -> Postgres:
    """The connection below, of PostgreSQL."""
    assert connection.sync_connection
    there = connection.sync_connection.connection.driver_connection
    assert isinstance(there, AsyncPostgres)
    return there


#: Before the name of a column of the key, so that it is no new value.
_OLD = "old_"


@cache
def _changing_here(table: type[SQLModel], key: frozenset[str], names: frozenset[str]) -> Prepared:
    return Prepared(_changing(table, key), sorted(names))


@cache
def _changing_there(table: type[SQLModel], key: frozenset[str], names: frozenset[str]) -> PreparedThere:
    return PreparedThere(_changing(table, key), sorted(names))


def _changing(table: type[SQLModel], key: frozenset[str]) -> sa.Update:
    columns = columns_of(table).c
    is_this = [columns[name] == sa.bindparam(f"{_OLD}{name}", type_=columns[name].type) for name in sorted(key)]
    return sa.update(columns_of(table)).where(*is_this)


_PREPARED: dict[int, tuple[Any, Prepared]] = {}
_PREPARED_THERE: dict[int, tuple[Any, PreparedThere]] = {}


def _prepared(statement: Any) -> Prepared:
    """By identity: these statements are made once, when their module is read."""
    found = _PREPARED.get(id(statement))
    if found is None or found[0] is not statement:
        found = _PREPARED[id(statement)] = (statement, Prepared(statement))
    return found[1]


def _prepared_there(statement: Any) -> PreparedThere:
    found = _PREPARED_THERE.get(id(statement))
    if found is None or found[0] is not statement:
        found = _PREPARED_THERE[id(statement)] = (statement, PreparedThere(statement))
    return found[1]


@cache
def _inserting(table: type[SQLModel], names: frozenset[str]) -> Prepared:
    return Prepared(sa.insert(columns_of(table)), sorted(names))


@cache
def _inserting_there(table: type[SQLModel], names: frozenset[str]) -> PreparedThere:
    return PreparedThere(sa.insert(columns_of(table)).inline(), sorted(names))


@cache
def _inserting_one_there(table: type[SQLModel], names: frozenset[str]) -> PreparedThere:
    columns = columns_of(table)
    return PreparedThere(sa.insert(columns).returning(columns.c.id), sorted(names))


@cache
def _replacing_here(table: type[SQLModel], names: frozenset[str]) -> Prepared:
    return Prepared(_replacing(table, sqlite.insert(columns_of(table))), sorted(names))


@cache
def _replacing_there(table: type[SQLModel], names: frozenset[str]) -> PreparedThere:
    return PreparedThere(_replacing(table, postgresql.insert(columns_of(table)).inline()), sorted(names))


def _replacing(table: type[SQLModel], insert: sqlite.Insert | postgresql.Insert) -> Any:
    columns = columns_of(table)
    key = [column.name for column in columns.primary_key]
    rest = {column.name: insert.excluded[column.name] for column in columns.columns if column.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=rest)
