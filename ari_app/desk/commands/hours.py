"""Time that was worked: raw as it was, with what it costs beside it (R-086...R-093, R-130, R-131)."""

from datetime import UTC, datetime

from ari_app.desk.approved_work import refuse_without_approval
from ari_app.desk.booking_rules import (
    OUTSIDE_HOURS,
    refuse_counted_twice,
    refuse_outside_hours,
    refuse_unsupported,
    refuse_without_visit,
)
from ari_app.desk.change import Change
from ari_app.desk.costs import entries_that_hold
from ari_app.desk.lines import refuse_lower_line
from ari_app.desk.refusal import Refused, needs
from ari_app.store.work_tables import CorrectionRow, TimeEntryRow
from sla.billing import Activity, may_log_time

_HOSTED = "hosted_hours"


async def book_time(
    change: Change,
    engineer_id: int,
    activity: Activity,
    began_at: datetime,
    ended_at: datetime,
    note: str = "",
    *,
    is_intermediary_call: bool = False,
) -> None:
    """An engineer worked from `began_at` to before `ended_at`, on a ticket that is not closed. Billable work needs both
    approvals first (R-090); management of hosted services is not logged, but for injudicious acts (R-130, R-131)."""
    change.by.must_be_ours("R-088")
    change.must_not_be_closed("R-088")
    if activity is Activity.TRAVEL:
        raise Refused("Kan bij het afsluiten van het bezoek: reistijd hoort bij een bezoek", "R-086")
    engineer = await change.engineer(engineer_id)
    is_injudicious = activity is Activity.HOSTED_MANAGEMENT and bool(change.decided(_HOSTED))
    if not may_log_time(activity, is_injudicious):
        raise Refused("Kan nadat een supervisor onoordeelkundig handelen van de klant heeft vastgelegd", "R-131")
    if activity is Activity.ON_SITE_SUPPORT:
        await refuse_without_visit(change, engineer)
    begin, end = _span(change, began_at, ended_at)
    refuse_unsupported(change, begin)
    refuse_lower_line(change, engineer, begin)
    refuse_outside_hours(change, activity, begin)
    entry = TimeEntryRow(
        ticket_id=change.ticket_id,
        engineer_id=engineer_id,
        activity=activity,
        began_at=begin,
        ended_at=end,
        is_injudicious=is_injudicious,
        is_intermediary_call=is_intermediary_call,
        note=note,
        recorded_by=change.by.name,
        recorded_at=change.now,
    )
    await refuse_counted_twice(change, entry)
    change.session.add(entry)
    await refuse_without_approval(change)


async def allow_hosted_hours(change: Change, why: str) -> None:
    """A supervisor rules that injudicious acts of the customer made the management necessary (R-131)."""
    change.by.must_supervise("R-131")
    change.must_not_be_closed("R-131")
    reason = needs(why, "het onoordeelkundig handelen is beschreven", "R-131")
    change.decide(_HOSTED, "closed", "allowed", reason)


async def allow_outside_hours(change: Change, why: str) -> None:
    """A supervisor lets support for this ticket be given outside service and calamity hours (R-011)."""
    change.by.must_supervise("R-011")
    change.must_not_be_closed("R-011")
    change.decide(OUTSIDE_HOURS, "", "allowed", needs(why, "de reden is ingevuld", "R-011"))


async def correct_time(change: Change, entry_id: int, began_at: datetime, ended_at: datetime, why: str) -> None:
    """Another entry takes the place of this one, which stays on record (R-088)."""
    old = await _entry(change, entry_id)
    begin, end = _span(change, began_at, ended_at)
    new = TimeEntryRow(**old.model_dump(exclude={"id"}) | {"began_at": begin, "ended_at": end})
    new.recorded_by, new.recorded_at = change.by.name, change.now
    await refuse_counted_twice(change, new, instead_of=entry_id)
    change.session.add(new)
    await change.session.flush()
    _correct(change, entry_id, new.id, why)
    await refuse_without_approval(change)


async def withdraw_time(change: Change, entry_id: int, why: str) -> None:
    """This was not worked on this ticket; the entry stays on record (R-088)."""
    await _entry(change, entry_id)
    _correct(change, entry_id, None, why)
    change.costs_changed = True


def _span(change: Change, began_at: datetime, ended_at: datetime) -> tuple[datetime, datetime]:
    if began_at.tzinfo is None or ended_at.tzinfo is None:
        raise ValueError(f"{began_at} to {ended_at} has no time zone: give aware instants")
    if ended_at <= began_at:
        raise Refused("Kan nadat een einde na het begin is ingevuld", "R-088")
    if ended_at > change.now:
        raise Refused("Kan niet in de toekomst: boek tijd als het werk gedaan is", "R-088")
    return began_at.astimezone(UTC), ended_at.astimezone(UTC)


async def _entry(change: Change, entry_id: int) -> TimeEntryRow:
    change.by.must_be_ours("R-088")
    holding = entries_that_hold().where(TimeEntryRow.id == entry_id, TimeEntryRow.ticket_id == change.ticket_id)
    found = (await change.session.exec(holding)).first()
    if found is None:
        raise Refused(f"Urenregel {entry_id} bestaat niet bij deze melding of is al gecorrigeerd", "R-088")
    return found


def _correct(change: Change, old_id: int, new_id: int | None, why: str) -> None:
    change.session.add(
        CorrectionRow(
            ticket_id=change.ticket_id,
            time_entry_id=old_id,
            new_time_entry_id=new_id,
            at=change.now,
            actor=change.by.name,
            why=needs(why, "de reden van de correctie is ingevuld", "R-088"),
        )
    )
