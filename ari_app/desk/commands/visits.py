"""Help on site: only when it can't be done remotely, with the travel of every visit (R-036, R-059, R-086, R-091)."""

from datetime import datetime, timedelta

from ari_app.desk.approved_work import refuse_without_approval
from ari_app.desk.booking_rules import refuse_outside_hours, refuse_unsupported
from ari_app.desk.change import Change
from ari_app.desk.lines import refuse_lower_line
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.work_rows import open_visits
from ari_app.store.work_tables import TimeEntryRow, VisitRow
from sla.billing import Activity
from sla.ticket import EventType


async def remote_impossible(change: Change, why: str, at: datetime | None = None) -> None:
    """Starts the time on site where that is promised (R-018, A-13)."""
    change.by.must_be_ours("R-036")
    reason = needs(why, "is ingevuld waarom hulp op afstand niet kan", "R-036")
    change.happen(change.event(EventType.REMOTE_IMPOSSIBLE, at), "R-036", reason)


async def arrive(change: Change, engineer_id: int, at: datetime | None = None) -> None:
    """An engineer is at the customer's place; stops the time on site (R-059)."""
    change.by.must_be_ours("R-059")
    if not change.has(EventType.REMOTE_IMPOSSIBLE):
        raise Refused("Kan nadat is vastgelegd waarom hulp op afstand niet kan", "R-036")
    engineer = await change.engineer(engineer_id)
    if any(visit.engineer_id == engineer_id for visit in await open_visits(change)):
        raise Refused(f"Kan nadat het vorige bezoek van {engineer.name} is afgesloten", "R-086")
    refuse_unsupported(change, change.moment(at))
    refuse_lower_line(change, engineer, change.moment(at))
    refuse_outside_hours(change, Activity.ON_SITE_SUPPORT, change.moment(at))
    event = change.happen(change.event(EventType.ARRIVED, at), "R-059", texts={"engineer": engineer.name})
    change.session.add(VisitRow(ticket_id=change.ticket_id, engineer_id=engineer_id, arrived_at=event.at))


async def leave(
    change: Change, engineer_id: int, travel: timedelta, why_no_travel: str = "", at: datetime | None = None
) -> None:
    """Ends the visit. `travel` is there and back in one sum; none only with a reason (R-086, A-20)."""
    change.by.must_be_ours("R-086")
    change.must_not_be_closed("R-086")
    visit = next((one for one in await open_visits(change) if one.engineer_id == engineer_id), None)
    if visit is None:
        raise Refused("Kan nadat de aankomst van deze engineer is vastgelegd", "R-086")
    if travel < timedelta():
        raise Refused("Kan nadat een reistijd van nul of meer is ingevuld", "R-086")
    if not travel:
        visit.why_no_travel = needs(why_no_travel, "is ingevuld waarom er geen reistijd is", "R-086")
    visit.left_at = change.moment(at)
    if visit.left_at < visit.arrived_at:
        raise Refused("Kan nadat een vertrek na de aankomst is ingevuld", "R-086")
    visit.travel_seconds = int(travel.total_seconds())
    change.session.add(visit)
    if travel:
        await _book_travel(change, visit, travel)


async def _book_travel(change: Change, visit: VisitRow, travel: timedelta) -> None:
    """There and back are one sum, so the entry stands before the arrival."""
    change.session.add(
        TimeEntryRow(
            ticket_id=change.ticket_id,
            engineer_id=visit.engineer_id,
            activity=Activity.TRAVEL,
            began_at=visit.arrived_at - travel,
            ended_at=visit.arrived_at,
            note="heen- en terugreis",
            recorded_by=change.by.name,
            recorded_at=change.now,
        )
    )
    await refuse_without_approval(change)
