"""Contracts on the desk, and who may use the calamity line."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.corrections import correct_event
from ari_app.desk.commands.judgement import became_a_calamity, not_a_calamity
from ari_app.desk.no_calamities import Who
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.store.contract_tables import BuyOutRow, ContractDecisionRow, ExclusionScope
from ari_app.store.database import Store
from ari_app.store.tables import Contract, Role
from sla import contract as law
from sla.terms import Kind

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
ENGINEER = Actor("fenna", Role.ENGINEER)
CUSTOMER = Actor("Planning De Testrit")
BLOEMEN = "+31850004140"
TESTRIT = "+31850004120"

Report = Callable[..., CallReport]


def terms(**different: Any) -> law.Contract:
    facts: dict[str, Any] = {
        "level": "standard",
        "starts_on": date(2026, 1, 1),
        "period_months": 12,
        "framework_agreement": "MO-1",
        "general_terms": "AV-2023",
        "paid_until": date(2026, 12, 31),
    }
    return law.Contract(**(facts | different))


async def test_a_new_contract_gives_its_level_and_its_version_to_the_next_ticket(
    desk: Desk, open_ticket: Callable[..., Awaitable[str]]
) -> None:
    """R-023, R-071."""
    contract = await desk.contracts.add(3, terms(), ENGINEER)

    ticket = await desk.ticket(await open_ticket(customer_id=3))
    caller = await desk.who_is(BLOEMEN)

    assert ticket is not None
    assert (ticket.level, ticket.agreement_version) == ("standard", "voip-4.10-2023-11")
    assert (caller.has_sla, caller.contract_id) == (True, contract)
    assert [one.id for one in await desk.contracts.of(3)] == [contract, 3]


async def test_a_contract_that_names_no_level_is_level_0(desk: Desk) -> None:
    """R-071."""
    await desk.contracts.add(3, terms(level=None), ENGINEER)

    caller = await desk.who_is(BLOEMEN)

    assert (caller.level, caller.has_sla) == ("level_0", False)
    assert "Geen niveau genoemd" in caller.why


async def test_any_sla_of_ours_opens_the_calamity_line_but_gives_no_voip_level(desk: Desk) -> None:
    """R-051."""
    await desk.contracts.add(3, terms(level="goud"), ENGINEER, kind="werkplek")

    caller = await desk.who_is(BLOEMEN)

    assert (caller.level, caller.has_sla) == ("level_0", True)
    assert "werkplek" in caller.why


async def test_a_level_that_the_agreement_does_not_know_stops_nobody(desk: Desk, store: Store) -> None:
    """R-071: the row says so, the call goes on."""
    with pytest.raises(Refused, match="R-002"):
        await desk.contracts.add(3, terms(level="goud"), ENGINEER)
    async with store.session() as session:
        row = await session.get_one(Contract, 3)
        row.level = "goud"
        session.add(row)

    caller = await desk.who_is(BLOEMEN)

    assert (caller.level, caller.has_sla) == ("level_0", False)
    assert "'goud' staat niet in" in caller.why


@pytest.mark.parametrize("missing", ["framework_agreement", "terms_version"])
async def test_the_database_takes_no_contract_without_its_terms(store: Store, missing: str) -> None:
    """R-004."""
    async with store.reading() as session:
        row = await session.get_one(Contract, 1)
    copy = Contract(**row.model_dump(exclude={"id"}) | {missing: ""})

    with pytest.raises(IntegrityError):
        async with store.session() as session:
            session.add(copy)


async def test_notice_ends_the_term_when_it_is_in_time_and_the_next_one_when_it_is_late(desk: Desk, clock: Any) -> None:
    """G16, R-066: the term ends on 31-12-2026, so the last day is 30-09-2026."""
    contract = await desk.contracts.add(3, terms(), ENGINEER)

    with pytest.raises(Refused, match="toekomst"):
        await desk.contracts.receive_notice(contract, ENGINEER, date(2026, 9, 30))
    clock.at = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    in_time = await desk.contracts.receive_notice(contract, ENGINEER, date(2026, 9, 30))
    late = await desk.contracts.receive_notice(contract, ENGINEER, date(2026, 10, 1))

    view = (await desk.contracts.of(3))[0]
    assert (in_time, late) == (date(2026, 12, 31), date(2027, 12, 31))
    assert (view.last_notice_on, view.ends_on) == (date(2026, 9, 30), date(2027, 12, 31))


async def test_a_contract_ends_with_its_framework_agreement(desk: Desk, store: Store) -> None:
    """R-004: also before the term ends, and whatever notice says."""
    contract = await desk.contracts.add(3, terms(), ENGINEER)

    with pytest.raises(Refused, match=r"eerste dag \(R-004\)"):
        await desk.contracts.end_framework(contract, ENGINEER, date(2025, 12, 31))
    ends = await desk.contracts.end_framework(contract, ENGINEER, date(2026, 6, 30))

    assert ends == date(2026, 6, 30)
    assert (await desk.who_is(BLOEMEN, datetime(2026, 6, 30, 21, 59, tzinfo=UTC))).has_sla
    assert not (await desk.who_is(BLOEMEN, datetime(2026, 6, 30, 22, 1, tzinfo=UTC))).has_sla
    async with store.reading() as session:
        kept = (await session.exec(select(ContractDecisionRow).where(ContractDecisionRow.what == "ends_on"))).one()
    assert (kept.actor, kept.after) == ("fenna", "2026-06-30")


async def test_an_unpaid_contract_is_valid_until_a_supervisor_decides_otherwise(desk: Desk, store: Store) -> None:
    """R-064, A-14: who, when and why are kept."""
    contract = await desk.contracts.add(3, terms(paid_until=date(2026, 1, 31)), ENGINEER)
    unpaid = (await desk.contracts.of(3))[0]

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.contracts.set_level_0(contract, ENGINEER, date(2026, 3, 1), "betaalt niet")
    await desk.contracts.set_level_0(contract, SUPERVISOR, date(2026, 3, 1), "betaalt niet")
    blocked = await desk.who_is(BLOEMEN)
    await desk.contracts.record_payment(contract, ENGINEER, date(2026, 12, 31))

    assert (unpaid.is_valid, unpaid.is_unpaid, unpaid.level) == (True, True, "standard")
    assert not blocked.has_sla
    async with store.reading() as session:
        kept = (await session.exec(select(ContractDecisionRow))).all()
    assert [(one.what, one.actor, one.why) for one in kept] == [
        ("added", "fenna", ""),
        ("level_0_from", "sanne", "betaalt niet"),
        ("paid_until", "fenna", ""),
    ]


async def test_a_buy_out_is_a_draft_of_a_supervisor(desk: Desk, store: Store) -> None:
    """G15, R-067, R-068: 7 users count as 4, from 31 May 7 months are left."""
    contract = await desk.contracts.add(3, terms(), ENGINEER, users=7, price_per_user=Decimal("10.00"))

    with pytest.raises(Refused):
        await desk.contracts.draft_buy_out(contract, ENGINEER, date(2026, 5, 31))
    offer = await desk.contracts.draft_buy_out(contract, SUPERVISOR, date(2026, 5, 31))

    assert (offer.users, offer.months, offer.amount) == (4, 7, Decimal("280.00"))
    async with store.reading() as session:
        row = (await session.exec(select(BuyOutRow))).one()
    assert (row.amount, row.made_by) == (Decimal("280.00"), "sanne")
    assert "niet akkoord te gaan" in row.why[-1]


async def test_a_contract_that_does_not_exist_is_named(desk: Desk) -> None:
    with pytest.raises(Refused, match="Contract 99"):
        await desk.contracts.record_payment(99, ENGINEER, date(2026, 12, 31))
    with pytest.raises(Refused, match="Contract 99"):
        await desk.contracts.change_meter(99, 2026, 3)
    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.contracts.add(3, terms(), CUSTOMER)


async def no_calamities(desk: Desk, report: Report, clock: Any, times: int) -> list[str]:
    numbers = []
    for i in range(times):
        clock.at += timedelta(days=1)
        number = await desk.close_call(report(call_id=f"call-{i}-{clock.at}", recording=None, received_at=clock.at))
        await desk.change(number, SUPERVISOR, not_a_calamity, why="een toestel")
        numbers.append(number)
    return numbers


async def test_three_times_no_calamity_in_ninety_days_is_proposed_to_a_person(
    desk: Desk, report: Report, clock: Any
) -> None:
    """R-057, A-12: for the number, the contact and the organisation; nobody is excluded by the machine."""
    await no_calamities(desk, report, clock, 2)
    twice = await desk.exclusions.proposals()
    await no_calamities(desk, report, clock, 1)

    proposals = await desk.exclusions.proposals()

    assert twice == []
    assert {(one.who.scope.value, one.name) for one in proposals} == {
        ("number", TESTRIT),
        ("contact", "Planning (Transport De Testrit)"),
        ("organisation", "Transport De Testrit"),
    }
    assert proposals[0].facts.count == 3
    assert not (await desk.who_is(TESTRIT)).excluded


async def test_a_ruling_that_was_turned_or_taken_back_does_not_count(desk: Desk, report: Report, clock: Any) -> None:
    """A-12."""
    turned, corrected, _ = await no_calamities(desk, report, clock, 3)
    await desk.change(turned, SUPERVISOR, became_a_calamity, why="toch plat")
    ticket = await desk.ticket(corrected)
    assert ticket is not None

    await desk.change(corrected, SUPERVISOR, correct_event, ticket.work.history[0].id, "andere melding")

    assert await desk.exclusions.proposals() == []


async def test_rulings_of_long_ago_do_not_count(desk: Desk, report: Report, clock: Any) -> None:
    """A-12: 90 days."""
    await no_calamities(desk, report, clock, 3)

    clock.at += timedelta(days=89)

    assert await desk.exclusions.proposals() == []


async def test_a_supervisor_excludes_with_a_reason_until_a_date_and_the_call_hears_it(
    desk: Desk, report: Report, clock: Any
) -> None:
    """R-057, A-12: by default for six months."""
    await no_calamities(desk, report, clock, 3)
    who = Who(ExclusionScope.ORGANISATION, customer_id=1)

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.exclusions.exclude(who, ENGINEER, "belt te vaak")
    with pytest.raises(Refused, match="de reden van de uitsluiting"):
        await desk.exclusions.exclude(who, SUPERVISOR, "")
    number = await desk.exclusions.exclude(who, SUPERVISOR, "belt te vaak")

    during = await desk.who_is(TESTRIT)
    after = await desk.who_is(TESTRIT, datetime(2026, 9, 5, 23, 0, tzinfo=UTC))
    assert during.excluded
    assert "tot en met 05-09-2026: belt te vaak (R-057)" in during.why
    assert not after.excluded
    assert "organisation" not in {one.who.scope for one in await desk.exclusions.proposals()}
    await desk.exclusions.lift(number, SUPERVISOR, "gesprek gehad")
    assert not (await desk.who_is(TESTRIT)).excluded
    with pytest.raises(Refused, match="al opgeheven"):
        await desk.exclusions.lift(number, SUPERVISOR, "nogmaals")


async def test_a_proposal_is_declined_with_a_reason_and_comes_back_with_the_next_ruling_only(
    desk: Desk, report: Report, clock: Any
) -> None:
    """R-057, A-12: who, when and why are kept."""
    await no_calamities(desk, report, clock, 3)
    who = Who(ExclusionScope.ORGANISATION, customer_id=1)

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.exclusions.decline(who, ENGINEER, "leert het nog")
    with pytest.raises(Refused, match="de reden van het afwijzen"):
        await desk.exclusions.decline(who, SUPERVISOR, " ")
    await desk.exclusions.decline(who, SUPERVISOR, "leert het nog")
    after = {one.who.scope.value for one in await desk.exclusions.proposals()}
    declined_at = clock.at
    await no_calamities(desk, report, clock, 1)
    (again,) = [one for one in await desk.exclusions.proposals() if one.who == who]

    assert after == {"number", "contact"}
    assert (again.facts.count, again.tickets) == (4, ("T-1001", "T-1002", "T-1003", "T-1004"))
    (kept,) = await desk.exclusions.declined()
    assert (kept.name, kept.declined_by, kept.declined_at, kept.why) == (
        "Transport De Testrit",
        "sanne",
        declined_at,
        "leert het nog",
    )
    assert (kept.facts, kept.tickets) == (
        "3 keer geen calamiteit in 90 dagen (R-057, A-12).",
        ("T-1001", "T-1002", "T-1003"),
    )
    assert not (await desk.who_is(TESTRIT)).excluded


async def test_what_was_declined_twice_stays_declined_when_older_rulings_no_longer_count(
    desk: Desk, report: Report, clock: Any
) -> None:
    """A-12: fewer rulings of those that were looked at are no new facts."""
    who = Who(ExclusionScope.NUMBER, TESTRIT)
    await no_calamities(desk, report, clock, 3)
    await desk.exclusions.decline(who, SUPERVISOR, "leert het nog")
    await no_calamities(desk, report, clock, 1)
    await desk.exclusions.decline(who, SUPERVISOR, "gesprek gepland")

    clock.at += timedelta(days=87)

    assert [one.facts.count for one in await desk.exclusions.proposals() if one.who != who] == [3, 3]
    assert who not in [one.who for one in await desk.exclusions.proposals()]
    assert [one.why for one in await desk.exclusions.declined()] == ["gesprek gepland", "leert het nog"]


async def test_nothing_is_declined_that_is_not_proposed(desk: Desk, report: Report, clock: Any) -> None:
    """A-12."""
    who = Who(ExclusionScope.NUMBER, TESTRIT)
    with pytest.raises(Refused, match=rf"geen voorstel om \{TESTRIT} uit te sluiten \(A-12\)"):
        await desk.exclusions.decline(who, SUPERVISOR, "leert het nog")
    await no_calamities(desk, report, clock, 3)
    await desk.exclusions.decline(who, SUPERVISOR, "leert het nog")

    with pytest.raises(Refused, match="geen voorstel"):
        await desk.exclusions.decline(who, SUPERVISOR, "nogmaals")


async def test_a_ticket_with_two_calls_counts_once(desk: Desk, report: Report, clock: Any) -> None:
    """A-12: rulings are counted, not calls."""
    first, second = await no_calamities(desk, report, clock, 2)
    for number in (first, second):
        await desk.close_call(report(call_id=f"again-{number}", joins=number, route="announcement", recording=None))

    assert await desk.exclusions.proposals() == []


@pytest.mark.parametrize(
    ("who", "is_excluded"),
    [
        (Who(ExclusionScope.NUMBER, "+31201234567"), {"+31201234567"}),
        (Who(ExclusionScope.CONTACT, customer_id=1, contact_name="Planning"), {TESTRIT}),
        (Who(ExclusionScope.ORGANISATION, customer_id=1), {TESTRIT, "+31201234567"}),
        (Who(ExclusionScope.NUMBER, "+31612345678"), {"+31612345678"}),
    ],
)
async def test_an_exclusion_is_about_a_number_a_contact_or_an_organisation(
    desk: Desk, who: Who, is_excluded: set[str]
) -> None:
    """A-12: also for a number of nobody we know."""
    await desk.exclusions.exclude(who, SUPERVISOR, "belt te vaak", date(2026, 3, 31))

    asked = [TESTRIT, "+31201234567", BLOEMEN, "+31612345678"]
    assert {number for number in asked if (await desk.who_is(number)).excluded} == is_excluded


async def test_an_exclusion_must_be_about_somebody_and_end_later(desk: Desk) -> None:
    """A-12."""
    with pytest.raises(Refused, match="om welk nummer"):
        Who(ExclusionScope.CONTACT, customer_id=1)
    with pytest.raises(Refused, match="einddatum na vandaag"):
        await desk.exclusions.exclude(Who(ExclusionScope.NUMBER, TESTRIT), SUPERVISOR, "vaak", date(2026, 3, 1))


async def test_a_ticket_without_a_call_counts_for_its_organisation_only(
    desk: Desk, open_ticket: Callable[..., Awaitable[str]]
) -> None:
    """A-12."""
    for _ in range(3):
        number = await open_ticket(by=SUPERVISOR, kind=Kind.CALAMITY)
        await desk.change(number, SUPERVISOR, not_a_calamity, why="een toestel")

    assert [one.name for one in await desk.exclusions.proposals()] == ["Transport De Testrit"]
