"""The migrations make the tables that the program expects, forth and back, on both databases."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from ari_app.store import database, schema, tables
from ari_app.store.database import Store


def differences(url: str) -> list[object]:
    engine = schema._sync_engine(url)
    options = {"include_object": lambda _t, name, kind, _r, _c: kind != "table" or name in SQLModel.metadata.tables}
    try:
        with engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))
    finally:
        engine.dispose()


def table_names(url: str) -> set[str]:
    engine = schema._sync_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrated_tables_are_the_tables_of_the_program(database_url: str) -> None:
    assert differences(database_url) == []


def test_the_comparison_sees_a_column_that_is_missing(database_url: str) -> None:
    engine = schema._sync_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE ticket DROP COLUMN summary"))
    engine.dispose()

    assert "summary" in str(differences(database_url))


def test_up_down_and_up_again_works(empty_database_url: str) -> None:
    schema.upgrade(empty_database_url)

    schema.downgrade(empty_database_url, "base")
    after_down = table_names(empty_database_url) & set(SQLModel.metadata.tables)
    schema.upgrade(empty_database_url)

    assert after_down == set()
    assert differences(empty_database_url) == []


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)

    assert schema.check(database_url).is_current


def test_two_processes_may_upgrade_at_the_same_moment(empty_database_url: str) -> None:
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(schema.upgrade, empty_database_url) for _ in range(2)]

    assert [upgrade.exception() for upgrade in done] == [None, None]
    assert differences(empty_database_url) == []


def test_a_new_file_that_another_process_is_preparing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, waits = tmp_path / "new.db", []
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def done_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        other.close()

    monkeypatch.setattr(database.time, "sleep", done_meanwhile)
    schema.upgrade(f"sqlite+aiosqlite:///{file}")

    assert len(waits) == 1
    assert schema.check(f"sqlite+aiosqlite:///{file}").is_current


def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    missing = tmp_path / "nothing.db"

    found = schema.check(f"sqlite+aiosqlite:///{missing}")

    assert found.found is None
    assert not found.is_current
    assert not missing.exists()


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql"):
        Store.open("mysql://nowhere/line")


def test_all_tables_are_seen_by_the_migrations() -> None:
    assert tables.TicketRow.__tablename__ in SQLModel.metadata.tables


def test_what_was_filed_before_the_columns_for_money_and_contracts_is_kept(empty_database_url: str) -> None:
    schema._change(empty_database_url, lambda config: command.upgrade(config, "0001"))
    before = (
        "INSERT INTO customer (id, name) VALUES (1, 'Bloemen Bedacht')",
        "INSERT INTO contract (customer_id, level, agreement_version, starts_on, is_framework_agreement, terms_version,"
        " is_unpaid) VALUES (1, 'premium', 'voip-4.10-2023-11', '2026-01-01', false, '', false)",
        "INSERT INTO ticket (id, kind, source, state, customer_id, level, agreement_version, scope, why_proposed,"
        " needs_review, summary, reported_at) VALUES (1, 'incident', 'phone', 'new', 1, 'premium',"
        " 'voip-4.10-2023-11', 'in_scope', '', true, 'gebeld', '2026-03-02 09:00:00')",
        "INSERT INTO ticket_event (ticket_id, type, at, recorded_at, actor, detail) VALUES (1, 'first_response',"
        " '2026-03-02 09:00:00', '2026-03-02 09:00:00', 'fenna', '{}')",
    )
    run(empty_database_url, *before)

    schema.upgrade(empty_database_url)

    found = run(
        empty_database_url,
        "SELECT contract.terms_version, contract.framework_agreement, contract.paid_until IS NOT NULL, ticket.summary,"
        " ticket.engineer_line, ticket_event.actor FROM contract JOIN ticket ON ticket.customer_id = contract.customer_id"
        " JOIN ticket_event ON ticket_event.ticket_id = ticket.id",
    )
    assert found == [("niet vastgelegd", "niet vastgelegd", True, "gebeld", 1, "fenna")]


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement."""
    engine = schema._sync_engine(url)
    try:
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    finally:
        engine.dispose()
