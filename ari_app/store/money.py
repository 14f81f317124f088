"""Amounts of money in the database: whole cents, because SQLite knows no exact decimals."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa


class Euro(sa.TypeDecorator[Decimal]):
    """A Decimal with at most two decimals; ValueError for a part of a cent, which nobody can pay."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        if value is None:
            return None
        cents = value * 100
        if cents != int(cents):
            raise ValueError(f"{value} has a part of a cent: round it before it is stored")
        return int(cents)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)
