"""The life of a contract on the desk: notice, payment, level 0, buy-out, and the meter of its changes (R-064...R-071)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.contract_views import BuyOutView, ContractView
from ari_app.desk.costs import ChangeMeter, change_meter, month_bounds
from ari_app.desk.planning import Terms
from ari_app.desk.refusal import Refused, must_fit, needs
from ari_app.desk.standing import VOIP, agreed, valid_at, version_of
from ari_app.store.contract_tables import BuyOutRow, ContractDecisionRow
from ari_app.store.database import Store
from ari_app.store.tables import Contract, Customer
from sla import contract as law
from sla.terms import LEVEL_0

#: What a contract is shown by: how it holds, is renewed, and ends.
_RULES = "R-004, R-064, R-065, R-066, R-149"


class Contracts:
    """Every change is kept with who, when and why. Refused tells what must be done first."""

    def __init__(self, store: Store, terms: Terms, clock: Clock) -> None:
        self._store = store
        self._terms = terms
        self._clock = clock

    async def customer(self, name: str) -> int:
        """The id of the customer of that name, whatever its case. Raises Refused."""
        async with self._store.reading() as session:
            for customer in await session.exec(select(Customer)):
                if customer.name.casefold() == name.strip().casefold() and customer.id is not None:
                    return customer.id
        raise Refused(f"Klant {name!r} is niet bekend: geef de naam zoals die in het contract staat", "R-111")

    async def of(self, customer_id: int) -> list[ContractView]:
        """Of one customer, youngest first."""
        youngest_first = select(Contract).order_by(col(Contract.starts_on).desc(), col(Contract.id).desc())
        async with self._store.reading() as session:
            rows = (await session.exec(youngest_first.where(Contract.customer_id == customer_id))).all()
        return [self._view(row) for row in rows]

    async def add(
        self,
        customer_id: int,
        terms: law.Contract,
        by: Actor,
        *,
        kind: str = VOIP,
        users: int = 0,
        price_per_user: Decimal | None = None,
    ) -> int:
        """Gives its number. Falls under the agreement of today (R-023); `terms` can't exist without R-004."""
        by.must_be_ours("R-004")
        version = self._terms.agreement
        must_fit("De raamovereenkomst", terms.framework_agreement, Contract.framework_agreement, "R-004")
        must_fit("De algemene voorwaarden", terms.general_terms, Contract.terms_version, "R-004")
        must_fit("Het niveau", terms.level or "", Contract.level, "R-004")
        must_fit("De soort", kind, Contract.kind, "R-004")
        if kind == VOIP and (terms.level or LEVEL_0) not in version.levels:
            raise Refused(f"Niveau {terms.level!r} bestaat niet: kies {', '.join(version.levels)}", "R-002")
        row = Contract(
            customer_id=customer_id,
            kind=kind,
            level=terms.level or "",
            agreement_version=version.version,
            framework_agreement=terms.framework_agreement,
            terms_version=terms.general_terms,
            starts_on=terms.starts_on,
            ends_on=terms.framework_ends_on,
            period_months=terms.period_months,
            renewal_months=terms.renewal_months,
            paid_until=terms.paid_until,
            notice_on=terms.notice_on,
            users=users,
            price_per_user=price_per_user,
        )
        async with self._store.session() as session:
            session.add(row)
            await session.flush()
            self._decide(session, row, by, "added", "", terms.level or LEVEL_0, "")
        return row.id or 0

    async def receive_notice(self, contract_id: int, by: Actor, on: date) -> date:
        """Notice that was received on that day; gives the last day of the contract (R-066)."""
        by.must_be_ours("R-066")
        if on > self._today():
            raise Refused(f"Kan niet in de toekomst: {on:%d-%m-%Y} moet nog komen", "R-066")
        async with self._changing(contract_id) as (session, row):
            self._decide(session, row, by, "notice_on", row.notice_on, on, "")
            row.notice_on = on
            ends = law.ends_on(agreed(row))
        assert ends is not None
        return ends

    async def end_framework(self, contract_id: int, by: Actor, on: date) -> date:
        """The framework agreement ends on that day, and with it the contract; gives the contract's last day (R-004)."""
        by.must_be_ours("R-004")
        async with self._changing(contract_id) as (session, row):
            if on < row.starts_on:
                raise Refused(f"Kan voor een dag vanaf {row.starts_on:%d-%m-%Y}, de eerste dag", "R-004")
            self._decide(session, row, by, "ends_on", row.ends_on, on, "")
            row.ends_on = on
            ends = law.ends_on(agreed(row))
        assert ends is not None
        return ends

    async def record_payment(self, contract_id: int, by: Actor, until: date) -> None:
        """Paid up to and including that day (R-064)."""
        by.must_be_ours("R-064")
        async with self._changing(contract_id) as (session, row):
            self._decide(session, row, by, "paid_until", row.paid_until, until, "")
            row.paid_until = until

    async def set_level_0(self, contract_id: int, by: Actor, starts_on: date, why: str) -> None:
        """A supervisor decides that an unpaid contract gives no level from that day on (A-14)."""
        by.must_supervise("A-14")
        reason = needs(why, "de reden is ingevuld", "A-14")
        async with self._changing(contract_id) as (session, row):
            self._decide(session, row, by, "level_0_from", row.level_0_from, starts_on, reason)
            row.level_0_from, row.why_level_0 = starts_on, reason

    async def draft_buy_out(self, contract_id: int, by: Actor, ends_on: date) -> law.BuyOut:
        """A draft of an offer to end on that day; never more than a proposal (R-067, R-068)."""
        by.must_supervise("R-068")
        async with self._changing(contract_id) as (session, row):
            terms = agreed(row)
            last = law.ends_on(terms) or law.term_at(terms, ends_on).expires_on
            if not self._today() <= ends_on < last:
                raise Refused(f"Kan voor een dag van vandaag tot voor {last:%d-%m-%Y}, de laatste dag", "R-067")
            offer = law.buy_out(row.users, row.price_per_user, ends_on, last)
            session.add(
                BuyOutRow(
                    contract_id=contract_id,
                    ends_on=ends_on,
                    users=offer.users,
                    months=offer.months,
                    amount=offer.amount,
                    why=list(offer.why),
                    made_by=by.name,
                    made_at=self._clock.now(),
                )
            )
        return offer

    async def offers(self, contract_id: int) -> list[BuyOutView]:
        """Drafts of a buy-out, newest first (R-067, R-068)."""
        newest = select(BuyOutRow).where(BuyOutRow.contract_id == contract_id).order_by(col(BuyOutRow.id).desc())
        async with self._store.reading() as session:
            contract = await self._row(session, contract_id)
            return [self._offer(row, contract) for row in await session.exec(newest)]

    async def get(self, contract_id: int) -> ContractView:
        """Raises Refused for no such contract."""
        async with self._store.reading() as session:
            return self._view(await self._row(session, contract_id))

    async def change_meter(self, contract_id: int, year: int, month: int) -> ChangeMeter:
        """Configuration changes in that local month: used, included and charged units (R-019, A-02)."""
        async with self._store.reading() as session:
            return await self.read_change_meter(session, contract_id, year, month)

    async def read_change_meter(self, session: AsyncSession, contract_id: int, year: int, month: int) -> ChangeMeter:
        """The same, for who reads more in that transaction."""
        row = await self._row(session, contract_id)
        agreement = version_of(row, self._terms).agreement
        asked_at = min(self._clock.now(), month_bounds((year, month), agreement.zone)[1] - timedelta(seconds=1))
        level = agreement.level(valid_at(row, asked_at, self._terms).level)
        return await change_meter(session, contract_id, (year, month), agreement, level, self._terms)

    @asynccontextmanager
    async def _changing(self, contract_id: int) -> AsyncIterator[tuple[AsyncSession, Contract]]:
        async with self._store.session() as session:
            row = await self._row(session, contract_id, locks=True)
            yield session, row
            agreed(row)  # a contract that can't exist is not saved
            session.add(row)

    async def _row(self, session: AsyncSession, contract_id: int, *, locks: bool = False) -> Contract:
        row = await session.get(Contract, contract_id, with_for_update=locks or None)
        if row is None:
            raise Refused(f"Contract {contract_id} bestaat niet", "R-002")
        return row

    def _decide(
        self, session: AsyncSession, row: Contract, by: Actor, what: str, before: object, after: object, why: str
    ) -> None:
        decision = ContractDecisionRow(
            contract_id=row.id or 0,
            at=self._clock.now(),
            actor=by.name,
            what=what,
            before="" if before is None else str(before),
            after=str(after),
            why=why,
        )
        session.add(decision)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._terms.agreement.zone).date()

    def _view(self, row: Contract) -> ContractView:
        terms, found = agreed(row), valid_at(row, self._clock.now(), self._terms)
        term = law.term_at(terms, max(self._today(), row.starts_on))
        return ContractView(
            id=row.id or 0,
            customer_id=row.customer_id,
            kind=row.kind,
            level=found.level,
            agreement_version=row.agreement_version,
            is_valid=found.is_valid,
            is_unpaid=found.is_unpaid,
            why=found.why,
            term_ends_on=term.expires_on,
            last_notice_on=term.last_notice_on,
            ends_on=law.ends_on(terms),
            framework_agreement=row.framework_agreement,
            terms_version=row.terms_version,
            paid_until=row.paid_until,
            users=row.users,
            price_per_user=row.price_per_user,
            clauses=version_of(row, self._terms).agreement.clauses_in(found.why, _RULES),
            term_begins_on=term.begins_on,
            starts_on=row.starts_on,
        )

    def _offer(self, row: BuyOutRow, contract: Contract) -> BuyOutView:
        why = (
            *row.why,
            f"op dit voorstel zijn de algemene voorwaarden {contract.terms_version} van toepassing (R-149)",
        )
        return BuyOutView(
            id=row.id or 0,
            contract_id=row.contract_id,
            ends_on=row.ends_on,
            users=row.users,
            months=row.months,
            amount=row.amount,
            made_by=row.made_by,
            made_at=row.made_at,
            why=why,
            terms_version=contract.terms_version,
            clauses=version_of(contract, self._terms).agreement.clauses_in(*why),
        )
