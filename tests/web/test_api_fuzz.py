"""Whatever a program sends, the API answers as its document says: never with a failure of ours, never outside the schema.

`make api-fuzz` sends more (MELDLIJN_API_CASES; MELDLIJN_API_PATHS, a regular expression, for some addresses only). The cases
follow from a seed, so that what failed fails again.
"""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import schemathesis
from aiohttp import web
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header, positive_data_acceptance

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.opening import NewTicket
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role, TicketSource
from ari_app.web.accounts import Accounts
from ari_app.web.api.openapi import document
from ari_app.web.api.table import OPERATIONS
from ari_app.web.api.tokens import Tokens
from ari_app.web.app import make_app
from sla.terms import Kind

SEED = 20261127
CASES = int(os.environ.get("MELDLIJN_API_CASES", "128"))
PATHS = os.environ.get("MELDLIJN_API_PATHS", "/")
#: It needs a line in service.
TOO_SLOW = {"explain_call"}
NOW = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)


#: Valid data may be refused for what it means; tokens and If-Match have tests of their own in test_api.py.
NOT_HERE = [positive_data_acceptance, ignored_auth, missing_required_header]


class StandingClock:
    def now(self) -> datetime:
        return NOW

    def pinned(self) -> "StandingClock":
        return self


DAYS = st.dates(date(1971, 1, 2), date(2199, 12, 30))
schemathesis.openapi.format("date", DAYS.map(str))
schemathesis.openapi.format("date-time", st.builds("{}T{:%H:%M:%S}Z".format, DAYS, st.times()))


class Served(threading.Thread):
    """The pages on a port, in a loop of their own: what fuzzes is not written for asyncio."""

    def __init__(self, home: Path, database: str) -> None:
        super().__init__(daemon=True)
        self._home = home
        self._database = database
        self._is_ready = threading.Event()
        self.url = self.token = ""
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        store, clock = Store.open(self._database), StandingClock()
        line = Settings(home=self._home, database=self._database, api={"requests_per_minute": 100_000})
        await seed_demo(store, NOW)
        desk = Desk(store, line, clock)
        for _ in range(3):
            new = NewTicket(Kind.INCIDENT, TicketSource.MAIL, "de telefoons doen het niet", 1, NOW - timedelta(hours=2))
            await desk.open_ticket(new, Actor("ilse", Role.SUPERVISOR))
        accounts = Accounts(store, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        await accounts.create("beheer", "administrator", "Fenna Fictief")
        _, self.token = await Tokens(store, clock).create("beheer", "proef", ["admin"], "ilse")

        async def is_ready() -> dict[str, bool]:
            return {}

        runner = web.AppRunner(make_app(desk, accounts, clock, line, is_ready), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._is_ready.set()
        await self._over.wait()
        await runner.cleanup()
        await store.close()

    def wait(self) -> "Served":
        assert self._is_ready.wait(30)
        return self

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join(30)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("fuzzed")
    shutil.copy(migrated_file, home / "meldlijn.db")
    running = Served(home, f"sqlite+aiosqlite:///{home / 'meldlijn.db'}")
    running.start()
    yield running.wait()
    running.end()


SCHEMA = (
    schemathesis.openapi.from_dict(document(OPERATIONS))
    .include(path_regex=PATHS)
    .exclude(operation_id=sorted(TOO_SLOW))
)
#: Every bound of every field, once for each operation: only where somebody asks for many cases.
SCHEMA.config.phases.coverage.enabled = CASES > 1000
#: Rounded up.
EACH = -(-CASES // (len(OPERATIONS) - len(TOO_SLOW)))


@seed(SEED)
@SCHEMA.parametrize()
@settings(
    max_examples=EACH,
    deadline=None,
    database=None,
    derandomize=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_what_the_document_says(case, served: Served):
    """The desk may refuse what the schema allows (409), and a moment that makes no sense for it (422)."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {served.token}"}

    case.call_and_validate(base_url=served.url, excluded_checks=NOT_HERE)
