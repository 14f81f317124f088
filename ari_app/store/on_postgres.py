"""Connections to PostgreSQL with as few trips as can be: a trip costs more than most questions of a page.

Theory of operation. Who reads has connections of its own, without a transaction unless it begins one, so that a question by
itself is one trip. Its transactions end with a commit: at a rollback the driver forgets all statements that it prepared.
Before a connection is used again nothing is asked of it, unless the server said something meanwhile, as it does when it
goes away.
"""

import select
from typing import Any

from psycopg import Error
from sqlalchemy import URL, Connection, Dialect, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ari_app.store.json_columns import read_json

#: The option of an engine whose questions stand by themselves.
APART = "apart"
_ONE_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def writing_engine(url: URL) -> AsyncEngine:
    """Each transaction sees what others committed before each of its statements."""
    return _watched(create_async_engine(url, json_deserializer=read_json))


def reading_engine(url: URL) -> AsyncEngine:
    """A transaction sees one view of the rows and writes nothing; see APART."""
    engine = _watched(create_async_engine(url, isolation_level="AUTOCOMMIT", json_deserializer=read_json))
    event.listen(engine.sync_engine, "begin", _begin_one_view)
    return engine


def _begin_one_view(connection: Connection) -> None:
    if not connection.get_execution_options().get(APART):
        connection.exec_driver_sql(_ONE_VIEW)


def _watched(engine: AsyncEngine) -> AsyncEngine:
    """A server that was away meanwhile costs no page: its connections are made anew."""
    dialect = engine.dialect

    def still_there(connection: Any, _record: object, _proxy: object) -> None:
        if _is_silent(connection.driver_connection):
            return
        _ping(dialect, connection)

    event.listen(engine.sync_engine, "checkout", still_there)
    return engine


def _is_silent(driver: Any) -> bool:
    """Between questions a server that is there says nothing."""
    if driver.closed:
        return False
    said = select.poll()
    said.register(driver.fileno(), select.POLLIN)
    return not said.poll(0)


def _ping(dialect: Dialect, connection: Any) -> None:
    try:
        dialect.do_ping(connection)
    except Error as gone:
        raise InvalidatePoolError from gone
