"""The life of a contract: terms, tacit renewal, notice, payment, buy-out, and exclusion from the calamity service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sla.settings import Settings
from sla.terms import LEVEL_0

NOTICE_MONTHS = 3
MINIMUM_BUY_OUT_USERS = 3


@dataclass(frozen=True, slots=True)
class Contract:
    """Dates are local and inclusive. `level` None or a blank = no level named (R-071). ValueError for a contract that
    can't exist."""

    level: str | None
    starts_on: date
    period_months: int
    #: Both are needed for a contract to exist (R-004).
    framework_agreement: str
    general_terms: str
    #: Tacit renewal is for at least the same period; a longer one is entered (R-065). None = the same.
    renewal_months: int | None = None
    #: The last day that is paid for (R-064). None = nothing paid yet.
    paid_until: date | None = None
    notice_on: date | None = None
    #: The framework agreement ends: so does this, the same day (R-004).
    framework_ends_on: date | None = None
    #: A supervisor's decision, with its reason kept elsewhere (A-14).
    level_0_from: date | None = None

    def __post_init__(self) -> None:
        if not self.framework_agreement or not self.general_terms:
            raise ValueError("a contract needs its framework agreement and version of the general terms (R-004)")
        if self.period_months < 1 or (self.renewal_months or self.period_months) < self.period_months:
            raise ValueError(
                f"period {self.period_months}, renewal {self.renewal_months} months: "
                "a period is 1 month or more, a renewal at least the same (R-065)"
            )


@dataclass(frozen=True, slots=True)
class Term:
    """One paid period, both days included. `last_notice_on` is the last day on which notice ends it (R-066)."""

    begins_on: date
    expires_on: date

    @property
    def last_notice_on(self) -> date:
        return last_notice_on(self.expires_on)


@dataclass(frozen=True, slots=True)
class Validity:
    """`level` is the one to count with: level 0 whenever the contract gives none."""

    level: str
    is_valid: bool
    is_unpaid: bool
    #: Dutch.
    why: str


@dataclass(frozen=True, slots=True)
class BuyOut:
    """A proposal: the provider need not agree (R-068). `amount` None = the price per user is not entered (A-15)."""

    users: int
    months: int
    amount: Decimal | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExclusionProposal:
    """For a supervisor to decide; never automatic (R-057). `until` is the proposed end."""

    count: int
    until: date
    why: str


def term_at(contract: Contract, on: date) -> Term:
    """The term that `on` lies in, supposing renewal. ValueError before the first day."""
    if on < contract.starts_on:
        raise ValueError(f"{on} lies before the contract begins on {contract.starts_on}")
    # Months are counted from the first day, so that a 31st comes back after a short month.
    months, begins = contract.period_months, contract.starts_on
    while (expires := add_months(contract.starts_on, months) - timedelta(days=1)) < on:
        begins = expires + timedelta(days=1)
        months += contract.renewal_months or contract.period_months
    return Term(begins, expires)


def last_notice_on(expires_on: date) -> date:
    """Three calendar months before, at most the last day of that month: 31 May gives 28 February (R-066)."""
    return add_months(expires_on, -NOTICE_MONTHS)


def ends_on(contract: Contract) -> date | None:
    """The last day, by notice or by the end of the framework agreement; None = it goes on. A notice after the last
    notice day ends the next term that it is in time for (R-066)."""
    ends = [contract.framework_ends_on] if contract.framework_ends_on else []
    if contract.notice_on is not None:
        term = term_at(contract, max(contract.notice_on, contract.starts_on))
        while contract.notice_on > term.last_notice_on:
            term = term_at(contract, term.expires_on + timedelta(days=1))
        ends.append(term.expires_on)
    return min(ends, default=None)


def valid_at(contract: Contract | None, at: datetime, zone: ZoneInfo, settings: Settings) -> Validity:
    """At that second, in local days: a contract is valid up to and including its last day (R-064, R-071)."""
    if contract is None:
        return Validity(LEVEL_0, False, False, "Geen contract bekend: Level 0 (R-071).")
    today, ends = at.astimezone(zone).date(), ends_on(contract)
    if today < contract.starts_on:
        return Validity(LEVEL_0, False, False, f"Contract begint pas op {_dutch(contract.starts_on)}: Level 0 (R-071).")
    if ends is not None and today > ends:
        return Validity(LEVEL_0, False, False, f"Contract is geëindigd op {_dutch(ends)}: Level 0 (R-066, R-071).")
    return _level_of(contract, today, settings)


def buy_out(users: int, price_per_user_month: Decimal | None, on: date, expires_on: date) -> BuyOut:
    """Early end on `on`: for the months that are left; a part of a month counts as one (A-15)."""
    return buy_out_for(users, price_per_user_month, remaining_months(on, expires_on))


def buy_out_for(users: int, price_per_user_month: Decimal | None, months: int) -> BuyOut:
    """Half the users, rounded up, at least 3, for `months` whole months (R-067)."""
    if users < 0 or months < 0:
        raise ValueError(f"{users} users for {months} months is impossible: give 0 or more of both")
    counted = max(MINIMUM_BUY_OUT_USERS, -(-users // 2))
    amount = None if price_per_user_month is None else price_per_user_month * counted * months
    why = (
        f"50% van {users} gebruikers, naar boven afgerond, minimaal {MINIMUM_BUY_OUT_USERS} = {counted} (R-067)",
        f"resterende looptijd {months} maanden, een deel van een maand telt als maand (A-15)",
        "voorstel: CNE hoeft niet akkoord te gaan (R-068)",
    )
    return BuyOut(counted, months, amount, why)


def remaining_months(on: date, expires_on: date) -> int:
    """Months after `on` up to and including `expires_on`, rounded up; 0 when it is over (A-15).

    Both are last days: of what was used, and of the term. So they are counted from first day to first day, from the day
    after `on` to the day after `expires_on`, and 30 June to 31 December is July to December, 6 months.
    """
    begin, end = on + timedelta(days=1), expires_on + timedelta(days=1)
    months = max(0, (end.year - begin.year) * 12 + end.month - begin.month)
    return months + (end > add_months(begin, months))


def propose_exclusion(
    no_calamity_at: Iterable[datetime], now: datetime, settings: Settings
) -> ExclusionProposal | None:
    """From the rulings "no calamity" about one person, number or organisation; None below the threshold (A-12)."""
    days, since = settings.exclusion_window_days, counted_since(now, settings)
    count = sum(since < at <= now for at in no_calamity_at)
    if count < settings.exclusion_proposed_at:
        return None
    until = add_months(now.date(), settings.exclusion_lasts_months)
    return ExclusionProposal(count, until, f"{count} keer geen calamiteit in {days} dagen (R-057, A-12).")


def counted_since(now: datetime, settings: Settings) -> datetime:
    """Rulings after this moment, itself not included, count toward a proposal of exclusion (A-12)."""
    return now - timedelta(days=settings.exclusion_window_days)


def add_months(on: date, months: int) -> date:
    """Calendar months; a day that the month doesn't have becomes its last day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last_day = (following - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last_day))


def _level_of(contract: Contract, today: date, settings: Settings) -> Validity:
    is_unpaid = contract.paid_until is None or today > contract.paid_until
    level = (contract.level or "").strip()
    if not level:
        return Validity(LEVEL_0, True, is_unpaid, "Geen niveau genoemd in het contract: Level 0 (R-071).")
    if contract.level_0_from is not None and today >= contract.level_0_from:
        day = _dutch(contract.level_0_from)
        return Validity(LEVEL_0, True, is_unpaid, f"Door een supervisor op Level 0 gezet vanaf {day} (A-14).")
    if not is_unpaid:
        return Validity(
            level, True, False, f"Contract geldig, betaald tot en met {_dutch(contract.paid_until)} (R-064)."
        )
    if settings.unpaid_renewal_is_valid:
        is_renewed = term_at(contract, today).begins_on > contract.starts_on
        how = (
            "stilzwijgend verlengd en geldig (R-065, A-14)"
            if is_renewed
            else "geldig tot een supervisor beslist (R-064, A-14)"
        )
        return Validity(level, True, True, f"ONBETAALD: {how}.")
    return Validity(LEVEL_0, False, True, "ONBETAALD: geldig voor de betaalde periode, dus Level 0 (R-064, A-14).")


def _dutch(on: date | None) -> str:
    return f"{on:%d-%m-%Y}" if on else "-"
