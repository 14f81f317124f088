"""The desk of a line, for a call that nobody makes: asked as in any other call, and nothing is noted, filed or tried."""

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.customer_now import CustomerNow
from ari_app.desk.for_engineers import AskedForNobody
from ari_app.desk.pins import PinResult
from ari_app.desk.report import CallReport, Consent
from ari_app.simulator.dry_store import DryStore
from routing.caller import Caller
from routing.rota import Engineer

Answer = TypeVar("Answer")


class SimulatedDesk(Desk):
    """`reports`: of the calls that ended. A real call goes on without its database; a simulated one that did would explain
    something else. `unread` says what failed."""

    def __init__(self, store: DryStore, settings: Settings, clock: Clock) -> None:
        """Raises ConfigurationError when the settings name an agreement that can't be used."""
        super().__init__(store, settings, clock)
        self.for_engineers = AskedForNobody(store, self.handshake, self.urgent, self.engineer_calls)
        self.reports: dict[str, CallReport] = {}
        self.unread: list[str] = []

    async def take_call(
        self,
        call_id: str,
        line: str,
        caller_number: str | None,
        recording_name: str | None,
        received_at: datetime,
        sip_call_id: str = "",
    ) -> Caller:
        return await self._read(self.who_is(caller_number, received_at))

    async def on_duty(self, at: datetime | None = None) -> tuple[Engineer, ...]:
        return await self._read(super().on_duty(at))

    async def customer_now(self, customer_id: int) -> CustomerNow:
        return await self._read(super().customer_now(customer_id))

    async def suppose_pin(self, number: str | None, customer_number: str, pin: str, at: datetime) -> PinResult:
        """In place of `pins.check`."""
        return await self._read(self.pins.suppose(number, customer_number, pin, at))

    async def keep_consent(self, call_id: str, consent: Consent) -> None:
        """Nobody agreed to anything."""

    async def close_call(self, report: CallReport) -> str:
        self.reports[report.call_id] = report
        return ""

    async def _read(self, question: Awaitable[Answer]) -> Answer:
        try:
            return await question
        except SQLAlchemyError as failure:
            self.unread.append(first_line(failure))
            raise


def first_line(failure: SQLAlchemyError) -> str:
    """The rest of it is the statement."""
    return str(failure).splitlines()[0]
