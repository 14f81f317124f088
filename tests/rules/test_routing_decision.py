"""Where a call goes, as a table: the window of the moment, the contract of the caller, and who is on duty."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from routing.caller import Caller
from routing.decision import Route, ToDesk, ToOnDuty, ToVoicemail, decide
from routing.rota import Engineer

NOW = datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",))
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002",))
PREMIUM = Caller("+31201234567", 1, "Transport De Testrit", "premium", True, "SLA Premium.")
WITHOUT_SLA = Caller("+31850004140", 3, "Bloemen Bedacht", why="Geen SLA.")
ANONYMOUS = Caller(None, why="De beller is anoniem.")
NOT_LOOKED_UP = Caller("+31201234567", why="Klantgegevens waren niet bereikbaar.", is_looked_up=False)


@dataclass(frozen=True)
class Window:
    """Hours in which one thing is true at every moment."""

    phone: bool = False
    calamity: bool = False

    def is_phone_time(self, at: datetime) -> bool:
        return self.phone

    def is_calamity_time(self, at: datetime) -> bool:
        return self.calamity


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
        (CALAMITY, WITHOUT_SLA, (FENNA,), ToVoicemail, "calamity-no-sla"),
        (CALAMITY, ANONYMOUS, (FENNA,), ToVoicemail, "calamity-no-sla"),
        (CALAMITY, NOT_LOOKED_UP, (FENNA,), ToVoicemail, "sorry-error"),
        (CLOSED, PREMIUM, (FENNA,), ToVoicemail, "closed-hours"),
        (CLOSED, WITHOUT_SLA, (FENNA,), ToVoicemail, "closed-hours"),
        (CLOSED, ANONYMOUS, (), ToVoicemail, "closed-hours"),
    ],
)
def test_the_window_the_contract_and_the_rota_decide(
    window: Window, caller: Caller, on_duty: tuple[Engineer, ...], kind: type[Route], announcement: str | None
) -> None:
    """R-050, R-051, R-075a, R-075b, A-10, A-18"""
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
