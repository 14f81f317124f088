"""Who reads sees one view of the rows and writes nothing; on PostgreSQL with few trips, and through a server's restart."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ari_app.store.database import Store
from ari_app.store.statements import columns_of
from ari_app.store.tables import Customer

on_postgres = pytest.mark.parametrize(
    "empty_database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
NAMES = select(Customer.name)


async def add_customer(store: Store, name: str) -> None:
    async with store.session() as session:
        session.add(Customer(name=name))


async def test_what_is_written_meanwhile_is_not_seen(store):
    async with store.reading() as session:
        before = (await session.exec(NAMES)).all()
        await add_customer(store, "Later BV")

        assert (await session.exec(NAMES)).all() == before

    async with store.reading() as session:
        assert "Later BV" in (await session.exec(NAMES)).all()


async def test_what_becomes_of_the_objects_is_never_written(store):
    async with store.reading() as session:
        row = (await session.exec(select(Customer).order_by(Customer.id))).first()
        row.name = "Tried BV"

    async with store.reading() as session:
        assert "Tried BV" not in (await session.exec(NAMES)).all()


async def test_a_question_after_a_failed_one_is_answered(store):
    async def fail() -> None:
        async with store.reading() as session:
            await session.exec(text("SELECT nothing"))

    with pytest.raises(DBAPIError):
        await fail()

    async with store.reading() as session:
        assert (await session.exec(NAMES)).all()


@on_postgres
async def test_a_server_that_was_away_costs_no_question_and_no_change(store):
    async with store.reading() as session, store.looking() as other:
        await session.exec(NAMES)
        await (await other.connection()).execute(select(columns_of(Customer)))
    await add_customer(store, "Before BV")
    async with store.looking() as session:
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await (await session.connection()).execute(others)

    for _ in range(3):
        async with store.reading() as session, store.looking():
            assert "Before BV" in (await session.exec(NAMES)).all()
    await add_customer(store, "After BV")


@on_postgres
async def test_what_was_asked_often_is_planned_no_more(store):
    """The driver forgets what it prepared at each rollback, and what a page asks was planned anew each time."""
    for _ in range(8):
        async with store.reading() as session:
            await session.exec(NAMES)

    async with store.reading() as session:
        prepared = await (await session.connection()).execute(text("SELECT statement FROM pg_prepared_statements"))

        assert [one for (one,) in prepared if "FROM customer" in one]
