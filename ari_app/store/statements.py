"""Statements that every call runs. Built once, run on the connection: making objects of rows costs more than the database does."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
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


async def replace(session: AsyncSession, table: type[SQLModel], row: Mapping[str, Any]) -> None:
    """A row, in the place of one with the same key: one statement, not a look and a write."""
    connection = await session.connection()
    statement = _replacing(table, connection.dialect.name)
    await connection.execute(statement, {**defaults_of(table), **row})


@cache
def _replacing(table: type[SQLModel], dialect: str) -> Any:
    columns = columns_of(table)
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(columns)
    key = [column.name for column in columns.primary_key]
    rest = {column.name: insert.excluded[column.name] for column in columns.columns if column.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=rest)


def columns_of(table: type[SQLModel]) -> sa.Table:
    return table.__table__  # type: ignore[attr-defined,no-any-return]


@cache
def defaults_of(table: type[SQLModel]) -> Mapping[str, Any]:
    """What a new row has where nobody says otherwise."""
    given = {name: field for name, field in table.model_fields.items() if name != "id" and not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in given.items()}
