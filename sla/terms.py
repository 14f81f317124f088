"""The words of the agreement as values. Levels are not here: they are data, named by plain keys such as "premium"."""

from enum import StrEnum

#: The level of everybody for whom no level is named explicitly: no SLA (R-071).
LEVEL_0 = "level_0"


class Category(StrEnum):
    """Impact of a disturbance (R-083). III is the gravest; compare by `gravity`, never by name or number."""

    I = "I"  # noqa: E741 - the agreement's own name
    II = "II"
    III = "III"

    @property
    def gravity(self) -> int:
        """1 (minor places) to 3 (the whole company stands still)."""
        return len(self.value)


class Kind(StrEnum):
    """What a ticket is about. Kind and category are judged apart (A-11)."""

    INCIDENT = "incident"
    CALAMITY = "calamity"
    SERVICE_REQUEST = "service_request"
    USER_CHANGE = "user_change"
    PROBLEM = "problem"
    MAINTENANCE = "maintenance"


class ClockKind(StrEnum):
    """The four clocks of chapter 2: R-012, R-013...R-015 (two) and R-018 (TTP)."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    REQUEST_RESPONSE = "request_response"
    TIME_ON_SITE = "time_on_site"


class Scope(StrEnum):
    """How far the agreement covers what the ticket is about. Only the provider judges it (R-082, R-085)."""

    IN_SCOPE = "in_scope"
    BEST_EFFORT = "best_effort"
    THIRD_PARTY = "third_party"
    NOT_SUPPORTED = "not_supported"
    NOT_COVERED = "not_covered"


class PauseReason(StrEnum):
    """Why a clock stands still. The last four are excuses (R-047): they count only in the net clock, once confirmed."""

    INCOMPLETE_REPORT = "incomplete_report"
    WAITING_CUSTOMER = "waiting_customer"
    FORCE_MAJEURE = "force_majeure"
    COMPONENT_UNAVAILABLE = "component_unavailable"
    THIRD_PARTY = "third_party"
    MAINTENANCE = "maintenance"

    @property
    def is_excuse(self) -> bool:
        """An excuse needs a supervisor's confirmation (A-07); waiting for the customer does not (R-048)."""
        return self in EXCUSES


EXCUSES = frozenset(PauseReason) - {PauseReason.INCOMPLETE_REPORT, PauseReason.WAITING_CUSTOMER}
