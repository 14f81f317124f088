"""A call to the calamity line without an SLA: the consent is an approval, and the engineer's time is a cost line."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.commands.hours import book_time
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport, Consent, KeyedIn, LegReport
from ari_app.store.database import Store
from ari_app.store.work_tables import ApprovalRow, Approver, CostLineRow, TimeEntryRow
from routing.caller import Caller
from sla.billing import Activity
from tests.desk.conftest import ENGINEER, Report, SetClock

WITHOUT_SLA = Caller("+31850004140", 3, "Bloemen Bedacht", why="Geen SLA.")
PREMIUM = Caller("+31850004120", 1, "Transport De Testrit", "premium", True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"agreement_settings": {"level_0_hourly_rate": "95.00"}})


@pytest.fixture
def consent(clock: SetClock) -> Consent:
    return Consent(clock.now(), "1", "abc123", "Zonder SLA kost hulp 95 euro per uur.", Decimal("95.00"))


@pytest.fixture
def talk(report: Report, clock: SetClock, consent: Consent) -> CallReport:
    """Twenty minutes with Fenna, by a caller without an SLA who agreed to the costs."""
    began = clock.now() + timedelta(minutes=1)
    leg = LegReport("Fenna Fictief", "+31612345001", clock.now(), "accepted", engineer_id=1)
    talked = {"talked_with": leg.who, "talk_started_at": began, "talk_ended_at": began + timedelta(minutes=20)}
    facts = {"route": "on_duty", "recording": None, "legs": [leg], "caller": WITHOUT_SLA, "consent": consent}
    return report(**facts, **talked)


async def rows(session: AsyncSession) -> tuple[list[ApprovalRow], list[TimeEntryRow], list[CostLineRow]]:
    approvals, entries, lines = [
        list(await session.exec(select(table))) for table in (ApprovalRow, TimeEntryRow, CostLineRow)
    ]
    return approvals, entries, lines  # type: ignore[return-value]


async def test_the_key_is_the_approval_of_the_customer_with_time_text_and_keys(
    desk: Desk, store: Store, talk: CallReport, consent: Consent
) -> None:
    """R-090, A-10"""
    await desk.close_call(talk)

    async with store.reading() as session:
        [approval, _ours], _, _ = await rows(session)
    assert (approval.approver, approval.who, approval.how) == (Approver.CUSTOMER, "Bloemen Bedacht", "phone key")
    assert (approval.at, approval.up_to) == (consent.at, Decimal("95.00"))
    assert approval.why == "Toets 1 na de tekst (versie abc123): Zonder SLA kost hulp 95 euro per uur."


async def test_the_engineer_who_took_the_call_agrees_for_us(desk: Desk, talk: CallReport) -> None:
    """R-090, A-21: both agreed before the work, so the ticket asks nobody for a word."""
    number = await desk.close_call(talk)

    ticket = await desk.ticket(number)
    assert ticket is not None
    ours = ticket.work.approvals[1]
    assert (ours.approver, ours.who, ours.up_to) == ("provider", "Fenna Fictief", Decimal("95.00"))
    assert ticket.work.approved_up_to == Decimal("95.00")
    assert not [one for one in ticket.warnings if "R-090" in one]


@pytest.mark.parametrize("is_calamity", [True, False], ids=["a calamity", "no calamity"])
async def test_a_call_and_the_minutes_that_its_engineer_keyed_in_are_charged_once(
    desk: Desk, store: Store, talk: CallReport, clock: SetClock, is_calamity: bool
) -> None:
    """R-052, R-056, R-093, A-20: 20 minutes of talk and 5 more are one call of 25 minutes, whatever it turned out to be."""
    assert talk.talk_ended_at is not None
    keyed_at = talk.talk_ended_at + timedelta(minutes=5)
    keys = ([] if is_calamity else [("not_a_calamity", "")]) + [("minutes", "25")]
    talk.keyed_in = [KeyedIn(keyed_at, "Fenna Fictief", 1, what, value) for what, value in keys]
    clock.at = keyed_at + timedelta(minutes=1)

    await desk.close_call(talk)

    async with store.reading() as session:
        _, entries, lines = await rows(session)
    assert len(entries) == 2
    assert [(one.worked_seconds, one.charged_units, one.amount) for one in lines] == [(25 * 60, 2, Decimal("47.50"))]


async def test_a_call_that_a_person_books_again_by_hand_is_refused(
    desk: Desk, talk: CallReport, clock: SetClock
) -> None:
    """R-093: the same time under another name would be charged beside the call."""
    assert talk.talk_started_at is not None
    assert talk.talk_ended_at is not None
    clock.at += timedelta(hours=1)
    number = await desk.close_call(talk)
    began, ended = talk.talk_started_at, talk.talk_ended_at

    with pytest.raises(Refused, match=r"van 02-03-2026 10:01 tot 02-03-2026 10:21 staat al calamity_service.*R-093"):
        await desk.change(number, ENGINEER, book_time, 1, Activity.REMOTE_SUPPORT, began, ended)
    await desk.change(number, ENGINEER, book_time, 1, Activity.REMOTE_SUPPORT, ended, ended + timedelta(minutes=10))


async def test_the_time_counts_from_the_answer_in_whole_units(desk: Desk, store: Store, talk: CallReport) -> None:
    """R-052, R-087"""
    await desk.close_call(talk)

    async with store.reading() as session:
        _, [entry], [line] = await rows(session)
    assert (entry.began_at, entry.activity) == (talk.talk_started_at, Activity.CALAMITY_SERVICE)
    assert (line.units, line.charged_units, line.amount, line.rule) == (2, 2, Decimal("47.50"), "R-052")


async def test_a_talk_that_breaks_off_at_once_is_one_unit(desk: Desk, store: Store, talk: CallReport) -> None:
    """R-093"""
    talk.talk_ended_at = talk.talk_started_at

    await desk.close_call(talk)

    async with store.reading() as session:
        _, _, [line] = await rows(session)
    assert (line.units, line.amount) == (1, Decimal("23.75"))


async def test_a_customer_with_an_sla_pays_nothing_for_the_call(desk: Desk, store: Store, talk: CallReport) -> None:
    talk.caller, talk.consent = PREMIUM, None

    await desk.close_call(talk)

    async with store.reading() as session:
        assert await rows(session) == ([], [], [])


async def test_who_was_let_through_by_the_fallback_is_judged_by_a_person(
    desk: Desk, store: Store, talk: CallReport
) -> None:
    talk.caller, talk.consent, talk.caller_number = None, None, "+31612345678"

    await desk.close_call(talk)

    async with store.reading() as session:
        assert await rows(session) == ([], [], [])


async def test_consent_without_a_talk_is_an_approval_without_costs(desk: Desk, store: Store, talk: CallReport) -> None:
    talk.legs, talk.talk_started_at, talk.route = [], None, "voicemail"

    await desk.close_call(talk)

    async with store.reading() as session:
        approvals, entries, lines = await rows(session)
    assert (len(approvals), entries, lines) == (1, [], [])


async def test_consent_outlives_a_service_that_is_killed_in_the_talk(
    desk: Desk, store: Store, clock: SetClock, consent: Consent
) -> None:
    await desk.take_call("call-9", "support", "+31850004140", None, clock.now())
    await desk.keep_consent("call-9", consent)
    clock.at += timedelta(minutes=5)

    await desk.recover_started_calls(alive=())

    async with store.reading() as session:
        [approval], _, _ = await rows(session)
    assert (approval.up_to, approval.at) == (Decimal("95.00"), consent.at)


async def test_consent_survives_the_spool(desk: Desk, store: Store, talk: CallReport) -> None:
    desk.spool(talk)

    await desk.file_spooled()

    async with store.reading() as session:
        [approval, _ours], _, [line] = await rows(session)
    assert approval.up_to == Decimal("95.00")
    assert isinstance(approval.at, datetime)
    assert line.amount == Decimal("47.50")
