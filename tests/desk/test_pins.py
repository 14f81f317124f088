"""Customer number and PIN (A-25): who proves to be a customer, and what wrong tries do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from ari_app.config import PinSettings
from ari_app.desk import Desk
from ari_app.desk.exclusions import Who
from ari_app.desk.pins import PinResult, Pins
from ari_app.desk.refusal import Refused
from ari_app.store.contract_tables import ExclusionScope
from ari_app.store.database import Store
from ari_app.store.pin_tables import CustomerPinRow, PinTryRow
from routing.caller import Pin
from tests.desk.conftest import CUSTOMER, ENGINEER, SUPERVISOR, SetClock

AT = datetime(2026, 3, 7, 8, 10, tzinfo=UTC)
UNKNOWN = "+31612345678"
Try = Callable[..., Awaitable[PinResult]]


@pytest.fixture
def desk(desk: Desk, store: Store, clock: SetClock) -> Desk:
    """With hashes that take no time."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    desk.pins = Pins(store, desk.days, clock, PinSettings(), quick)
    return desk


@pytest.fixture
async def pin(desk: Desk) -> str:
    """That of Transport De Testrit, customer 1."""
    return await desk.pins.set(1, ENGINEER, "802175")


@pytest.fixture
def try_pin(desk: Desk, pin: str) -> Try:
    async def try_it(
        number: str | None = UNKNOWN, customer: str = "1", typed: str = pin, at: datetime = AT
    ) -> PinResult:
        return await desk.pins.check(number, customer, typed, at)

    return try_it


async def test_customer_number_and_pin_prove_a_customer_from_an_unknown_number(try_pin: Try) -> None:
    caller = (await try_pin()).caller

    assert caller is not None
    assert (caller.customer_name, caller.level, caller.has_sla) == ("Transport De Testrit", "premium", True)
    assert (caller.number, caller.pin) == (UNKNOWN, Pin.RIGHT)
    assert "klantnummer en pincode" in caller.why


async def test_an_anonymous_caller_proves_a_customer_too(try_pin: Try) -> None:
    caller = (await try_pin(None)).caller

    assert caller is not None
    assert caller.has_sla


@pytest.mark.parametrize(
    ("customer", "typed"),
    [
        ("1", "802176"),
        ("1", ""),
        ("2", "802175"),
        ("999", "802175"),
        ("", "802175"),
        ("1" * 40, "802175"),
        ("١", "802175"),
    ],
    ids=["wrong", "nothing", "no PIN set", "no such customer", "no customer", "overlong", "no ASCII digit"],
)
async def test_what_is_not_right_proves_nothing(try_pin: Try, customer: str, typed: str) -> None:
    assert await try_pin(customer=customer, typed=typed) == PinResult()


async def test_the_pin_is_kept_as_a_hash_only(pin: str, store: Store) -> None:
    async with store.reading() as session:
        row = (await session.exec(select(CustomerPinRow))).one()

    assert row.pin_hash.startswith("$argon2id$")
    assert pin not in row.pin_hash
    assert row.set_by == "fenna"


async def test_no_digit_of_a_pin_reaches_the_log_or_the_table_of_tries(
    try_pin: Try, store: Store, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for _ in range(8):
            await try_pin(typed="736459")

    async with store.reading() as session:
        rows = [row.model_dump_json() for row in await session.exec(select(PinTryRow))]
    said = capsys.readouterr()
    assert rows
    assert "736459" not in "".join([said.out, said.err, caplog.text, *rows])


async def test_a_right_pin_leaves_no_try_behind(try_pin: Try, store: Store) -> None:
    await try_pin()

    async with store.reading() as session:
        assert (await session.exec(select(PinTryRow))).all() == []


async def test_too_many_wrong_pins_from_one_number_stop_that_number_and_nobody_else(try_pin: Try) -> None:
    for _ in range(PinSettings().wrong_per_caller):
        await try_pin(typed="736459", customer="2")

    assert (await try_pin()).is_limited
    assert (await try_pin("+31612345679")).caller is not None


async def test_callers_without_a_number_count_as_one(try_pin: Try) -> None:
    for _ in range(PinSettings().wrong_per_caller):
        await try_pin(None, typed="736459", customer="2")

    assert (await try_pin(None)).is_limited
    assert (await try_pin()).caller is not None


async def test_too_many_wrong_pins_for_one_customer_stop_that_customer_only(desk: Desk, try_pin: Try) -> None:
    other = await desk.pins.set(2, ENGINEER)
    for count in range(PinSettings().wrong_per_customer):
        await try_pin(f"+316123460{count:02}", typed="736459")

    assert (await try_pin()).is_limited
    assert (await try_pin(customer="2", typed=other)).caller is not None


async def test_too_many_wrong_pins_in_total_stop_all(try_pin: Try, desk: Desk, store: Store) -> None:
    async with store.session() as session:
        session.add_all(
            PinTryRow(at=AT, caller_number=f"+3161235{count:04}") for count in range(PinSettings().wrong_in_total)
        )

    assert (await try_pin()).is_limited


async def test_wrong_pins_count_for_the_last_hour_only(try_pin: Try) -> None:
    for _ in range(PinSettings().wrong_per_caller):
        await try_pin(typed="736459", customer="2")
    last_second = AT + timedelta(minutes=PinSettings().window_minutes, seconds=-1)

    assert (await try_pin(at=last_second)).is_limited
    assert (await try_pin(at=last_second + timedelta(seconds=1))).caller is not None


async def test_many_tries_at_once_do_not_pass_the_limit(try_pin: Try, store: Store) -> None:
    results = await asyncio.gather(*(try_pin(typed="736459") for _ in range(PinSettings().wrong_per_caller + 4)))

    assert sum(result.is_limited for result in results) == 4


async def test_an_exclusion_of_the_customer_holds_with_the_right_pin(desk: Desk, try_pin: Try, clock: SetClock) -> None:
    """A-12"""
    who = Who(ExclusionScope.ORGANISATION, customer_id=1)
    await desk.exclusions.exclude(who, SUPERVISOR, "vier keer geen calamiteit", date(2026, 12, 31))

    caller = (await try_pin()).caller

    assert caller is not None
    assert caller.excluded


async def test_an_excluded_number_stays_excluded_with_the_pin_of_a_customer(desk: Desk, try_pin: Try) -> None:
    """A-12"""
    who = Who(ExclusionScope.NUMBER, number=UNKNOWN)
    await desk.exclusions.exclude(who, SUPERVISOR, "vier keer geen calamiteit", date(2026, 12, 31))

    caller = (await try_pin()).caller

    assert caller is not None
    assert caller.excluded


async def test_a_new_pin_takes_the_place_of_the_old_one(desk: Desk, try_pin: Try) -> None:
    new = await desk.pins.set(1, ENGINEER)

    assert (await try_pin()).caller is None
    assert (await try_pin(typed=new)).caller is not None


async def test_after_clearing_no_pin_is_right(desk: Desk, try_pin: Try) -> None:
    await desk.pins.clear(1, ENGINEER)

    assert (await try_pin()).caller is None


async def test_a_customer_may_want_the_pin_at_every_call(desk: Desk) -> None:
    await desk.pins.set(1, ENGINEER, is_required=True)

    assert (await desk.who_is("+31850004120")).requires_pin
    assert not (await desk.who_is("+31850004130")).requires_pin


@pytest.mark.parametrize("easy", ["1234", "654321", "0000", "123", "123456789", "12a4", "١٢٣٤"])
async def test_a_pin_that_is_easy_or_no_pin_is_refused(desk: Desk, easy: str) -> None:
    with pytest.raises(Refused, match="A-25"):
        await desk.pins.set(1, ENGINEER, easy)


async def test_a_pin_is_for_a_customer_of_ours_and_set_by_us(desk: Desk) -> None:
    with pytest.raises(Refused, match="Klant 999 bestaat niet"):
        await desk.pins.set(999, ENGINEER)
    with pytest.raises(Refused, match="Klant 999 bestaat niet"):
        await desk.pins.clear(999, ENGINEER)
    with pytest.raises(Refused, match="medewerker"):
        await desk.pins.set(1, CUSTOMER)


async def test_pins_made_by_chance_have_six_digits_and_differ(desk: Desk) -> None:
    made = {await desk.pins.set(1, ENGINEER) for _ in range(4)}

    assert {len(one) for one in made} == {6}
    assert len(made) > 1


@pytest.mark.parametrize(
    ("customer", "typed", "is_taken"),
    [("1", "802175", True), ("1", "9999", True), ("1", "999", False), ("1", "", False), ("2", "802175", False),
     ("999", "802175", False)],
    ids=["right", "wrong, as long as a PIN", "too short", "nothing", "no PIN set", "no such customer"],
)  # fmt: skip
async def test_a_supposed_call_never_looks_at_the_pin_so_that_it_can_not_be_found_by_trying(
    desk: Desk, pin: str, store: Store, customer: str, typed: str, is_taken: bool
) -> None:
    supposed = await desk.pins.suppose(UNKNOWN, customer, typed, AT)

    assert (supposed.caller is not None) == is_taken
    async with store.reading() as session:
        assert (await session.exec(select(PinTryRow))).all() == []


async def test_a_supposed_call_meets_the_limit_of_wrong_tries(desk: Desk, try_pin: Try) -> None:
    for _ in range(PinSettings().wrong_per_caller):
        await try_pin(typed="111111")

    assert (await desk.pins.suppose(UNKNOWN, "1", "802175", AT)).is_limited
