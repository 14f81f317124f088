"""A desk on either database, with fictitious customers, on a clock that stands still until a test moves it."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.opening import NewTicket
from ari_app.desk.report import CallReport, Step
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role, TicketSource
from sla.terms import Kind

#: Monday 2 March 2026, 10:00 in Amsterdam.
MONDAY_10 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """Shows what the test says."""

    at: datetime = MONDAY_10

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "SetClock":
        return SetClock(self.at)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database=database_url)


async def seed(url: str) -> None:
    store = Store.open(url)
    await seed_demo(store, MONDAY_10)
    await store.close()


@pytest.fixture(scope="session")
def seeded_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the fictitious customers, to copy."""
    file = tmp_path_factory.mktemp("seeded") / "line.db"
    shutil.copy(migrated_file, file)
    with ThreadPoolExecutor(1) as other_loop:
        other_loop.submit(asyncio.run, seed(f"sqlite+aiosqlite:///{file}")).result()
    return file


@pytest.fixture(scope="session")
def seeded_postgres(postgres_server: str) -> str:
    """The name of a PostgreSQL database with the fictitious customers, to copy."""
    name = f"seeded_{os.getpid()}"
    # It dies with the tests, so that nothing needs to reach the disk; copying waits for that otherwise.
    in_postgres(postgres_server, "ALTER SYSTEM SET fsync = off")
    in_postgres(postgres_server, "SELECT pg_reload_conf()")
    in_postgres(postgres_server, f"CREATE DATABASE {name}")
    server = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
    url = server.render_as_string(hide_password=False)
    upgrade(url)
    with ThreadPoolExecutor(1) as other_loop:
        other_loop.submit(asyncio.run, seed(url)).result()
    return name


def in_postgres(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database_url(empty_database_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with all tables and the fictitious customers, SQLite and then PostgreSQL: a copy, for speed."""
    url = make_url(empty_database_url)
    if url.get_backend_name() == "sqlite":
        shutil.copy(request.getfixturevalue("seeded_file"), url.database or "")
        yield empty_database_url
        return
    template, server = request.getfixturevalue("seeded_postgres"), request.getfixturevalue("postgres_server")
    in_postgres(server, f"DROP DATABASE {url.database}")
    in_postgres(server, f"CREATE DATABASE {url.database} TEMPLATE {template}")
    yield empty_database_url
    # Hundreds of copies would keep the disk busy long after the last test.
    in_postgres(server, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture
def desk(store: Store, settings: Settings, clock: SetClock) -> Desk:
    return Desk(store, settings, clock)


SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
ENGINEER = Actor("fenna", Role.ENGINEER)
CUSTOMER = Actor("Planning De Testrit")

Open = Callable[..., Awaitable[str]]


@pytest.fixture
def open_ticket(desk: Desk) -> Open:
    """Opens an incident by mail of Transport De Testrit (Premium), but for what the test says otherwise."""

    async def make(by: Actor = ENGINEER, **different: object) -> str:
        facts: dict[str, object] = {
            "kind": Kind.INCIDENT,
            "source": TicketSource.MAIL,
            "summary": "de telefoons in het magazijn doen het niet",
            "customer_id": 1,
        }
        return await desk.open_ticket(NewTicket(**(facts | different)), by)  # type: ignore[arg-type]

    return make


@pytest.fixture
def look(desk: Desk) -> Callable[[str], Awaitable[TicketView]]:
    """The ticket as people see it now."""

    async def ticket(number: str) -> TicketView:
        found = await desk.ticket(number)
        assert found is not None
        return found

    return ticket


Report = Callable[..., CallReport]


@pytest.fixture
def report(clock: SetClock) -> Report:
    """Makes the report of a call from Transport De Testrit that left a message, but for what the test says otherwise."""

    def make(**different: object) -> CallReport:
        facts: dict[str, object] = {
            "call_id": "call-1",
            "line": "support",
            "caller_number": "+31850004120",
            "caller_id_raw": "0850004120",
            "received_at": clock.now(),
            "route": "voicemail",
            "why": ["Buiten de telefonische meldtijden."],
            "steps": [Step(clock.now(), "prompt", "welcome")],
            "recording": "call/one.wav",
            "ended_at": clock.now(),
            "ended_by": "caller",
        }
        return CallReport(**(facts | different))  # type: ignore[arg-type]

    return make
