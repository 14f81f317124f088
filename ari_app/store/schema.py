"""Brings the tables of a database to the version of this program, and says whether they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from ari_app.store.database import begin_sqlite, prepare_sqlite
from ari_app.store.work_queue import work_url

#: Any number that no other program uses on the same PostgreSQL; held while the schema changes.
MIGRATION_LOCK = 4_120_310_485


@dataclass(frozen=True, slots=True)
class SchemaCheck:
    """`found` is None for an empty database."""

    found: str | None
    expected: str

    @property
    def is_current(self) -> bool:
        return self.found == self.expected


def upgrade(url: str) -> None:
    """Makes or upgrades all tables, ours and those of the work queue. Two processes may do this at the same moment."""
    _change(url, lambda config: command.upgrade(config, "head"))
    DBOS.migrate(work_url(url))


def downgrade(url: str, revision: str) -> None:
    """Back to `revision`; "base" drops all our tables and what is in them. The tables of the work queue stay."""
    _change(url, lambda config: command.downgrade(config, revision))


def check(url: str) -> SchemaCheck:
    """Reads only, and makes no file for a SQLite database that does not exist yet."""
    expected = ScriptDirectory.from_config(_config()).get_current_head() or ""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return SchemaCheck(found=None, expected=expected)
    engine = _sync_engine(url)
    try:
        with engine.connect().execution_options(sqlite_begin="DEFERRED") as connection:
            return SchemaCheck(MigrationContext.configure(connection).get_current_revision(), expected)
    finally:
        engine.dispose()


def _change(url: str, change: Callable[[Config], None]) -> None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = _sync_engine(url)
    if engine.dialect.name == "sqlite":
        # A changed table is made anew beside the old one, which is dropped: with foreign keys on, its children say no.
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            change(_config(connection))
            _refuse_orphans(connection)
    finally:
        engine.dispose()


def _refuse_orphans(connection: Connection) -> None:
    """Raises RuntimeError, so that nothing is changed, when rows would point at rows that are no longer there."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        raise RuntimeError(f"The change would leave {len(orphans)} rows of {tables} without the row they belong to.")


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _sync_engine(url: str) -> Engine:
    """Alembic works without asyncio; psycopg does both."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address)
    engine = create_engine(address.set(drivername="sqlite"))
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine
