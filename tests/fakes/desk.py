"""A desk that keeps everything in memory: the fast scenarios use it, those on the real Asterisk use the real one."""

from dataclasses import replace
from datetime import datetime

from ari_app.desk.customer_now import CustomerNow
from ari_app.desk.for_engineers import Wanted
from ari_app.desk.pins import PinResult
from ari_app.desk.report import DUTY_ROUTE, CallReport, Consent
from ari_app.store.engineer_call_tables import Purpose
from routing.caller import LEVEL_0, Caller, Pin
from routing.rota import Engineer

CUSTOMERS = {
    "+31201234567": ("Transport De Testrit", "premium"),
    "+31850004130": ("Garage Nepstra", "standard"),
    "+31850004140": ("Bloemen Bedacht", LEVEL_0),
    "+31850004150": ("Bakkerij Verzonnen", "premium"),
}
ENGINEERS = (
    Engineer(1, "Fenna Fictief", ("+31612345001",), 1),
    Engineer(2, "Bram Bedacht", ("+31612345002",), 2),
    Engineer(3, "Sanne Schijn", ("+31612345003",), 3),
)


class MemoryForEngineers:
    """Fenna Fictief has a duty to take until she asked for a call `most` times; `messages` wait for anybody of us."""

    def __init__(self, most: int = 3) -> None:
        self.asked: list[Wanted] = []
        self.messages: list[str] = []
        self.most = most

    async def wanted_from(self, number: str, at: datetime) -> Wanted | None:
        owner = next((engineer for engineer in ENGINEERS if number in engineer.numbers), None)
        if owner is None:
            return None
        if owner is ENGINEERS[0]:
            return Wanted(owner.id, owner.name, Purpose.DUTY)
        return Wanted(owner.id, owner.name, Purpose.URGENT, self.messages[0]) if self.messages else None

    async def ask(self, wanted: Wanted) -> bool:
        if len(self.asked) >= self.most:
            return False
        self.asked.append(wanted)
        return True


class MemoryAlerts:
    """What the supervisor would hear."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def dial_budget_spent(self, which: str, why: str) -> None:
        self.told.append((which, why))


class MemoryPins:
    """PINs by customer number; the customer is who has the number of the demo at that place."""

    def __init__(self, desk: "MemoryDesk") -> None:
        self.desk = desk
        self.known: dict[str, str] = {}
        self.is_limited = False

    async def check(self, number: str | None, customer_number: str, pin: str, at: datetime) -> PinResult:
        if self.is_limited or self.known.get(customer_number) != pin:
            return PinResult(is_limited=self.is_limited)
        proven = await self.desk.who_is(list(CUSTOMERS)[int(customer_number) - 1], at)
        return PinResult(replace(proven, number=number, pin=Pin.RIGHT, why=f"Belt met pincode voor {proven.why}"))


class MemoryDesk:
    """The methods of `ari_app.desk.Desk` that a call uses, with the customers and engineers of the demo."""

    def __init__(self) -> None:
        self.rota: tuple[Engineer, ...] = ENGINEERS
        self.started: dict[str, str | None] = {}
        self.tickets: dict[str, tuple[str, CallReport]] = {}
        self.spooled: list[CallReport] = []
        self.pins = MemoryPins(self)
        self.consents: dict[str, Consent] = {}
        self.for_engineers = MemoryForEngineers()
        self.line_alerts = MemoryAlerts()
        self.customers_now: dict[int, CustomerNow] = {}

    async def who_is(self, number: str | None, at: datetime | None = None) -> Caller:
        if number is None:
            return Caller(None, why="De beller is anoniem.")
        if number not in CUSTOMERS:
            return Caller(number, why="Onbekend nummer.")
        name, level = CUSTOMERS[number]
        return Caller(number, 1, name, level, level != LEVEL_0, f"{name}: {level}.", "voip-4.10-2023-11")

    async def on_duty(self, at: datetime | None = None) -> tuple[Engineer, ...]:
        return self.rota

    async def customer_now(self, customer_id: int) -> CustomerNow:
        return self.customers_now.get(customer_id, CustomerNow())

    async def take_call(
        self,
        call_id: str,
        line: str,
        caller_number: str | None,
        recording_name: str | None,
        received_at: datetime,
        sip_call_id: str = "",
    ) -> Caller:
        self.started[call_id] = recording_name
        return await self.who_is(caller_number, received_at)

    async def keep_consent(self, call_id: str, consent: Consent) -> None:
        self.consents[call_id] = consent

    async def close_call(self, report: CallReport) -> str:
        """As the real one: filing a call twice changes nothing, and a duty that is taken is no ticket."""
        if report.route == DUTY_ROUTE:
            return ""
        if report.joins:
            return report.joins
        if report.call_id not in self.tickets:
            self.tickets[report.call_id] = (f"T-{1001 + len(self.tickets)}", report)
        return self.tickets[report.call_id][0]

    def spool(self, report: CallReport) -> None:
        self.spooled.append(report)
