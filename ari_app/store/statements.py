"""Statements that every call runs. Built once, run on the connection: making objects of rows costs more than the database does."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


async def ask(session: AsyncSession, statement: sa.Select[*tuple[Any, ...]], **values: Any) -> Sequence[Any]:
    """Rows with the columns as attributes, in the transaction of `session`."""
    connection = await session.connection()
    rows: Sequence[Any] = (await connection.execute(statement, values)).all()
    return rows


async def add(session: AsyncSession, table: type[SQLModel], *rows: Mapping[str, Any]) -> None:
    """Rows for a table, each with the same columns; columns that are left out get the value that the table model gives them."""
    if rows:
        connection = await session.connection()
        await connection.execute(sa.insert(columns_of(table)), [{**defaults_of(table), **row} for row in rows])


async def add_one(session: AsyncSession, table: type[SQLModel], row: Mapping[str, Any]) -> int:
    """The id of a new row."""
    connection = await session.connection()
    made = await connection.execute(sa.insert(columns_of(table)), {**defaults_of(table), **row})
    return int(made.inserted_primary_key[0])  # type: ignore[index]  # a row that was just made has one


def columns_of(table: type[SQLModel]) -> sa.Table:
    return table.__table__  # type: ignore[attr-defined,no-any-return]


def defaults_of(table: type[SQLModel]) -> Mapping[str, Any]:
    """What a new row has where nobody says otherwise."""
    if table not in _DEFAULTS:
        given = {name: field for name, field in table.model_fields.items() if name != "id" and not field.is_required()}
        _DEFAULTS[table] = {name: field.get_default(call_default_factory=True) for name, field in given.items()}
    return _DEFAULTS[table]


_DEFAULTS: dict[type[SQLModel], dict[str, Any]] = {}
