"""The number of a caller leads to a customer and to the contract that is valid now."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from ari_app.desk import Desk
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Contract, Customer, DutyRow, EngineerRow, PhoneNumber


async def add_contract(store: Store, number: str, **terms: object) -> None:
    async with store.session() as session:
        customer = Customer(name=f"Proefbedrijf {number}")
        session.add(customer)
        await session.flush()
        session.add(PhoneNumber(e164=number, customer_id=customer.id or 0))
        facts: dict[str, object] = {
            "level": "premium",
            "agreement_version": "voip-4.10-2023-11",
            "framework_agreement": "MO-PROEF",
            "terms_version": "AV-PROEF",
            "paid_until": date(2026, 12, 31),
        }
        session.add(Contract(customer_id=customer.id or 0, **(facts | terms)))  # type: ignore[arg-type]


async def test_the_number_of_a_premium_customer_has_an_sla(desk: Desk) -> None:
    caller = await desk.who_is("+31850004120")

    assert (caller.customer_name, caller.level, caller.has_sla) == ("Transport De Testrit", "premium", True)
    assert caller.agreement_version == "voip-4.10-2023-11"
    assert "Transport De Testrit" in caller.why


async def test_a_customer_without_an_sla_is_known_but_has_none(desk: Desk) -> None:
    caller = await desk.who_is("+31850004140")

    assert (caller.customer_name, caller.level, caller.has_sla) == ("Bloemen Bedacht", "level_0", False)


async def test_an_unknown_number_is_nobodys(desk: Desk) -> None:
    caller = await desk.who_is("+31612345678")

    assert caller.customer_id is None
    assert not caller.has_sla
    assert "staat bij geen enkele klant" in caller.why


async def test_an_anonymous_caller_has_no_sla_and_the_reason_says_so(desk: Desk) -> None:
    caller = await desk.who_is(None)

    assert not caller.has_sla
    assert "anoniem" in caller.why


async def test_a_contract_holds_through_its_last_day_in_amsterdam(desk: Desk, store: Store) -> None:
    await add_contract(store, "+31850009001", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 2))

    last_minute = await desk.who_is("+31850009001", datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    day_after = await desk.who_is("+31850009001", datetime(2026, 3, 2, 23, 0, tzinfo=UTC))

    assert last_minute.has_sla
    assert not day_after.has_sla
    assert "geëindigd op 02-03-2026" in day_after.why


async def test_a_contract_does_not_hold_before_its_first_day(desk: Desk, store: Store) -> None:
    await add_contract(store, "+31850009002", starts_on=date(2026, 3, 3))

    assert not (await desk.who_is("+31850009002", datetime(2026, 3, 2, 12, tzinfo=UTC))).has_sla
    assert (await desk.who_is("+31850009002", datetime(2026, 3, 3, 12, tzinfo=UTC))).has_sla


async def test_an_unpaid_contract_is_valid_and_shown_as_unpaid(desk: Desk, store: Store) -> None:
    await add_contract(store, "+31850009003", starts_on=date(2026, 1, 1), paid_until=None)

    caller = await desk.who_is("+31850009003")

    assert caller.has_sla
    assert "ONBETAALD" in caller.why


async def test_on_sunday_another_engineer_is_rung_first(desk: Desk) -> None:
    saturday_night = datetime(2026, 3, 7, 22, 59, tzinfo=UTC)

    saturday = await desk.on_duty(saturday_night)
    sunday = await desk.on_duty(saturday_night + timedelta(minutes=1))

    assert [engineer.name for engineer in saturday] == ["Fenna Fictief", "Bram Bedacht", "Sanne Schijn"]
    assert [engineer.name for engineer in sunday] == ["Sanne Schijn", "Fenna Fictief", "Bram Bedacht"]


async def test_an_override_takes_the_place_of_the_one_on_duty(desk: Desk, store: Store) -> None:
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    async with store.session() as session:
        bram = (await session.exec(select(EngineerRow).where(EngineerRow.name == "Bram Bedacht"))).one()
        session.add(
            DutyRow(
                engineer_id=bram.id or 0,
                starts_at=at - timedelta(hours=1),
                ends_at=at + timedelta(hours=1),
                position=1,
                is_override=True,
            )
        )

    during = await desk.on_duty(at)
    after = await desk.on_duty(at + timedelta(hours=1))

    assert during[0].name == "Bram Bedacht"
    assert after[0].name == "Fenna Fictief"


async def test_seeding_the_demo_twice_adds_nobody_twice(desk: Desk, store: Store) -> None:
    await seed_demo(store, datetime(2026, 3, 4, tzinfo=UTC))

    async with store.reading() as session:
        assert len((await session.exec(select(EngineerRow))).all()) == 3
    assert len(await desk.on_duty()) == 3


async def test_every_hour_of_a_year_of_the_demo_has_three_engineers(desk: Desk) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(weeks=25)

    counts = {len(await desk.on_duty(start + timedelta(hours=37 * step))) for step in range(220)}

    assert counts == {3}
