"""What must hold before time can be booked: it counts once (R-093), lies in the hours (R-011), is for a service that we support
(R-108), and on site there is a visit (R-036)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from ari_app.desk.change import Change
from ari_app.desk.costs import entries_that_hold
from ari_app.desk.refusal import Refused
from ari_app.store.tables import EngineerRow
from ari_app.store.work_tables import TimeEntryRow, VisitRow
from sla.billing import Activity
from sla.terms import Scope
from sla.ticket import EventType

#: What a supervisor's word for work outside the hours is kept under.
OUTSIDE_HOURS = "outside_hours"
_IN_HOURS_ONLY = (Activity.REMOTE_SUPPORT, Activity.ON_SITE_SUPPORT)


async def refuse_counted_twice(change: Change, new: TimeEntryRow, instead_of: int | None = None) -> None:
    """Time of one engineer counts once. The same work joins by itself (A-20), other work at the same time would be
    charged beside it. `instead_of`: the entry that the new one takes the place of."""
    overlapping = entries_that_hold().where(
        TimeEntryRow.ticket_id == change.ticket_id,
        TimeEntryRow.engineer_id == new.engineer_id,
        TimeEntryRow.activity != Activity.TRAVEL,
        col(TimeEntryRow.id).is_distinct_from(instead_of),
        TimeEntryRow.began_at < new.ended_at,
        TimeEntryRow.ended_at > new.began_at,
    )
    for entry in await change.session.exec(overlapping):
        if _work(entry) != _work(new):
            zone = change.terms.agreement.zone
            raise Refused(
                f"Kan niet: van {_at(entry.began_at, zone)} tot {_at(entry.ended_at, zone)} staat al {entry.activity} "
                f"van deze engineer (urenregel {entry.id}), en tijd telt één keer. Boek wat erbuiten ligt, of "
                "corrigeer die regel",
                "R-093",
            )


def refuse_outside_hours(change: Change, activity: Activity, at: datetime) -> None:
    """Support begins in service hours or calamity hours, unless a supervisor allowed other hours for this ticket."""
    if activity not in _IN_HOURS_ONLY or change.terms.of(change.ticket).hours.extended.is_open(at):
        return
    if not change.decided(OUTSIDE_HOURS):
        raise Refused(
            "Ondersteuning is er alleen tijdens servicetijden: "
            "kan nadat een supervisor werk buiten de servicetijden heeft toegestaan",
            "R-011",
        )


def refuse_unsupported(change: Change, at: datetime) -> None:
    """Nothing is done for a service that we have no part in; what was done before that was known may be booked."""
    known_at = (event.at for event in change.events if event.type is EventType.SCOPE_CHANGED)
    if change.ticket.scope is Scope.NOT_SUPPORTED and at >= max(known_at, default=change.ticket.reported_at):
        raise Refused(
            "Kan nadat is vastgesteld dat CNE bij deze dienst betrokken is: nu wordt zij niet ondersteund", "R-108"
        )


async def refuse_without_visit(change: Change, engineer: EngineerRow) -> None:
    """Hours on site belong to a visit: it has the reason why remote help is impossible, and its travel (R-036, R-086)."""
    visits = select(VisitRow.id).where(VisitRow.ticket_id == change.ticket_id, VisitRow.engineer_id == engineer.id)
    if (await change.session.exec(visits)).first() is None:
        raise Refused(f"Kan nadat de aankomst van {engineer.name} bij de klant is vastgelegd", "R-036, R-086")


def _work(entry: TimeEntryRow) -> tuple[Activity, bool, bool]:
    """Entries that are alike in this become one session."""
    return Activity(entry.activity), entry.is_injudicious, entry.is_intermediary_call


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%d-%m-%Y %H:%M}"
