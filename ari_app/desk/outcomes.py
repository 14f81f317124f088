"""What a report can turn out to be when a person reviews it, in the words of the desk. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from sla.terms import Category


class Outcome(StrEnum):
    """Of one decision in the review inbox."""

    CAT_III = "III"
    CAT_II = "II"
    CAT_I = "I"
    REQUEST = "service_request"
    #: Adding or removing a user goes by the web form only (R-076).
    FORM_ADD = "form_add"
    FORM_REMOVE = "form_remove"
    #: Somebody else must; the report stays in the queue.
    CANNOT_JUDGE = "cannot_judge"
    NO_REPORT = "no_report"


OUTCOME_NL: Mapping[str, str] = {
    Outcome.CAT_III: "CAT III",
    Outcome.CAT_II: "CAT II",
    Outcome.CAT_I: "CAT I",
    Outcome.REQUEST: "aanvraag",
    Outcome.FORM_ADD: "naar het aanmeldformulier",
    Outcome.FORM_REMOVE: "naar het afmeldformulier",
    Outcome.CANNOT_JUDGE: "niet te beoordelen",
    Outcome.NO_REPORT: "geen melding",
}
CATEGORIES: Mapping[Outcome, Category] = {
    Outcome.CAT_III: Category.III,
    Outcome.CAT_II: Category.II,
    Outcome.CAT_I: Category.I,
}
#: What the machine proposes, as an outcome; its other proposals are no outcome.
PROPOSED: Mapping[str, Outcome] = {
    "cat1": Outcome.CAT_I,
    "cat2": Outcome.CAT_II,
    "cat3": Outcome.CAT_III,
    "service_request": Outcome.REQUEST,
}
#: Before the number of the ticket that a report was merged into.
MERGED = "merged:"


def outcome_nl(decided: str) -> str:
    """Of what a decision is kept as: "CAT II", "samengevoegd met T-1003"."""
    if decided.startswith(MERGED):
        return f"samengevoegd met {decided.removeprefix(MERGED)}"
    return OUTCOME_NL.get(decided, decided)


def hides_danger(proposal: str | None, outcome: str) -> bool:
    """Below a proposal of CAT III a mistake costs most: that asks for a reason of its own (A-19)."""
    return proposal == "cat3" and outcome not in (Outcome.CAT_III, Outcome.CANNOT_JUDGE)
