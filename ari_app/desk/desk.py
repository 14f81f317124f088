"""The commands of the service desk. Each loads rows, lets pure functions decide, and saves: one transaction each."""

from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select

from ari_app.clock import Clock, SystemClock
from ari_app.config import Settings
from ari_app.desk.actor import Actor
from ari_app.desk.announcements import Announcements
from ari_app.desk.attachments import Attachments
from ari_app.desk.audit import AuditLog
from ari_app.desk.board import Board
from ari_app.desk.call_backs import CallBacks
from ari_app.desk.callers import find_caller
from ari_app.desk.calls_now import CallsNow
from ari_app.desk.change import Change, begin_change
from ari_app.desk.commands.keyed_in import carry_out, keep_as_note
from ari_app.desk.contacts import Contacts
from ari_app.desk.contracts import Contracts
from ari_app.desk.costs_of_call import THE_LINE, keep_consent
from ari_app.desk.crucial_places import CrucialPlaces
from ari_app.desk.customer_now import CustomerNow, read_customer_now
from ari_app.desk.customer_pages import CustomerPages
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.directory import Directory
from ari_app.desk.engineer_calls import EngineerCalls
from ari_app.desk.equipment import Equipment
from ari_app.desk.exclusions import Exclusions
from ari_app.desk.figures import Figures
from ari_app.desk.filing import call_is_over, file_report, filed_ticket
from ari_app.desk.for_engineers import ForEngineers
from ari_app.desk.for_pages import ForPages
from ari_app.desk.hear_again import HearAgain
from ari_app.desk.hearing import Hearing
from ari_app.desk.left_behind import report_of_fallback, report_of_killed_call
from ari_app.desk.line_alerts import LineAlerts
from ari_app.desk.looking_again import look_at_due_tickets
from ari_app.desk.maintenance import Maintenance
from ari_app.desk.notices import NoticeView, read_open_notices
from ari_app.desk.notify.notifications import Notifications
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.opening import NewTicket, file_ticket
from ari_app.desk.opening_days import OpeningDays
from ari_app.desk.people import People
from ari_app.desk.pins import Pins
from ari_app.desk.reading import queue_of, read_ticket, read_tickets
from ari_app.desk.recordings import fallback_messages
from ari_app.desk.report import DUTY_ROUTE, RESCUED, CallReport, Consent
from ari_app.desk.rest_of_call import add_rest_of_call
from ari_app.desk.retention import Folders
from ari_app.desk.review import Review
from ari_app.desk.rota import Rota
from ari_app.desk.rota_handshake import Handshake
from ari_app.desk.rota_links import RotaLinks
from ari_app.desk.rota_swaps import Swaps
from ari_app.desk.rota_warnings import RotaWarnings
from ari_app.desk.rota_week import RotaWeeks
from ari_app.desk.self_calls import SelfCalls
from ari_app.desk.services import Services
from ari_app.desk.spool import NOT_FILED, set_apart, waiting_reports, write_report
from ari_app.desk.statement import Statement, read_statement
from ari_app.desk.ticket_search import TicketSearch
from ari_app.desk.urgent import UrgentMessages
from ari_app.desk.views import QueueView, TicketView
from ari_app.desk.wrapping_up import WrappingUp
from ari_app.store.acting import name_act
from ari_app.store.database import Store
from ari_app.store.in_call_tables import KeyedInRow
from ari_app.store.newest import newest
from ari_app.store.statements import replace
from ari_app.store.tables import AccessEntryRow, CallRow, Role, StartedCallRow, TicketRow
from ari_app.store.work_queue import WorkQueue
from routing.caller import Caller
from routing.rota import Engineer
from sla.ticket import TicketState

log = structlog.get_logger()
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Desk:
    """In all commands `at` is an aware instant; None is the desk's own now."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        """Raises ConfigurationError when the settings name an agreement that can't be used."""
        self.store = store
        self._clock = clock
        self._policy = settings.desk
        #: Hours and terms as people last approved them; read anew in every transaction that judges.
        self.days = DaysInForce(settings)
        self.contracts = Contracts(store, self.days.terms, clock)
        self.exclusions = Exclusions(store, self.days.terms, clock)
        self.crucial_places = CrucialPlaces(store)
        self.opening_days = OpeningDays(store, self.days, clock)
        self.audit = AuditLog(store)
        self.people = People(store, self.days, clock, Folders(settings.recordings, settings.attachments))
        self.announcements = Announcements(store, clock)
        self.urgent = UrgentMessages(store, self.days, clock, settings.urgent)
        self.pins = Pins(store, self.days, clock, settings.pin)
        zone = self.days.terms.agreement.zone
        countries = frozenset(settings.line.dial_countries)
        self.rota = Rota(store, zone, clock, countries)
        self.directory = Directory(store, clock, zone, countries, self.people.holds)
        self.notifications = Notifications(store, clock, self.days, settings.notify)
        self.services, self.equipment = Services(store, clock), Equipment(store, clock)
        self.contacts = Contacts(store, clock, self.people.holds)
        self.maintenance = Maintenance(store, clock, zone, can_mail=settings.notify.mail.host is not None)
        self.customer_pages = CustomerPages(store, self.days, clock, self.exclusions)
        self.swaps = Swaps(store, zone, clock)
        self.handshake = Handshake(store, zone, clock, timedelta(minutes=settings.duty.take_within_minutes))
        self.rota_links = RotaLinks(store, clock)
        countries = frozenset(settings.line.dial_countries)
        self.rota_warnings = RotaWarnings(store, self.days, clock, settings.duty, countries)
        self.rota_weeks = RotaWeeks(store, self.days, clock, countries)
        self.call_backs = CallBacks(
            store, clock, frozenset(name.split("/")[-1] for name in settings.line.desk_endpoints), settings.line_name
        )
        self.engineer_calls = EngineerCalls(store, clock, settings.line_name, settings.recordings)
        self.for_engineers = ForEngineers(store, self.handshake, self.urgent, self.engineer_calls)
        self.line_alerts = LineAlerts(store, clock)
        self.calls_now = CallsNow()
        self.figures = Figures(store, zone, clock)
        self.board = Board(store, self.days, clock)
        self.self_calls = SelfCalls(store, self.days, clock, settings.recordings)
        self.wrapping_up = WrappingUp(store, clock, self.change)
        self._recordings = settings.recordings
        self._spool = settings.spool
        self._queue = WorkQueue(store)
        self.hearing = Hearing(
            store,
            self.days,
            clock,
            settings.recordings,
            self._queue,
            cat_iii_is_urgent=settings.urgent.also_cat_iii,
        )
        self.hear_again = HearAgain(store, clock, self._queue)
        self.for_pages = ForPages(store, self.days, self._policy, self.contracts, clock)
        self.ticket_search = TicketSearch(store, self.days, clock)
        self.attachments = Attachments(store, clock, settings.attachments)
        self.review = Review(store, self.days, clock)

    def now(self) -> datetime:
        """The desk's own now."""
        return self._clock.now()

    # Questions that a call asks.

    async def who_is(self, number: str | None, at: datetime | None = None) -> Caller:
        """`number` in E.164; None: anonymous. The contract is the one that is valid at `at`."""
        async with self.store.looking() as session:
            terms = await self.days.read(session)
            return await find_caller(session, number, at or self._clock.now(), terms)

    async def on_duty(self, at: datetime | None = None) -> tuple[Engineer, ...]:
        """Whose phones ring at `at`, first one first."""
        return await self.rota.on_duty(at or self._clock.now())

    async def customer_now(self, customer_id: int) -> CustomerNow:
        """What an engineer hears of a customer before accepting their call."""
        async with self.store.looking() as session:
            return await read_customer_now(session, customer_id)

    # What becomes of a call.

    async def keep_consent(self, call_id: str, consent: Consent) -> None:
        """The caller agreed to costs just now; it becomes an approval of the ticket when the call is filed."""
        async with self.store.transaction() as session:
            await keep_consent(session, call_id, consent)

    async def take_call(
        self,
        call_id: str,
        line: str,
        caller_number: str | None,
        recording_name: str | None,
        received_at: datetime,
        sip_call_id: str = "",
    ) -> Caller:
        """Notes that a call began and tells who calls, as `who_is`: all that every caller waits for.

        `recording_name` is the file that a message would get, relative to the recordings folder.
        """
        started = _started(call_id, line, caller_number, recording_name, received_at, sip_call_id)
        async with self.store.transaction() as session:
            await replace(session, StartedCallRow, started)
            return await find_caller(session, caller_number, received_at, await self.days.read(session))

    async def close_call(self, report: CallReport) -> str:
        """Files the report and gives the number of its ticket. Filing a call twice changes nothing. An engineer who took
        the duty reported nothing: then it is "".

        Raises what the database raises; then `spool` the report.
        """
        try:
            number = await self._file(report)
            if report.origin == RESCUED:
                await self.change(number, Actor(THE_LINE, Role.ENGINEER), add_rest_of_call, report, self._queue)
            if report.keyed_in:
                await self.carry_out_keys()
            return number
        except IntegrityError:
            # Another process filed this call in the same moment: then its ticket is there now.
            async with self.store.reading() as session:
                filed = await filed_ticket(session, report.call_id)
            if filed is None:
                raise
            return ticket_number(filed)

    async def carry_out_keys(self) -> int:
        """What engineers keyed in on the phone becomes commands, those refused become notes; gives how many were looked at."""
        async with self.store.reading() as session:
            waiting = select(KeyedInRow).where(col(KeyedInRow.done_at).is_(None)).order_by(col(KeyedInRow.id))
            entries = (await session.exec(waiting)).all()
        for entry in entries:
            number, by, entry_id = ticket_number(entry.ticket_id), Actor(entry.by, Role.ENGINEER), entry.id or 0
            try:
                await self.change(number, by, carry_out, entry_id)
            except ValueError as refused:
                await self.change(number, by, keep_as_note, entry_id, str(refused))
        return len(entries)

    def spool(self, report: CallReport) -> None:
        """Keeps the report on disk as long as the database is away."""
        write_report(self._spool, report)

    async def file_spooled(self) -> list[str]:
        """Files what waits on disk; gives the tickets' numbers. A file that is no report is set apart and logged."""
        numbers = []
        for file, report in waiting_reports(self._spool):
            if report is None:
                log.error("A file in the spool is no report", action="spool_unreadable", file=file.name)
                continue
            report.origin = "spool"
            try:
                numbers.append(await self.close_call(report))
            except NOT_FILED:  # those behind it are filed all the same
                log.exception("A report can't be filed", action="spool_refused", file=set_apart(file).name)
                continue
            file.unlink()
        return numbers

    async def file_fallback_messages(self, busy: Collection[str] = ()) -> list[str]:
        """Files what the dialplan recorded while the service was away; messages that still grow wait for the next time.

        A caller whom it took over from a service that died has one ticket: what that service left is filed first. `busy`:
        calls that this service will still file.
        """
        numbers = []
        for message in fallback_messages(self._recordings, SystemClock().now()):
            if message.is_rescued and (message.call_id in busy or not await self._file_first_half(message.call_id)):
                continue
            names = {one.id: one.name for one in await self.rota.everybody()} if message.rings else {}
            numbers.append(await self.close_call(report_of_fallback(message, self._recordings, names)))
            sidecar = (self._recordings / message.recording).with_suffix(".txt")
            sidecar.rename(sidecar.with_suffix(".filed"))
        return numbers

    async def _file_first_half(self, call_id: str) -> bool:
        """False: its recording still grows. True: it is filed, or nothing is known of it."""
        async with self.store.reading() as session:
            started = await session.get(StartedCallRow, call_id)
        if started is None:
            return True
        report = report_of_killed_call(started, self._recordings, self._clock.now(), SystemClock().now())
        if report is not None:
            await self.close_call(report)
        return report is not None

    async def recover_started_calls(self, alive: Collection[str]) -> list[str]:
        """Files calls that began under a service that was killed, with what is on disk. `alive`: calls in progress now.

        Run `file_spooled` first: the spool knows more about a call than what is left of it here.
        """
        async with self.store.reading() as session:
            started = (await session.exec(select(StartedCallRow).order_by(col(StartedCallRow.received_at)))).all()
        reports = (
            report_of_killed_call(row, self._recordings, self._clock.now(), SystemClock().now())
            for row in started
            if row.call_id not in alive
        )
        return [await self.close_call(report) for report in reports if report is not None]

    # What time does.

    async def look_again(self, limit: int) -> int:
        """Judges at most `limit` tickets again whose moment has come, and notices what became true; 0: nothing is due."""
        async with self.store.session() as session:
            return await look_at_due_tickets(session, await self.days.read(session), self._clock.now(), limit)

    async def open_notices(self, limit: int, behind: int | None = None) -> list[NoticeView]:
        """What asks for people now, a broken promise first and the longest waiting first; from behind notice `behind` on."""
        async with self.store.reading() as session:
            terms = await self.days.read(session)
            return await read_open_notices(session, limit, terms.agreement_of, behind)

    # What people see and do.

    async def tickets(self, limit: int, before: str | None = None) -> list[TicketView]:
        """Newest first, at most `limit`, from below ticket `before` on ("T-1001"; None: from the newest)."""
        below = None if before is None else ticket_row_id(before) or 0
        wanted = newest(select(TicketRow), TicketRow.id, limit, below)
        async with self.store.reading() as session:
            rows = (await session.exec(wanted)).all()
            return await read_tickets(session, rows, await self.days.read(session), self._clock.now())

    async def ticket(self, number: str) -> TicketView | None:
        """None when there is no such ticket."""
        row_id = ticket_row_id(number)
        if row_id is None:
            return None
        async with self.store.reading() as session:
            row = await session.get(TicketRow, row_id)
            terms = await self.days.read(session)
            return None if row is None else await read_ticket(session, row, terms, self._clock.now())

    async def ticket_of_call(self, call_id: str) -> TicketView | None:
        """By our own id of the call or by its SIP Call-ID; None as long as the call is not filed."""
        is_it = or_(col(CallRow.call_id) == call_id, col(CallRow.sip_call_id) == call_id)
        async with self.store.reading() as session:
            filed = (await session.exec(select(CallRow.ticket_id).where(is_it))).first()
        return None if filed is None else await self.ticket(ticket_number(filed))

    async def queue(self) -> QueueView:
        """All open tickets in the order to take them; those whose time runs out on a strip on top (A-16)."""
        is_open = col(TicketRow.state).not_in((TicketState.RESOLVED, TicketState.CLOSED))
        async with self.store.reading() as session:
            rows = (await session.exec(select(TicketRow).where(is_open))).all()
            terms = await self.days.read(session)
            return queue_of(await read_tickets(session, rows, terms, self._clock.now()), terms)

    async def statement(self, customer_id: int, year: int, month: int, by: Actor) -> Statement:
        """The hours of a customer in that local month, with what they cost (R-089). Raises Refused."""
        return await read_statement(self.store, customer_id, (year, month), self.days.terms, by, self._clock.now())

    async def open_ticket(self, new: NewTicket, by: Actor) -> str:
        """A report by mail, form, portal, monitoring or an engineer; gives its number. Raises Refused."""
        async with self.store.session() as session:
            terms = await self.days.read(session)
            ticket = await file_ticket(session, new, by, terms, self._policy, self._clock.now())
        return ticket_number(ticket.id)

    async def change(
        self,
        number: str,
        by: Actor,
        command: Callable[Concatenate[Change, Given], Awaitable[Answer]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Answer:
        """One command of `desk.commands` on one ticket, in one transaction; its clocks and costs follow.

        `await desk.change("T-1001", by, confirm_category, Category.II, why="de receptie ligt stil")`. Raises Refused.
        """
        async with self.store.session() as session:
            terms = await self.days.read(session)
            change = await begin_change(session, number, by, terms, self._policy, self._clock.now())
            name_act(command.__name__, by.name, by.role or "", change.ticket_id)
            answer = await command(change, *args, **kwargs)
            await change.judge_again()
        return answer

    async def log_play(self, number: str, account: str, at: datetime) -> None:
        """Each play of a recording is an access entry (R-114). Raises ValueError when there is no such ticket."""
        row_id = ticket_row_id(number)
        async with self.store.session() as session:
            if row_id is None or await session.get(TicketRow, row_id) is None:
                raise ValueError(f"There is no ticket {number!r}, so nobody can have listened to its recording.")
            session.add(AccessEntryRow(ticket_id=row_id, account=account, at=at.astimezone(UTC), purpose="listened"))

    async def _file(self, report: CallReport) -> str:
        async with self.store.transaction() as session:
            if report.route == DUTY_ROUTE:
                await call_is_over(session, report.call_id)
                return ""
            filed = await filed_ticket(session, report.call_id)
            if filed is not None:
                return ticket_number(filed)
            ticket = await file_report(session, report, await self.days.read(session), self._queue, self._clock.now())
        return ticket_number(ticket)


def _started(
    call_id: str, line: str, caller_number: str | None, recording: str | None, received_at: datetime, sip_call_id: str
) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "sip_call_id": sip_call_id,
        "line": line,
        "caller_number": caller_number,
        "recording": recording,
        "received_at": received_at,
    }
