"""Customers are mailed about planned maintenance: all five items, in time, once each (R-104, R-105, R-106)."""

from datetime import timedelta

import pytest

from ari_app.desk.maintenance import MaintenanceView
from ari_app.desk.maintenance_words import Notice
from ari_app.desk.notify.views import Standing
from ari_app.desk.outbox import Outbox
from ari_app.desk.refusal import Refused
from ari_app.jobs.watch import deliver, telling_people
from tests.jobs.told import Told
from tests.jobs.watched import SUPERVISOR, local

NOTICE = Notice(
    contact="Bram Bedacht, 085 000 40 00",
    starts_at=local("tue 22:00"),
    ends_at=local("wed 00:00"),
    expected_minutes=45,
    services=("Hosted telefonie", "Voicemail"),
    reason="nieuwe software",
)


@pytest.fixture
async def customers(told: Told) -> tuple[int, int]:
    """Both have the service; only the first has somebody who gets notices."""
    desk = told.desk
    first, second = [await desk.directory.add_customer(name, SUPERVISOR) for name in ("De Testrit", "Nepstra")]
    for customer in (first, second):
        await desk.services.note(customer, "Hosted telefonie", SUPERVISOR)
    await desk.contacts.note(first, "Planning", SUPERVISOR, "planning@testrit.example", gets_notices=True)
    await desk.contacts.note(second, "Werkplaats", SUPERVISOR, "werkplaats@nepstra.example")
    return first, second


async def sent(told: Told, after: timedelta = timedelta(0)) -> int:
    """What the line does by itself every few seconds."""
    await deliver(Outbox(told.store, told.clock), telling_people(told.desk.notifications))
    return await told.tick(after)


async def only(told: Told) -> MaintenanceView:
    (view,) = await told.desk.maintenance.all(10)
    return view


async def test_a_mail_has_all_five_items_and_nothing_of_our_own_pages(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)

    written = await told.desk.maintenance.mail(number, SUPERVISOR)
    await sent(told)

    (mail,) = told.mail.mails
    text = mail.get_content()
    assert (written, mail["To"]) == (1, "planning@testrit.example")
    assert mail["Subject"] == "Gepland onderhoud op dinsdag 3 maart: Hosted telefonie en Voicemail"
    for item in (
        "Contactpersoon: Bram Bedacht, 085 000 40 00",
        "Tijdvak: dinsdag 3 maart van 22:00 tot woensdag 4 maart 00:00",
        "Verwachte duur: 45 minuten",
        "Diensten: Hosted telefonie en Voicemail",
        "Reden: nieuwe software",
        "geheel of gedeeltelijk niet beschikbaar",
    ):
        assert item in text
    assert "lijn.example/" not in text
    assert told.receiver.requests == []


async def test_it_shows_whom_it_went_to_and_when_and_who_has_no_address(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    before = await only(told)
    await told.desk.maintenance.mail(number, SUPERVISOR)
    waiting = await only(told)
    await sent(told)
    after = await only(told)

    assert (before.to_mail, before.without_mail, before.mails) == (("Planning (De Testrit)",), ("Nepstra",), ())
    assert [(one.whom, one.standing) for one in waiting.mails] == [("Planning (De Testrit)", Standing.WAITING)]
    assert [(one.standing, one.at) for one in after.mails] == [(Standing.DELIVERED, told.clock.now())]
    assert (after.to_mail, after.is_told) == ((), False)


async def test_it_is_told_when_every_customer_that_it_concerns_was_mailed(
    told: Told, customers: tuple[int, int]
) -> None:
    await told.desk.contacts.note(customers[1], "Werkplaats", SUPERVISOR, "w@nepstra.example", gets_notices=True)
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    await told.desk.maintenance.mail(number, SUPERVISOR)
    before = (await only(told)).is_told
    await sent(told)

    assert (before, (await only(told)).is_told) == (False, True)


async def test_nobody_gets_it_twice_and_who_came_later_gets_it_once(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    first = [await told.desk.maintenance.mail(number, SUPERVISOR) for _ in range(2)]
    await sent(told)
    await told.desk.contacts.note(customers[1], "Werkplaats", SUPERVISOR, "w@nepstra.example", gets_notices=True)

    later = await told.desk.maintenance.mail(number, SUPERVISOR)
    await sent(told)

    assert (first, later) == ([1, 0], 1)
    assert [mail["To"] for mail in told.mail.mails] == ["planning@testrit.example", "w@nepstra.example"]


async def test_no_mail_goes_out_once_it_began_not_even_one_that_waited(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    await told.desk.maintenance.mail(number, SUPERVISOR)
    await sent(told, NOTICE.starts_at - told.clock.now())

    assert told.mail.mails == []
    assert [(one.standing, one.why) for one in (await only(told)).mails] == [
        (Standing.ENDED, "Te laat: het onderhoud is al begonnen (R-104).")
    ]
    with pytest.raises(Refused, match="voordat het onderhoud begint"):
        await told.desk.maintenance.mail(number, SUPERVISOR)


async def test_who_got_the_mail_hears_that_it_does_not_take_place(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    await told.desk.maintenance.mail(number, SUPERVISOR)
    await sent(told)

    await told.desk.maintenance.cancel(number, SUPERVISOR, "de software is er nog niet")
    await sent(told)

    cancelled = told.mail.mails[-1]
    assert cancelled["Subject"] == "Gaat niet door: onderhoud op dinsdag 3 maart"
    assert "Reden: de software is er nog niet" in cancelled.get_content()
    assert [one.is_cancellation for one in (await only(told)).mails] == [False, True]


async def test_who_got_no_mail_yet_hears_nothing_of_what_was_cancelled(told: Told, customers: tuple[int, int]) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    await told.desk.maintenance.mail(number, SUPERVISOR)

    await told.desk.maintenance.cancel(number, SUPERVISOR, "vergissing")
    await sent(told)

    assert told.mail.mails == []


async def test_a_refused_address_is_shown_with_its_reason(told: Told, customers: tuple[int, int]) -> None:
    told.mail.answers = ["550 onbekend"]
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)
    await told.desk.maintenance.mail(number, SUPERVISOR)
    await sent(told)

    (mail,) = (await only(told)).mails
    assert (mail.standing, mail.why) == (Standing.DEAD, "De mailserver weigerde het adres (550).")


async def test_without_anybody_to_mail_it_says_what_to_do(told: Told) -> None:
    number = await told.desk.maintenance.plan(NOTICE, SUPERVISOR)

    with pytest.raises(Refused, match="een contactpersoon is aangewezen"):
        await told.desk.maintenance.mail(number, SUPERVISOR)
