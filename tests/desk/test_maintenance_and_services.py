"""Planned maintenance has five items and is told beforehand (R-104, R-106); services say whose a disturbance is (R-107)."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.maintenance_words import Notice
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BY = Actor("sanne", Role.SUPERVISOR)
SATURDAY_NIGHT = datetime(2026, 3, 7, 22, 0, tzinfo=AMSTERDAM)
NOTICE = Notice(
    contact="Bram Bedacht, 085 000 40 00",
    starts_at=SATURDAY_NIGHT,
    ends_at=SATURDAY_NIGHT + timedelta(hours=2),
    expected_minutes=45,
    services=("Hosted telefonie", "Voicemail"),
    reason="nieuwe software",
)


@pytest.fixture
async def desk(store: Store, settings: Settings, clock) -> Desk:  # type: ignore[no-untyped-def]
    await seed_demo(store, clock.now())
    return Desk(store, settings, clock)


async def test_a_notice_says_all_five_items_to_who_calls(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    await desk.maintenance.plan(NOTICE, BY)
    await desk.announcements.read()

    (heard,) = desk.announcements.heard_by(None, clock.now())
    assert heard.text == (
        "Op zaterdag 7 maart van 22:00 tot zondag 8 maart 00:00 is er gepland onderhoud aan Hosted telefonie en Voicemail. "
        "Het werk duurt naar verwachting 45 minuten. Reden: nieuwe software. Vragen? Bram Bedacht, 085 000 40 00."
    )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"contact": " "}, "een contactpersoon is ingevuld"),
        ({"services": ()}, "om welke diensten het gaat"),
        ({"reason": ""}, "de reden is ingevuld"),
        ({"ends_at": SATURDAY_NIGHT}, "het einde na het begin ligt"),
        ({"expected_minutes": 0}, "1 tot 120 minuten"),
        ({"expected_minutes": 121}, "1 tot 120 minuten"),
        ({"starts_at": datetime(2026, 3, 2, 9, 59, tzinfo=AMSTERDAM)}, "nog moet beginnen"),
        ({"customers": (99,)}, "Klant 99 is niet bekend"),
        ({"reason": "x" * 600}, "korter is dan 600 tekens"),
    ],
)
async def test_a_notice_without_one_of_its_items_is_not_planned(desk: Desk, wrong: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        await desk.maintenance.plan(replace(NOTICE, **wrong), BY)  # type: ignore[arg-type]

    assert await desk.maintenance.all(10) == []


async def test_it_concerns_who_has_one_of_the_services(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    await desk.services.note(2, "hosted Telefonie", BY)

    await desk.maintenance.plan(NOTICE, BY)
    await desk.announcements.read()

    assert [len(await desk.maintenance.all(10, customer)) for customer in (1, 2)] == [0, 1]
    assert [len(desk.announcements.heard_by(customer, clock.now())) for customer in (1, 2)] == [0, 1]


async def test_customers_are_told_before_it_begins_and_not_after(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    number = await desk.maintenance.plan(NOTICE, BY)
    await desk.maintenance.mark_told(number, BY, "per mail aan alle klanten")
    (told,) = await desk.maintenance.all(10)
    clock.at = SATURDAY_NIGHT

    with pytest.raises(Refused, match="voordat het onderhoud begint"):
        await desk.maintenance.mark_told(number, BY, "achteraf")

    assert (told.told_by, told.told_how) == ("sanne", "per mail aan alle klanten")


async def test_what_is_cancelled_is_not_heard_any_more_and_stays_on_record(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    number = await desk.maintenance.plan(NOTICE, BY)
    await desk.maintenance.cancel(number, BY, "leverancier is ziek")
    await desk.announcements.read()

    (view,) = await desk.maintenance.all(10)

    assert (view.cancelled_by, view.why_cancelled) == ("sanne", "leverancier is ziek")
    assert desk.announcements.heard_by(None, clock.now()) == ()
    with pytest.raises(Refused, match="gaat niet door"):
        await desk.maintenance.cancel(number, BY, "nog eens")


async def test_a_service_has_one_supplier_at_a_time(desk: Desk) -> None:
    first = await desk.services.note(1, "Glasvezel", BY, "Kabel Verzonnen")
    second = await desk.services.note(1, "Glasvezel", BY)

    (service,) = await desk.services.of(1)

    assert first == second
    assert (service.supplier, service.what_holds) == ("", "van ons: de afspraken gelden")


async def test_a_customer_cannot_write_down_services(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.services.note(1, "Glasvezel", Actor("klant"))
