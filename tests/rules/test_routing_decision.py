"""Where a call goes, as a table: the window of the moment, the contract of the caller, and who is on duty."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from routing.caller import Caller, Pin
from routing.decision import (
    AskCosts,
    AskPin,
    Policy,
    Route,
    ToDesk,
    ToNobody,
    ToOnDuty,
    ToVoicemail,
    decide,
)
from routing.rota import Engineer

NOW = datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",))
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002",))
PREMIUM = Caller("+31201234567", 1, "Transport De Testrit", "premium", True, "SLA Premium.")
WITHOUT_SLA = Caller("+31850004140", 3, "Bloemen Bedacht", why="Geen SLA.")
ANONYMOUS = Caller(None, why="De beller is anoniem.")
NOT_LOOKED_UP = Caller("+31201234567", why="Klantgegevens waren niet bereikbaar.", is_looked_up=False)


EXCLUDED = replace(PREMIUM, excluded=True)
ASK = Policy(no_sla="ask", hourly_rate=Decimal("95.00"))
ALLOW = Policy(no_sla="allow", hourly_rate=Decimal("95.00"))


def proven(caller: Caller) -> Caller:
    return replace(caller, pin=Pin.RIGHT)


def not_proven(caller: Caller) -> Caller:
    return replace(caller, pin=Pin.NOT_GIVEN)


@dataclass(frozen=True)
class Window:
    """Hours in which one thing is true at every moment."""

    phone: bool = False
    calamity: bool = False
    service: bool = False

    def is_phone_time(self, at: datetime) -> bool:
        return self.phone

    def is_calamity_time(self, at: datetime) -> bool:
        return self.calamity

    def is_service_time(self, at: datetime) -> bool:
        return self.service


PHONE, CALAMITY, CLOSED = Window(phone=True), Window(calamity=True), Window()


@pytest.mark.parametrize(
    ("window", "caller", "on_duty", "kind", "announcement"),
    [
        (PHONE, PREMIUM, (FENNA,), ToDesk, None),
        (PHONE, WITHOUT_SLA, (), ToDesk, None),
        (PHONE, ANONYMOUS, (), ToDesk, None),
        (PHONE, NOT_LOOKED_UP, (), ToDesk, None),
        (CALAMITY, PREMIUM, (FENNA, BRAM), ToOnDuty, None),
        (CALAMITY, PREMIUM, (), ToVoicemail, "calamity-nobody-free"),
        (CALAMITY, WITHOUT_SLA, (FENNA,), AskPin, None),
        (CALAMITY, ANONYMOUS, (FENNA,), AskPin, None),
        (CALAMITY, EXCLUDED, (FENNA,), AskPin, None),
        (CALAMITY, not_proven(WITHOUT_SLA), (FENNA,), ToVoicemail, "calamity-no-sla"),
        (CALAMITY, not_proven(ANONYMOUS), (FENNA,), ToVoicemail, "calamity-no-sla"),
        (CALAMITY, not_proven(EXCLUDED), (FENNA,), ToVoicemail, "calamity-excluded"),
        (CALAMITY, not_proven(PREMIUM), (FENNA,), ToVoicemail, "calamity-no-sla"),
        (CALAMITY, proven(PREMIUM), (FENNA,), ToOnDuty, None),
        (CALAMITY, proven(EXCLUDED), (FENNA,), ToVoicemail, "calamity-excluded"),
        (CALAMITY, NOT_LOOKED_UP, (FENNA,), ToVoicemail, "sorry-error"),
        (CLOSED, PREMIUM, (FENNA,), ToVoicemail, "closed-hours"),
        (CLOSED, WITHOUT_SLA, (FENNA,), ToVoicemail, "closed-hours"),
        (CLOSED, ANONYMOUS, (), ToVoicemail, "closed-hours"),
    ],
)
def test_the_window_the_contract_and_the_rota_decide(
    window: Window, caller: Caller, on_duty: tuple[Engineer, ...], kind: type[Route], announcement: str | None
) -> None:
    """R-050, R-051, R-057, R-075a, R-075b, A-10, A-12, A-18, A-25"""
    route = decide(NOW, caller, window, on_duty)

    assert isinstance(route, kind)
    assert getattr(route, "announcement", None) == announcement
    assert route.why, "every decision says why"


def test_phone_hours_go_before_calamity_hours() -> None:
    route = decide(NOW, PREMIUM, Window(phone=True, calamity=True), (FENNA,))

    assert isinstance(route, ToDesk)


def test_engineers_are_rung_in_the_order_of_the_rota_and_the_reason_names_them() -> None:
    route = decide(NOW, PREMIUM, CALAMITY, (BRAM, FENNA))

    assert isinstance(route, ToOnDuty)
    assert route.engineers == (BRAM, FENNA)
    assert "Bram Bedacht, Fenna Fictief" in route.why[-1]


def test_the_reason_says_what_we_know_of_the_caller() -> None:
    route = decide(NOW, WITHOUT_SLA, CALAMITY, (FENNA,))

    assert "Geen SLA." in route.why


@pytest.mark.parametrize(
    ("caller", "policy", "words"),
    [
        (PREMIUM, Policy(pin_for_all=True), "Deze lijn vraagt iedereen"),
        (replace(PREMIUM, requires_pin=True), Policy(), "wil dat altijd"),
        (replace(PREMIUM, is_doubted=True), Policy(), "twijfelt"),
        (EXCLUDED, Policy(), "Uitgesloten, en een nummer kan vervalst zijn"),
        (WITHOUT_SLA, Policy(), "geeft geen SLA"),
        (WITHOUT_SLA, ASK, "geeft geen SLA"),
        (ANONYMOUS, replace(ASK, pin_for_costs_or_exclusion=False), "geeft geen SLA"),
    ],
)
def test_who_may_be_somebody_else_is_asked_for_the_pin(caller: Caller, policy: Policy, words: str) -> None:
    """A-25"""
    route = decide(NOW, caller, CALAMITY, (FENNA,), policy)

    assert isinstance(route, AskPin)
    assert words in route.why[-1]


def test_without_the_setting_no_pin_is_asked_of_excluded_and_cost_bearing_customers() -> None:
    """A-25"""
    excluded = decide(NOW, EXCLUDED, CALAMITY, (FENNA,), Policy(pin_for_costs_or_exclusion=False))
    with_costs = decide(NOW, WITHOUT_SLA, CALAMITY, (FENNA,), replace(ASK, pin_for_costs_or_exclusion=False))

    assert isinstance(excluded, ToVoicemail)
    assert excluded.announcement == "calamity-excluded"
    assert isinstance(with_costs, AskCosts)


@pytest.mark.parametrize("caller", [ANONYMOUS, WITHOUT_SLA, PREMIUM])
def test_without_an_sla_the_caller_is_asked_to_agree_to_the_costs(caller: Caller) -> None:
    """R-052, A-10"""
    route = decide(NOW, not_proven(caller), CALAMITY, (FENNA, BRAM), ASK)

    assert isinstance(route, AskCosts)
    assert route.engineers == (FENNA, BRAM)


def test_costs_without_a_rate_are_not_asked_and_the_reason_says_so() -> None:
    """A-03, A-10"""
    route = decide(NOW, not_proven(ANONYMOUS), CALAMITY, (FENNA,), replace(ASK, hourly_rate=None))

    assert isinstance(route, ToVoicemail)
    assert "Zonder tarief" in route.why[-1]


@pytest.mark.parametrize("policy", [ASK, ALLOW])
def test_nobody_agrees_to_costs_when_nobody_is_on_duty(policy: Policy) -> None:
    route = decide(NOW, not_proven(ANONYMOUS), CALAMITY, (), policy)

    assert isinstance(route, ToVoicemail)
    assert route.announcement == "calamity-nobody-free"


def test_where_it_is_allowed_a_caller_without_an_sla_is_put_through_and_the_time_is_charged() -> None:
    """R-052, A-10"""
    route = decide(NOW, not_proven(ANONYMOUS), CALAMITY, (FENNA,), ALLOW)

    assert isinstance(route, ToOnDuty)
    assert "de tijd wordt berekend" in route.why[-1]


def test_who_is_refused_hears_what_it_would_cost() -> None:
    """A-10"""
    route = decide(NOW, not_proven(ANONYMOUS), CALAMITY, (FENNA,))

    assert isinstance(route, ToVoicemail)
    assert route.tells_costs


@pytest.mark.parametrize(
    ("window", "kind"),
    [
        (CLOSED, ToNobody),
        (Window(service=True), ToVoicemail),
        (Window(calamity=True), ToOnDuty),
        (Window(phone=True, service=True), ToDesk),
    ],
)
def test_with_voicemail_in_service_hours_only_a_message_at_night_is_not_taken(
    window: Window, kind: type[Route]
) -> None:
    """R-075b, A-18"""
    route = decide(NOW, PREMIUM, window, (FENNA,), Policy(voicemail_only_in_service_hours=True))

    assert isinstance(route, kind)
