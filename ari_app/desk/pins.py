"""PINs of customers: set by us, tried by callers, with limits on wrong tries. What was typed is kept and logged nowhere (A-25)."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

import sqlalchemy as sa
import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import col

from ari_app.clock import Clock
from ari_app.config import PinSettings
from ari_app.desk.actor import Actor
from ari_app.desk.callers import find_customer
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.pin_tables import CustomerPinRow, PinTryRow
from ari_app.store.statements import Asks, add_one, ask, columns_of, run
from ari_app.store.tables import Customer
from routing.caller import Caller

log = structlog.get_logger()

SHORTEST, LONGEST, GENERATED = 4, 8, 6


@dataclass(frozen=True, slots=True)
class PinResult:
    """`caller` is who proved to call; None when it was not right. `is_limited`: too many wrong tries lately, not looked at."""

    caller: Caller | None = None
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class PinFacts:
    """That there is one; the PIN itself is known to nobody. `is_required`: asked also when the number is known."""

    is_required: bool
    set_at: datetime
    set_by: str


class Pins:
    """A wrong try is written down before the PIN is looked at, so that tries at once can't pass the limits."""

    def __init__(
        self, store: Store, days: DaysInForce, clock: Clock, limits: PinSettings, hasher: PasswordHasher | None = None
    ) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._limits = limits
        self._hasher = hasher or PasswordHasher()
        self._at_once = asyncio.Semaphore(2)  # one hash takes 64 MiB

    async def set(self, customer_id: int, by: Actor, pin: str = "", *, is_required: bool = False) -> str:
        """Gives the PIN, made by chance when none is given; it can't be shown again. Raises Refused."""
        by.must_be_ours("A-25")
        if pin:
            _refuse_easy(pin)
        chosen = pin or _random_pin()
        pin_hash = await asyncio.to_thread(self._hasher.hash, chosen)
        async with self._store.session() as session:
            await _must_exist(session, customer_id)
            row = await session.get(CustomerPinRow, customer_id)
            row = row or CustomerPinRow(customer_id=customer_id, pin_hash="", set_at=self._clock.now(), set_by="")
            row.pin_hash, row.is_required = pin_hash, is_required
            row.set_at, row.set_by = self._clock.now(), by.name
            session.add(row)
        return chosen

    async def facts(self, customer_id: int) -> PinFacts | None:
        """None: this customer has no PIN."""
        async with self._store.reading() as session:
            row = await session.get(CustomerPinRow, customer_id)
        return None if row is None else PinFacts(row.is_required, row.set_at, row.set_by)

    async def clear(self, customer_id: int, by: Actor) -> None:
        """Nobody can call for this customer with a PIN any more. Raises Refused."""
        by.must_be_ours("A-25")
        async with self._store.session() as session:
            await _must_exist(session, customer_id)
            if row := await session.get(CustomerPinRow, customer_id):
                await session.delete(row)

    async def check(self, caller_number: str | None, customer_number: str, pin: str, at: datetime) -> PinResult:
        """`at`: the moment of the call. Takes as long for a customer who does not exist or has no PIN."""
        async with self._store.transaction() as session:
            if not self._store.is_sqlite:  # two who look at the same moment would both see what is before the limit
                await (await session.connection()).execute(_ONE_BY_ONE)
            await run(session, _OVER, since=self._since(at))
            customer_id, pin_hash = await _pin_of(session, customer_number)
            if await self._is_limited(session, caller_number or "", customer_id, at):
                log.warning("No PIN is tried: too many were wrong lately", action="pin_limited")
                return PinResult(is_limited=True)
            tried = {"at": at, "caller_number": caller_number or "", "customer_id": customer_id}
            try_id = await add_one(session, PinTryRow, tried)
        if not await self._matches(pin_hash, pin) or customer_id is None:
            log.info("A PIN was wrong", action="pin_wrong")
            return PinResult()
        async with self._store.transaction() as session:
            await run(session, _UNDONE, try_id=try_id)
            terms = await self._days.read(session)
            return PinResult(await find_customer(session, customer_id, caller_number, at, terms))

    async def suppose(self, caller_number: str | None, customer_number: str, pin: str, at: datetime) -> PinResult:
        """What `check` would give in a call that nobody makes. Writes nothing, and never looks at the PIN: any of four digits
        or more is taken for the right one, or whoever may simulate could find it by trying (A-25)."""
        async with self._store.looking() as session:
            customer_id, pin_hash = await _pin_of(session, customer_number)
            if await self._is_limited(session, caller_number or "", customer_id, at):
                return PinResult(is_limited=True)
            if customer_id is None or pin_hash is None or len(pin) < SHORTEST:
                return PinResult()
            terms = await self._days.read(session)
            return PinResult(await find_customer(session, customer_id, caller_number, at, terms))

    def _since(self, at: datetime) -> datetime:
        return at - timedelta(minutes=self._limits.window_minutes)

    async def _is_limited(self, session: Asks, number: str, customer_id: int | None, at: datetime) -> bool:
        since = self._since(at)
        (wrong,) = await ask(session, _WRONG, since=since, at=at, number=number, customer_id=customer_id)
        limits = self._limits
        return bool(
            wrong.of_caller >= limits.wrong_per_caller
            or wrong.of_customer >= limits.wrong_per_customer
            or wrong.in_total >= limits.wrong_in_total
        )

    async def _matches(self, pin_hash: str | None, pin: str) -> bool:
        async with self._at_once:
            return await asyncio.to_thread(self._is_right, pin_hash, pin)

    def _is_right(self, pin_hash: str | None, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash or self._nobody, pin) and pin_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))


def _refuse_easy(pin: str) -> None:
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise Refused(f"Kan met een pincode van {SHORTEST} tot {LONGEST} cijfers", "A-25")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise Refused("Kan met een pincode die geen rij is, zoals 1234, en niet uit één cijfer bestaat", "A-25")


def _random_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10**GENERATED):0{GENERATED}}"
        try:
            _refuse_easy(pin)
        except Refused:
            continue
        return pin


async def _must_exist(session: Asks, customer_id: int) -> None:
    if not await ask(session, _EXISTS, customer_id=customer_id):
        raise Refused(f"Klant {customer_id} bestaat niet: kies een klantnummer uit de lijst", "A-25")


async def _pin_of(session: Asks, customer_number: str) -> tuple[int | None, str | None]:
    """The customer with this number, if there is one, and the hash of the PIN, if it has one."""
    is_number = customer_number.isascii() and customer_number.isdigit() and len(customer_number) <= 9
    found = await ask(session, _PIN, customer_id=int(customer_number)) if is_number else ()
    return (found[0].id, found[0].pin_hash) if found else (None, None)


#: Any number that nothing else locks on the same PostgreSQL.
_ONE_BY_ONE = sa.text("SELECT pg_advisory_xact_lock(4120310486)")
_CUSTOMER = sa.bindparam("customer_id", type_=sa.Integer)
_EXISTS = sa.select(col(Customer.id)).where(col(Customer.id) == _CUSTOMER)
_PIN = (
    sa.select(col(Customer.id), col(CustomerPinRow.pin_hash))
    .outerjoin(CustomerPinRow, col(CustomerPinRow.customer_id) == Customer.id)
    .where(col(Customer.id) == _CUSTOMER)
)
_OVER = sa.delete(columns_of(PinTryRow)).where(col(PinTryRow.at) <= sa.bindparam("since"))
_UNDONE = sa.delete(columns_of(PinTryRow)).where(col(PinTryRow.id) == sa.bindparam("try_id"))


def _counted(is_it: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((is_it, 1), else_=0)), 0)


_WRONG = sa.select(
    _counted(col(PinTryRow.caller_number) == sa.bindparam("number")).label("of_caller"),
    _counted(col(PinTryRow.customer_id) == _CUSTOMER).label("of_customer"),
    sa.func.count().label("in_total"),
).where(col(PinTryRow.at) > sa.bindparam("since"), col(PinTryRow.at) <= sa.bindparam("at"))
