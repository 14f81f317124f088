"""What people read about money and contracts, word for word: this is what disputes are settled with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

import pytest

from sla.agreement import parse_agreement
from sla.billing import Activity, Work, charge
from sla.contract import Contract, buy_out_for, ends_on, propose_exclusion, valid_at
from sla.settings import parse_rate
from sla.terms import Scope
from sla.ticket import EventType, TicketState, next_state

AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
QUARTER = timedelta(minutes=15)


def said(activity: Activity, level: str = "premium", **facts: bool | Scope) -> str:
    return charge(Work(activity, QUARTER, **facts), AGREEMENT.level(level), AGREEMENT).why[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("activity", "level", "facts", "sentence"),
    [
        (Activity.TRAVEL, "premium", {}, "Reistijd wordt bij elk bezoek berekend. (R-086)"),
        (
            Activity.REMOTE_SUPPORT,
            "premium",
            {"scope": Scope.NOT_SUPPORTED},
            "Product of dienst valt buiten de overeenkomst. (R-070)",
        ),
        (
            Activity.REMOTE_SUPPORT,
            "premium",
            {"scope": Scope.THIRD_PARTY, "is_intermediary_call": True},
            "Bemiddeling bij een derde partij: inbegrepen (A-22). (R-081)",
        ),
        (
            Activity.REMOTE_SUPPORT,
            "premium",
            {"scope": Scope.THIRD_PARTY},
            "Werk voor een dienst van een derde partij is niet inbegrepen. (R-069)",
        ),
        (Activity.REMOTE_SUPPORT, "level_0", {}, "Geen SLA: alle werkzaamheden worden berekend. (R-071)"),
        (Activity.CALAMITY_SERVICE, "level_0", {}, "Geen SLA: alle werkzaamheden worden berekend. (R-052)"),
        (
            Activity.CALAMITY_SERVICE,
            "premium",
            {"caused_by_customer": True},
            "Calamiteit veroorzaakt door de klant zelf. (R-058)",
        ),
        (
            Activity.HOSTED_MANAGEMENT,
            "premium",
            {"injudicious": True},
            "Beheer nodig door onoordeelkundig handelen van de klant. (R-131)",
        ),
        (Activity.OTHER, "premium", {}, "Werkzaamheden die de overeenkomst niet noemt. (R-069)"),
        (Activity.REMOTE_SUPPORT, "premium", {}, "Inbegrepen in SLA VOIP Premium. (R-010)"),
        (
            Activity.ON_SITE_SUPPORT,
            "standard",
            {},
            "Niet inbegrepen in SLA VOIP Standard: uurtarief (R-022). (R-010)",
        ),
    ],
)
def test_why_work_is_charged_or_not(activity, level, facts, sentence):
    """R-010, R-052, R-058, R-069, R-070, R-071, R-081, R-086, R-131, A-22"""
    assert said(activity, level, **facts) == sentence


@pytest.mark.parametrize(
    ("caps", "minutes", "used", "sentence"),
    [
        ("both", 16, 0, "Wijziging langer dan 15 minuten: geheel berekend, telt niet in de maand. (R-062)"),
        ("each", 15, 9, "Wijziging inbegrepen. (R-019)"),
        ("both", 15, 1, "Wijzigingen deze maand: 1 van 4 eenheden gebruikt, 1 inbegrepen. (R-019)"),
        ("month", 90, 1, "Wijzigingen deze maand: 1 van 4 eenheden gebruikt, 3 inbegrepen. (R-019)"),
    ],
)
def test_why_a_change_is_charged_or_not(caps, minutes, used, sentence):
    """R-019, R-062, A-02"""
    agreement = AGREEMENT.with_settings({"change_caps_apply": caps})
    work = Work(Activity.CONFIGURATION_CHANGE, timedelta(minutes=minutes))

    assert charge(work, agreement.level("premium"), agreement, used).why[0] == sentence


def test_an_amount_is_rounded_half_up_to_cents_and_says_whether_vat_is_in_it():
    """R-021, R-087, A-03: 15 minutes of € 100.10 are € 25.025."""
    agreement = AGREEMENT.with_settings({"level_0_hourly_rate": "100.10", "amounts_exclude_vat": False})

    found = charge(Work(Activity.REMOTE_SUPPORT, QUARTER), agreement.level(None), agreement)

    assert found.amount == Decimal("25.03")
    assert found.needs_approval
    assert found.why[1:] == (
        "15 min = 1 x 15 min, naar boven afgerond (R-087)",
        "1 x 15 min: € 100,10/uur = € 25,03 inclusief btw (R-021)",
    )


def test_units_follow_the_agreement_also_for_travel():
    """R-087: another version may count in other units."""
    text = (files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8")
    halves = parse_agreement(text.replace("unit_minutes = { value = 15", "unit_minutes = { value = 30"))

    for activity in (Activity.TRAVEL, Activity.ON_SITE_SUPPORT):
        assert charge(Work(activity, timedelta(minutes=31)), halves.level("premium"), halves).units == 2
    change = Work(Activity.CONFIGURATION_CHANGE, timedelta(minutes=31))
    assert charge(change, halves.level("premium"), halves).units == 2


CONTRACT = Contract("premium", date(2026, 1, 1), 12, "R-1", "AV-1", paid_until=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("change", "at", "sentence"),
    [
        ({}, "2025-12-31T12:00", "Contract begint pas op 01-01-2026: Level 0 (R-071)."),
        ({"notice_on": date(2026, 3, 1)}, "2027-01-01T12:00", "Contract is geëindigd op 31-12-2026: Level 0 (R-066, R-071)."),
        ({"level": " "}, "2026-06-01T12:00", "Geen niveau genoemd in het contract: Level 0 (R-071)."),
        (
            {"level_0_from": date(2026, 6, 1)},
            "2026-06-01T12:00",
            "Door een supervisor op Level 0 gezet vanaf 01-06-2026 (A-14).",
        ),
        ({}, "2026-06-01T12:00", "Contract geldig, betaald tot en met 31-12-2026 (R-064)."),
        ({}, "2027-06-01T12:00", "ONBETAALD: stilzwijgend verlengd en geldig (R-065, A-14)."),
        ({"paid_until": None}, "2026-06-01T12:00", "ONBETAALD: geldig tot een supervisor beslist (R-064, A-14)."),
    ],
)  # fmt: skip
def test_why_a_contract_gives_its_level_or_none(change, at, sentence):
    """R-064, R-065, R-066, R-071, A-14"""
    contract = Contract(**{name: getattr(CONTRACT, name) for name in CONTRACT.__slots__} | change)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert valid_at(contract, moment, AGREEMENT.zone, AGREEMENT.settings).why == sentence


def test_who_has_no_contract_and_who_did_not_pay_is_told_so():
    """R-064, R-071, A-14"""
    strict = AGREEMENT.with_settings({"unpaid_renewal_is_valid": False}).settings
    moment = datetime(2027, 6, 1, tzinfo=UTC)

    none = valid_at(None, moment, AGREEMENT.zone, strict)
    unpaid = valid_at(CONTRACT, moment, AGREEMENT.zone, strict)

    assert none.why == "Geen contract bekend: Level 0 (R-071)."
    assert (unpaid.is_valid, unpaid.is_unpaid) == (False, True)
    assert unpaid.why == "ONBETAALD: geldig voor de betaalde periode, dus Level 0 (R-064, A-14)."


def test_the_terms_of_a_contract_that_cannot_be_are_told():
    """R-004, R-065"""
    with pytest.raises(ValueError, match=r"^a contract needs its framework agreement and version of the general terms"):
        Contract("premium", date(2026, 1, 1), 12, "", "AV-1")
    with pytest.raises(
        ValueError, match=r"^period 12, renewal 6 months: a period is 1 month or more, a renewal at least"
    ):
        Contract("premium", date(2026, 1, 1), 12, "R-1", "AV-1", renewal_months=6)


def test_notice_in_a_contract_by_the_month_ends_the_first_month_that_it_is_in_time_for():
    """R-066: three months before 30 April is 30 January."""
    monthly = Contract("premium", date(2026, 1, 1), 1, "R-1", "AV-1", notice_on=date(2026, 1, 15))

    assert ends_on(monthly) == date(2026, 4, 30)


def test_a_buy_out_on_the_last_day_has_no_months_left():
    """R-067, R-068, A-15"""
    offer = buy_out_for(7, Decimal("12.50"), 0)

    assert (offer.months, offer.amount) == (0, Decimal(0))
    assert offer.why == (
        "50% van 7 gebruikers, naar boven afgerond, minimaal 3 = 4 (R-067)",
        "resterende looptijd 0 maanden, een deel van een maand telt als maand (A-15)",
        "voorstel: CNE hoeft niet akkoord te gaan (R-068)",
    )


def test_a_proposal_of_exclusion_says_how_often():
    """R-057, A-12"""
    now = datetime(2026, 11, 1, tzinfo=UTC)

    found = propose_exclusion([now - timedelta(days=day) for day in (1, 2, 3)], now, AGREEMENT.settings)

    assert found is not None
    assert found.why == "3 keer geen calamiteit in 90 dagen (R-057, A-12)."


def test_a_rate_below_a_euro_is_a_rate():
    assert parse_rate("0.01", "rate") == Decimal("0.01")


def test_what_is_not_possible_in_a_state_comes_with_what_is():
    with pytest.raises(
        ValueError, match=r"possible are became_a_calamity, category_confirmed, .*reopened, scope_changed$"
    ):
        next_state(TicketState.CLOSED, EventType.ARRIVED)
