"""Reports by mail, form, portal, monitoring or an engineer, and the order in which work is taken."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.config import DeskSettings, Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.progress import note, resolve
from ari_app.desk.commands.user_changes import refuse_user_change
from ari_app.desk.opening import NewTicket
from ari_app.desk.queue_order import QueuePlace, queue_key
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.views import TicketView, to_json
from ari_app.store.database import Store
from ari_app.store.tables import Role, TicketSource
from sla.terms import Category, Kind

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
CUSTOMER = Actor("Planning De Testrit")
MONDAY_10 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]


async def test_a_mail_becomes_a_ticket_under_the_contract_of_that_moment(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-072, R-073, R-112: on Saturday, clock at the next service hours."""
    number = await open_ticket(by=CUSTOMER, reported_at=datetime(2026, 2, 28, 20, 0, tzinfo=UTC))

    ticket = await look(number)
    assert (ticket.source, ticket.level, ticket.state) == ("mail", "premium", "new")
    assert ticket.next_deadline is not None
    assert ticket.next_deadline.due_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert to_json(ticket)["work"]["charged"] == "0.00"


async def test_what_a_customer_calls_a_calamity_is_a_claim(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-055."""
    claimed = await look(await open_ticket(by=CUSTOMER, source=TicketSource.PORTAL, kind=Kind.CALAMITY))
    judged = await look(await open_ticket(by=SUPERVISOR, source=TicketSource.ENGINEER, kind=Kind.CALAMITY))

    assert (claimed.kind, judged.kind) == (Kind.INCIDENT, Kind.CALAMITY)
    assert "noemt het een calamiteit" in claimed.work.decisions[0].why
    with pytest.raises(Refused, match="R-112"):
        await open_ticket(by=CUSTOMER, source=TicketSource.ENGINEER)


async def test_a_signal_of_monitoring_has_no_clock_until_one_of_us_gives_it_a_category(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-031."""
    number = await open_ticket(source=TicketSource.MONITORING, summary="schijf 91% vol")
    before = await look(number)

    await desk.change(number, SUPERVISOR, confirm_category, Category.II, why="receptie merkt het")

    assert before.next_deadline is None
    assert "R-031" in before.deadlines[0].why[0]
    assert (await look(number)).next_deadline is not None


@pytest.mark.parametrize("source", sorted(set(TicketSource) - {TicketSource.FORM}))
async def test_users_are_added_and_removed_by_the_form_only(open_ticket: Open, source: TicketSource) -> None:
    """R-076, R-077."""
    with pytest.raises(Refused, match=r"https://cne\.nl/aanmelden, afmelden op https://cne\.nl/afmelden"):
        await open_ticket(by=SUPERVISOR, kind=Kind.USER_CHANGE, source=source)


async def test_the_forms_are_those_of_the_settings(store: Store, settings: Any, clock: Any, open_ticket: Open) -> None:
    """R-077."""
    forms = DeskSettings(add_user_form="https://voorbeeld.test/erbij", remove_user_form="https://voorbeeld.test/eraf")
    desk = Desk(store, settings.model_copy(update={"desk": forms}), clock)
    new = NewTicket(Kind.USER_CHANGE, TicketSource.MAIL, "nieuwe collega", customer_id=1)

    with pytest.raises(Refused, match=r"voorbeeld\.test/erbij, afmelden op https://voorbeeld\.test/eraf"):
        await desk.open_ticket(new, SUPERVISOR)
    sentence = await desk.change(await open_ticket(), SUPERVISOR, refuse_user_change, "remove", why="collega weg")

    assert "afmelden op https://voorbeeld.test/eraf" in sentence


async def test_a_user_change_by_the_form_has_no_clock(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-076."""
    number = await open_ticket(by=CUSTOMER, kind=Kind.USER_CHANGE, source=TicketSource.FORM)

    assert (await look(number)).next_deadline is None
    with pytest.raises(Refused, match="via het webformulier"):
        await desk.change(number, SUPERVISOR, refuse_user_change, "add", why="nieuwe collega")


async def test_a_message_about_a_user_is_refused_by_a_person_with_the_link(
    desk: Desk, report: Callable[..., CallReport], look: Look
) -> None:
    """R-078: never by the machine alone."""
    number = await desk.close_call(report())

    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.change(number, CUSTOMER, refuse_user_change, "remove", why="collega weg")
    sentence = await desk.change(number, SUPERVISOR, refuse_user_change, "remove", why="collega uit dienst")

    ticket = await look(number)
    assert "https://cne.nl/afmelden" in sentence
    assert (ticket.state, ticket.kind, ticket.next_deadline) == ("closed", Kind.USER_CHANGE, None)
    assert ticket.work.history[-1].texts["form"] == "https://cne.nl/afmelden"


async def test_a_report_of_a_customer_who_is_not_there_is_refused_by_number(open_ticket: Open) -> None:
    with pytest.raises(Refused, match="Klant 999 is niet bekend") as refused:
        await open_ticket(customer_id=999)

    assert refused.value.rule == "R-071"


async def test_a_report_says_what_is_the_matter_and_comes_not_from_the_future(open_ticket: Open) -> None:
    """R-072, R-079."""
    with pytest.raises(Refused, match="wat er aan de hand is"):
        await open_ticket(summary=" ")
    with pytest.raises(Refused, match="niet in de toekomst"):
        await open_ticket(reported_at=MONDAY_10 + timedelta(hours=1))


async def test_the_queue_goes_by_level_category_deadline_and_moment(desk: Desk, open_ticket: Open, clock: Any) -> None:
    """R-073, A-16; solved work is not in it."""
    names: dict[str, str] = {}
    asked: list[tuple[str, int | None, Kind, Category | None]] = [
        ("no contract", None, Kind.INCIDENT, Category.III),
        ("standard III", 2, Kind.INCIDENT, Category.III),
        ("premium request", 1, Kind.SERVICE_REQUEST, None),
        ("premium I", 1, Kind.INCIDENT, Category.I),
        ("premium II", 1, Kind.INCIDENT, Category.II),
        ("premium III", 1, Kind.INCIDENT, Category.III),
        ("premium III later", 1, Kind.INCIDENT, Category.III),
    ]
    for name, customer, kind, category in asked:
        number = await open_ticket(customer_id=customer, kind=kind)
        names[number] = name
        if category:
            await desk.change(number, SUPERVISOR, confirm_category, category, why="beoordeeld")
        clock.at += timedelta(minutes=1)
    done = await open_ticket()
    await desk.change(done, SUPERVISOR, resolve, "klaar")

    view = await desk.queue()

    assert view.strip == ()
    assert [names[one.number] for one in view.queue] == [
        "premium III",
        "premium III later",
        "premium II",
        "premium I",
        "premium request",
        "standard III",
        "no contract",
    ]


async def test_nothing_is_held_back_until_its_deadline(desk: Desk, open_ticket: Open) -> None:
    """R-046: times are maxima, so a request of Standard with 16 hours to go stands in the queue at once."""
    number = await open_ticket(customer_id=2, kind=Kind.SERVICE_REQUEST)

    view = await desk.queue()

    (ticket,) = view.queue
    assert ticket.number == number
    assert ticket.next_deadline is not None
    assert ticket.next_deadline.left_seconds == timedelta(hours=16).total_seconds()


async def test_what_is_about_to_be_late_stands_on_a_strip_over_all_levels(
    desk: Desk, open_ticket: Open, clock: Any
) -> None:
    """A-16: Standard, CAT III, 8 hours; a Premium ticket of later has time."""
    late = await open_ticket(customer_id=2)
    clock.at += timedelta(hours=22)
    fresh = await open_ticket()

    view = await desk.queue()

    assert [one.number for one in view.strip] == [late]
    assert [one.number for one in view.queue] == [fresh]


PLACES = st.builds(
    QueuePlace,
    level_order=st.integers(0, 2),
    kind=st.sampled_from(Kind),
    category=st.none() | st.sampled_from(Category),
    due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    reported_at=st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(PLACES), st.lists(PLACES))
def test_the_order_of_two_tickets_does_not_depend_on_the_others(some: list[QueuePlace], more: list[QueuePlace]) -> None:
    ordered = sorted(some, key=lambda place: queue_key(place, "level"))
    among = sorted([*some, *more], key=lambda place: queue_key(place, "level"))

    assert [queue_key(one, "level") for one in among if one in some and one not in more] == [
        queue_key(one, "level") for one in ordered if one not in more
    ]


@given(PLACES, PLACES)
def test_by_setting_the_deadline_goes_first(one: QueuePlace, other: QueuePlace) -> None:
    """A-16."""
    first, second = sorted([one, other], key=lambda place: queue_key(place, "deadline"))

    assert second.due_at is None or (first.due_at is not None and first.due_at <= second.due_at)


async def test_a_ticket_keeps_the_version_that_was_in_force_when_it_was_opened(
    store: Store,
    settings: Settings,
    clock: Any,
    open_ticket: Open,
    look: Look,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R-023: a new version promises CAT II in 6 hours instead of 4; a ticket of before is judged by the old one."""
    number = await open_ticket()
    before = await look(number)
    old = resources.files("sla") / "agreements" / "voip-4.10-2023-11.toml"
    told = old.read_text(encoding="utf-8").replace('version = "voip-4.10-2023-11"', 'version = "voip-5.00-2026-03"')
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "voip-4.10-2023-11.toml").write_text(old.read_text(encoding="utf-8"))
    (tmp_path / "agreements" / "voip-5.00-2026-03.toml").write_text(told.replace("hours = 4", "hours = 6"))
    monkeypatch.setattr(resources, "files", lambda _package: tmp_path)

    desk = Desk(store, settings.model_copy(update={"agreement_version": "voip-5.00-2026-03"}), clock)
    await desk.change(number, SUPERVISOR, note, "gebeld")
    unknown = await desk.open_ticket(NewTicket(Kind.INCIDENT, TicketSource.MAIL, "geen klant van ons"), SUPERVISOR)

    after, new = await desk.ticket(number), await desk.ticket(unknown)
    assert after is not None
    assert new is not None
    assert after.deadlines == before.deadlines
    assert (after.agreement_version, new.agreement_version) == ("voip-4.10-2023-11", "voip-5.00-2026-03")
