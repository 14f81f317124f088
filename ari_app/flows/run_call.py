"""Runs the script of each call, and files its report once, however the call ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.call import Call
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.events import Event
from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.flows.open_call import OpenCall, Surroundings
from ari_app.flows.phones import dial_guard
from ari_app.flows.rescue import rescued_call
from ari_app.flows.strays import Strays, is_leg
from ari_app.flows.support_line import support_line
from ari_app.flows.voicemail import recording_name, voicemail
from routing.caller import Caller, normal_form
from routing.caller_id import read_caller_id
from routing.dialling import BudgetSpent
from routing.rota import Engineer

log = structlog.get_logger()

Script = Callable[[OpenCall], Awaitable[None]]

#: From the first sign of a call to its answer, at most: whoever calls just before the calamity hours is answered in them.
ANSWERED_WITHIN = timedelta(minutes=1)
#: Seconds: the caller hears it ring meanwhile.
NOTED_WITHIN = 5.0
FILE_AGAIN_AFTER = 5.0


@dataclass
class Reception:
    """Takes each caller from Asterisk and runs the script for them; calls can't take each other down."""

    client: AriClient
    desk: Desk
    clock: Clock
    line: Surroundings
    calls: asyncio.TaskGroup
    busy: set[str] = field(default_factory=set)
    strays: Strays = field(init=False)

    def __post_init__(self) -> None:
        self.strays = Strays(self.client, self.line)
        self.client.guard = dial_guard(self.line.settings, self.line.trunk, self._tell_of_budget)

    def open(self) -> None:
        """From now on callers are answered."""
        self.client.on_caller = self.take
        self.client.on_strays = self.take_strays

    def _tell_of_budget(self, spent: BudgetSpent) -> None:
        """The supervisor hears of it; whoever calls leaves a message."""
        self.calls.create_task(self._tell(spent), name="dial budget")

    async def _tell(self, spent: BudgetSpent) -> None:
        try:
            await self.desk.line_alerts.dial_budget_spent(spent.which, str(spent))
        except (SQLAlchemyError, OSError):
            log.exception("Nobody could be told of a spent budget", action="alert_not_written", which=spent.which)

    def take(self, event: Event) -> None:
        call = Call(self.client, event)
        self.client.watch(call)
        self.calls.create_task(self.run_call(call, support_line), name=f"call {call.id}")

    def take_strays(self, channels: list[dict[str, Any]], bridges: list[str]) -> None:
        """Channels from before our start: callers are helped on, phones that were rung are freed unless they talk."""
        legs = [channel for channel in channels if is_leg(channel["id"])]
        self.calls.create_task(self.strays.free(legs, bridges), name="strays")
        for channel in channels:
            if channel in legs:
                continue
            call = Call(self.client, _caller_event(channel))
            call.is_up = channel["state"] == "Up"
            self.client.watch(call)
            script = partial(rescued_call, bridges=bridges) if call.is_up else support_line
            self.calls.create_task(self.run_call(call, script), name=f"call {call.id}")

    async def run_call(self, call: Call, script: Script) -> None:
        """The call from beginning to end. Its report is filed in every case, but a stopped service leaves that to its next start."""
        number = normal_form(call.caller_id)
        report = CallReport(call.id, call.line, number, call.caller_id, self.clock.now(), sip_call_id=call.sip_call_id)
        self.busy.add(call.id)
        try:
            with self.line.calls_now.following(report, call.signal.news):
                await self._conduct(call, report, script)
            await self._file(report)
        finally:
            self.busy.discard(call.id)

    async def _conduct(self, call: Call, report: CallReport, script: Script) -> None:
        try:
            await self._run_script(call, report, script)
        except asyncio.CancelledError:
            log.warning("The service stops during a call", action="call_left_to_next_start", call=call.id)
            raise
        except Exception as failure:
            report.error, report.ended_by = report.error or repr(failure), "crash"
            log.exception("A call could not be finished", action="call_failed", call=call.id)
        finally:
            self.client.forget(call.id)
            report.ended_at = report.ended_at or self.clock.now()

    async def _run_script(self, call: Call, report: CallReport, script: Script) -> None:
        open_call = await self._open_call(call, report)
        try:
            await script(open_call)
        except Hangup:
            report.ended_by = "caller"
        except Exception as crash:
            log.exception("The script of a call crashed", action="script_crashed", call=call.id)
            report.error, report.ended_by = repr(crash), "crash"
            await self._apologise(open_call)
        report.ended_at = report.ended_at or open_call.clock.now()
        await call.hang_up()

    async def _open_call(self, call: Call, report: CallReport) -> OpenCall:
        clock = self.clock.pinned()
        report.received_at = clock.now()
        caller, on_duty = await self._take(report)
        if caller.number is None and caller.is_looked_up:
            caller = replace(
                caller, why=read_caller_id(call.caller_id).why
            )  # nameless, a short code, or no number at all
        report.caller = caller
        log.info("Call came in", action="call_started", call=call.id, line=call.line, customer=caller.customer_id)
        return OpenCall(call, report, clock, caller, on_duty, self.line)

    async def _take(self, report: CallReport) -> tuple[Caller, tuple[Engineer, ...]]:
        """Who calls, and who is on duty; without a database the call goes on all the same."""
        try:
            caller = await self._noted(report)
            moments = (report.received_at, report.received_at + ANSWERED_WITHIN)
            at = next((moment for moment in moments if self.line.hours.is_calamity_time(moment)), None)
            return caller, () if at is None else await self.desk.on_duty(at)
        except Exception:
            log.exception("Customer and rota could not be looked up", action="look_up_failed", call=report.call_id)
            return Caller(report.caller_number, why="Klantgegevens waren niet bereikbaar.", is_looked_up=False), ()

    async def _noted(self, report: CallReport) -> Caller:
        """Before anything else, so that a call whose service dies is known. While nothing can be written, as on a full disk or
        behind somebody's lock, who calls is read all the same: a calamity does not wait for that."""
        name = f"{recording_name(report.call_id)}.wav"
        try:
            async with asyncio.timeout(NOTED_WITHIN):
                return await self.desk.take_call(
                    report.call_id, report.line, report.caller_number, name, report.received_at, report.sip_call_id
                )
        except (SQLAlchemyError, OSError, TimeoutError) as failure:
            log.error(
                "A call could not be noted", action="call_not_noted", call=report.call_id, why=repr(failure)[:200]
            )
            return await self.desk.who_is(report.caller_number, report.received_at)

    async def _apologise(self, open_call: OpenCall) -> None:
        """After a crash the caller can still leave a message; a second fault ends the call."""
        try:
            await voicemail(open_call, "sorry-error")
        except Hangup:
            open_call.note("apology", "the caller hung up")
        except Exception as failure:
            log.exception("The apology failed as well", action="apology_failed", call=open_call.call.id)
            open_call.note("apology", repr(failure))

    async def _file(self, report: CallReport) -> None:
        """Into the database, else onto the disk. Where both are full it is tried again and again, and other calls go on."""
        while True:
            if await self._is_filed(report) or self._is_spooled(report):
                return
            await asyncio.sleep(FILE_AGAIN_AFTER)

    async def _is_filed(self, report: CallReport) -> bool:
        try:
            ticket = await self.desk.close_call(report)
        except Exception as failure:
            log.exception("A call could not be filed", action="call_spooled", call=report.call_id)
            report.error = report.error or repr(failure)
            return False
        log.info("Call filed", action="call_filed", call=report.call_id, route=report.route, ticket=ticket)
        return True

    def _is_spooled(self, report: CallReport) -> bool:
        try:
            self.desk.spool(report)
        except OSError as failure:
            log.error("A report waits in memory", action="call_not_spooled", call=report.call_id, why=repr(failure))
            return False
        return True


def _caller_event(channel: dict[str, Any]) -> Event:
    """The StasisStart that a caller from before our start once sent."""
    caller = channel.get("caller") or {}
    dialplan = channel.get("dialplan") or {}
    args = tuple(str(dialplan.get("app_data", "")).split(",")[1:]) or ("in", "")
    return Event(
        "StasisStart",
        channel["id"],
        args=args,
        caller_number=caller.get("number", ""),
        sip_call_id=channel.get("protocol_id", ""),
    )
