"""What is on record at a customer: people (R-141), where services stand (R-001), equipment (R-102, R-146), outage (R-003)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ari_app.desk import Desk
from ari_app.desk.commands.equipment import name_equipment
from ari_app.desk.commands.judgement import became_a_calamity, change_scope, name_service, set_impediment
from ari_app.desk.commands.progress import reopen, resolve
from ari_app.desk.contacts import Changed, ContactView
from ari_app.desk.equipment import Facts, scope_of
from ari_app.desk.outages import Outage, minutes_of
from ari_app.desk.refusal import NotThere, Refused
from ari_app.store.service_tables import Place
from ari_app.store.tables import Impediment
from sla import contract as law
from sla.terms import Scope
from tests.desk.conftest import CUSTOMER, ENGINEER, Open, SetClock


async def test_a_contact_has_numbers_and_an_address(desk: Desk) -> None:
    """R-141"""
    number = await desk.contacts.note(1, "Piet Proefrit", ENGINEER, "piet@testrit.example", gets_notices=True)

    before = await desk.contacts.of(1)
    await desk.contacts.remove(1, number, ENGINEER)

    planning = ContactView(None, "Planning", "", False, ("+31850004120",))
    assert before == [ContactView(number, "Piet Proefrit", "piet@testrit.example", True, ("+31201234567",)), planning]
    assert await desk.contacts.of(1) == [ContactView(None, "Piet Proefrit", "", False, ("+31201234567",)), planning]


async def test_what_is_of_another_customer_can_not_be_taken_away_through_this_one(desk: Desk) -> None:
    contact = await desk.contacts.note(2, "Jan Verzonnen", ENGINEER)
    service = await desk.services.note(2, "Voicemail", ENGINEER)
    device = await desk.equipment.note(2, "Printer", Facts(is_ours=True), ENGINEER)

    for of_another in (
        desk.contacts.remove(1, contact, ENGINEER),
        desk.services.remove(1, service, ENGINEER),
        desk.equipment.remove(1, device, ENGINEER),
        desk.directory.remove_number(1, "+31850004130", ENGINEER),
        desk.directory.set_language(1, "+31850004130", "en", ENGINEER),
    ):
        with pytest.raises(NotThere, match="van deze klant"):
            await of_another

    assert [one.id for one in await desk.services.of(2)] == [service]
    assert [one.id for one in await desk.equipment.of(2)] == [device]
    assert contact in [one.id for one in await desk.contacts.of(2)]
    assert (await desk.who_is("+31850004130")).customer_id == 2


async def test_the_same_name_is_the_same_contact(desk: Desk) -> None:
    """R-141"""
    first = await desk.contacts.note(2, "Jan Verzonnen", ENGINEER, "jan@nepstra.example", gets_notices=True)
    again = await desk.contacts.note(2, "Jan Verzonnen", ENGINEER, "j.verzonnen@nepstra.example")

    (jan,) = [one for one in await desk.contacts.of(2) if one.name == "Jan Verzonnen"]
    assert (first, jan.mail, jan.gets_notices) == (again, "j.verzonnen@nepstra.example", False)


@pytest.mark.parametrize(
    ("customer", "name", "mail", "notices", "why"),
    [
        (1, " ", "", False, "een naam heeft"),
        (99, "Jan", "", False, "niet bekend"),
        (1, "Jan", "geen adres", False, "geen mailadres"),
        (1, "Jan", "", True, "een mailadres is ingevuld"),
    ],
)
async def test_a_contact_that_can_not_be_is_refused(
    desk: Desk, customer: int, name: str, mail: str, notices: bool, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await desk.contacts.note(customer, name, ENGINEER, mail, gets_notices=notices)


async def test_of_a_service_it_is_known_where_it_stands(desk: Desk) -> None:
    """R-001"""
    await desk.services.note(1, "Hosted telefonie", ENGINEER, place="data_centre")
    await desk.services.note(1, "Internetlijn", ENGINEER, "Lijnbedrijf", "customer")
    await desk.services.note(1, "Voicemail", ENGINEER)

    assert [one.place for one in await desk.services.of(1)] == [Place.DATA_CENTRE, Place.CUSTOMER, None]
    with pytest.raises(Refused, match=r"niet in 'maan' \(R-001\)"):
        await desk.services.note(1, "Voicemail", ENGINEER, place="maan")


@pytest.mark.parametrize(
    ("facts", "scope", "rule"),
    [
        (Facts(is_ours=True), Scope.IN_SCOPE, "R-102"),
        (Facts(is_ours=True, is_server=True, has_agent=True), Scope.IN_SCOPE, "R-102"),
        (Facts(is_ours=True, is_server=True), Scope.BEST_EFFORT, "R-146"),
        (Facts(is_ours=False), Scope.BEST_EFFORT, "R-103"),
        (Facts(is_ours=False, is_server=True, has_agent=True), Scope.BEST_EFFORT, "R-103"),
        (Facts(is_ours=False, in_network=False), Scope.NOT_SUPPORTED, "R-108"),
    ],
)
def test_what_equipment_falls_under_follows_from_who_supplied_it_and_its_agent(
    facts: Facts, scope: Scope, rule: str
) -> None:
    """R-102, R-146"""
    found, why = scope_of(facts)

    assert (found, rule in why) == (scope, True)


async def test_a_report_about_equipment_that_is_not_ours_gets_a_proposal_and_a_person_decides(
    desk: Desk, open_ticket: Open, look
) -> None:  # type: ignore[no-untyped-def]
    """R-102, R-146"""
    await desk.equipment.note(1, "Printer hal", Facts(is_ours=False, in_network=False), ENGINEER)
    number = await open_ticket()

    await desk.change(number, ENGINEER, name_equipment, "printer HAL")

    ticket = await look(number)
    (decision,) = [one for one in ticket.work.decisions if one.what == "equipment"]
    assert decision.why == (
        "Printer hal is niet van ons en niet in ons netwerk: wordt niet ondersteund (R-102, R-108). "
        "Voorstel voor de dekking: niet ondersteund."
    )
    assert ticket.scope is Scope.IN_SCOPE


async def test_equipment_is_named_as_it_stands_with_the_customer_and_by_our_people(
    desk: Desk, open_ticket: Open
) -> None:
    """R-102"""
    await desk.equipment.note(2, "Centrale", Facts(is_ours=True), ENGINEER)
    number, nameless = await open_ticket(), await open_ticket(customer_id=None)

    for ticket, by, why in (
        (number, ENGINEER, "staat niet bij de apparatuur"),
        (nameless, ENGINEER, "van welke klant"),
        (number, CUSTOMER, "medewerker van CNE"),
    ):
        with pytest.raises(Refused, match=why):
            await desk.change(ticket, by, name_equipment, "Centrale")


async def test_other_facts_of_the_same_equipment_replace_the_first(desk: Desk) -> None:
    first = await desk.equipment.note(1, "Server", Facts(is_ours=True, is_server=True), ENGINEER)
    await desk.equipment.note(1, "server", Facts(is_ours=True, is_server=True, has_agent=True), ENGINEER)

    (server,) = await desk.equipment.of(1)
    assert (server.id, server.name, server.proposal) == (first, "Server", Scope.IN_SCOPE)
    await desk.equipment.remove(1, first, ENGINEER)
    assert await desk.equipment.of(1) == []
    with pytest.raises(Refused, match="al weggehaald"):
        await desk.equipment.remove(1, first, ENGINEER)


async def test_outage_counts_in_minutes_from_report_to_solution_and_from_each_reopening(
    desk: Desk, open_ticket: Open, clock: SetClock
) -> None:
    """R-003: by the clock on the wall, and nothing for what did not stop the company."""
    number = await open_ticket()
    await open_ticket()
    await desk.change(number, ENGINEER, became_a_calamity, "niemand kan bellen")
    await desk.change(number, ENGINEER, name_service, "Hosted telefonie")
    began_at = clock.at
    clock.at += timedelta(minutes=90, seconds=1)
    await desk.change(number, ENGINEER, resolve, "herstart")
    clock.at += timedelta(hours=1)
    await desk.change(number, ENGINEER, reopen, "het is er weer")
    clock.at += timedelta(minutes=10)
    going_on = (await desk.statement(1, 2026, 3, ENGINEER)).outages
    await desk.change(number, ENGINEER, resolve, "vervangen")
    over = (await desk.statement(1, 2026, 3, ENGINEER)).outages

    assert going_on.of_tickets == (Outage(number, "Hosted telefonie", began_at, None, 101),)
    assert over.of_tickets == (Outage(number, "Hosted telefonie", began_at, clock.at, 101),)
    assert over.by_service == (("Hosted telefonie", 101),)
    assert (await desk.statement(1, 2026, 4, ENGINEER)).outages.of_tickets == ()


async def test_outage_of_two_months_is_counted_in_each_and_minutes_of_two_reports_once(
    desk: Desk, open_ticket: Open, clock: SetClock
) -> None:
    """R-003"""
    clock.at = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # half an hour before April in Amsterdam
    for _ in range(2):
        number = await open_ticket()
        await desk.change(number, ENGINEER, set_impediment, Impediment.COMPANY, None, "alles ligt stil")
    clock.at += timedelta(hours=1)

    march, april = [(await desk.statement(1, 2026, month, ENGINEER)).outages for month in (3, 4)]

    assert ([one.minutes for one in march.of_tickets], march.by_service) == ([30, 30], (("", 30),))
    assert ([one.minutes for one in april.of_tickets], april.by_service) == ([30, 30], (("", 30),))


async def test_the_fault_of_another_party_is_no_outage_of_ours(desk: Desk, open_ticket: Open, clock: SetClock) -> None:
    """R-003, R-107"""
    number = await open_ticket()
    await desk.change(number, ENGINEER, became_a_calamity, "niemand kan bellen")
    await desk.change(number, ENGINEER, change_scope, Scope.THIRD_PARTY, "de lijn van een ander")
    clock.at += timedelta(hours=1)

    assert (await desk.statement(1, 2026, 3, ENGINEER)).outages.of_tickets == ()


def test_a_minute_that_was_begun_counts_whole() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)

    assert minutes_of([]) == 0
    assert minutes_of([(at, at + timedelta(seconds=61))]) == 2
    assert minutes_of([(at, at + timedelta(minutes=5)), (at + timedelta(minutes=1), at + timedelta(minutes=2))]) == 5


LONG = "x" * 201


@pytest.mark.parametrize(
    "told",
    [
        lambda desk: desk.directory.add_customer(LONG, ENGINEER),
        lambda desk: desk.directory.add_number(1, "0201234599", ENGINEER, LONG),
        lambda desk: desk.contacts.note(1, LONG, ENGINEER),
        lambda desk: desk.contacts.change(1, "Planning", Changed(LONG), ENGINEER),
        lambda desk: desk.services.note(1, LONG, ENGINEER),
        lambda desk: desk.services.note(1, "Glasvezel", ENGINEER, LONG),
        lambda desk: desk.equipment.note(1, LONG, Facts(is_ours=True), ENGINEER),
        lambda desk: desk.contracts.add(1, law.Contract("premium", date(2026, 1, 1), 12, LONG, "AV"), ENGINEER),
        lambda desk: desk.contracts.add(1, law.Contract("premium", date(2026, 1, 1), 12, "MO", LONG), ENGINEER),
        lambda desk: desk.contracts.add(
            1, law.Contract(LONG, date(2026, 1, 1), 12, "MO", "AV"), ENGINEER, kind="netwerk"
        ),
    ],
    ids=["customer", "who calls", "contact", "renamed", "service", "supplier", "device", "framework", "terms", "level"],
)
async def test_what_a_column_can_not_hold_is_refused_in_words_on_both_databases(desk: Desk, told: Any) -> None:
    with pytest.raises(Refused, match=r"kan hoogstens \d+ tekens hebben"):
        await told(desk)
