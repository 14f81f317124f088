"""A condition on several ids that is one value: the text of a statement is the same for three and for forty, and made once."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Ids(sa.types.TypeDecorator[Sequence[int]]):
    """An array, or for SQLite its JSON."""

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return sa.String() if dialect.name == "sqlite" else postgresql.ARRAY(sa.Integer)

    def process_bind_param(self, value: Sequence[int] | None, dialect: sa.Dialect) -> Any:
        ids = [*(value or ())]
        return json.dumps(ids) if dialect.name == "sqlite" else ids


class _IsAmong(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_IsAmong":
        """As it stands: with the `= 1` that SQLAlchemy would add for SQLite no index is used, and all rows are read."""
        return self


def is_among(column: Any, name: str) -> sa.ColumnElement[bool]:
    """True for the ids that are given as `name` when the statement runs; for none when none are given."""
    return _IsAmong(column, sa.bindparam(name, type_=_Ids()))


@compiles(_IsAmong, "sqlite")
def _on_sqlite(element: _IsAmong, compiler: Any, **options: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **options)} IN (SELECT value FROM json_each({compiler.process(ids, **options)}))"


@compiles(_IsAmong, "postgresql")
def _on_postgres(element: _IsAmong, compiler: Any, **options: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(ids, **options)})"
