"""The Dutch of the review inbox: what a proposal means, why the machine doubts, where a fact comes from."""

import re
from collections.abc import Mapping

from ari_app.desk.outcomes import MERGED, OUTCOME_NL, PROPOSED, Outcome
from ari_app.desk.review_views import FactView, ReviewView
from ari_app.web import words
from ari_app.web.languages import Words, _, mark, translated

#: A lead below this is narrow: listen before you confirm. To be measured on real messages.
NARROW = 0.20

_MEANS = Words(
    {
        Outcome.CAT_III: "Het hele bedrijf ligt stil",
        Outcome.CAT_II: "Belangrijk werk wordt gehinderd",
        Outcome.CAT_I: "Het werk gaat door",
        Outcome.REQUEST: "Een aanvraag, geen storing",
    }
)
_NO_PROPOSAL = Words(
    {
        "user_change": "Aan- of afmelden hoort op het webformulier",
        "other": "Geen storing en geen aanvraag herkend",
        "unclear": "Geen voorstel: niets wijst ergens op",
    }
)
_PROPOSALS = Words(
    {
        "cat1": "CAT I",
        "cat2": "CAT II",
        "cat3": "CAT III",
        "service_request": "aanvraag",
        "user_change": "formulier",
        "other": "overig",
        "unclear": "onduidelijk",
    }
)
_OUTCOMES: Mapping[str, str] = Words(OUTCOME_NL)
_DOUBTS = (
    (r"nothing points anywhere", mark("niets wijst ergens op")),
    (r"only (\d+)% sure", mark(r"maar \1% zeker")),
    (r"heard badly", mark("slecht verstaan")),
    (r"the phrases alone say (\w+)", mark(r"de zinnen alleen zeggen \1")),
    (r"another reading of the sound says (\w+)", mark(r"anders verstaan zou het \1 zijn")),
)
#: Why it is less than the proposed CAT III, by key. Kept in Dutch, whoever chose it.
REASONS = {"1": mark("Niet het hele bedrijf"), "2": mark("Er is een alternatief"), "3": mark("Verkeerd verstaan")}

KEYS = {
    Outcome.CAT_III: "3",
    Outcome.CAT_II: "2",
    Outcome.CAT_I: "1",
    Outcome.REQUEST: "4",
    Outcome.CANNOT_JUDGE: "0",
    Outcome.NO_REPORT: "X",
}
FACTS = Words(
    {
        "call_back": "Terugbellen",
        "customer": "Klant",
        "company": "Bedrijf, zoals genoemd",
        "person": "Naam van de beller",
        "people": "Mensen geraakt",
        "since": "Sinds wanneer",
        "service": "Dienst",
    }
)


def verdict(review: ReviewView) -> str:
    """The proposal in words."""
    if review.proposed is not None:
        return _MEANS[review.proposed]
    if review.ticket.voicemail is None:
        return _("Geen bericht ingesproken: kies zelf")
    if review.ticket.voicemail.state == "pending":
        return _("De tekst komt er zo aan")
    return _NO_PROPOSAL.get(review.ticket.proposal or "", _("Geen voorstel: kies zelf"))


def margin(review: ReviewView) -> str:
    """Against the threshold; "" when the machine told nothing of it."""
    if review.margin is None or review.proposed is None:
        return ""
    runner_up = _PROPOSALS.get(review.runner_up, review.runner_up)
    judged = _("Ruim") if review.margin >= NARROW else _("Krap, luister eerst")
    return _(
        "Marge %(margin)s op %(runner_up)s. %(judged)s: de drempel is %(narrow)s.",
        margin=words.decimal(review.margin),
        runner_up=runner_up,
        judged=judged,
        narrow=words.decimal(NARROW),
    )


def doubts(review: ReviewView) -> tuple[str, ...]:
    """Why the machine itself asks for a person."""
    told = (review.ticket.voicemail.told if review.ticket.voicemail else None) or {}
    return tuple(_doubt(one) for one in told.get("doubts", ()))


def _doubt(told: str) -> str:
    for pattern, dutch in _DOUBTS:
        if found := re.fullmatch(pattern, told):
            said = found.expand(translated(dutch))
            return re.sub(r"\b(\w+)\b", lambda name: _PROPOSALS.get(name[0], name[0]), said)
    return told


def outcome_name(outcome: str) -> str:
    """What a decision is kept as, in words."""
    if outcome.startswith(MERGED):
        return _("samengevoegd met %(ticket)s", ticket=outcome.removeprefix(MERGED))
    return _OUTCOMES.get(outcome, outcome)


def decided(outcome: str, proposal: str | None) -> str:
    """For the toast: "CAT III bevestigd", "CAT II gekozen", "geen melding"."""
    if outcome not in OUTCOME_NL:
        return outcome_name(outcome)
    if outcome == PROPOSED.get(proposal or ""):
        return _("%(outcome)s bevestigd", outcome=_OUTCOMES[outcome])
    return _("%(outcome)s gekozen", outcome=_OUTCOMES[outcome])


def reason(outcome: Outcome, proposal: str | None) -> str:
    """What is kept when a person gave no reason of their own."""
    if outcome is Outcome.CANNOT_JUDGE:
        return "Kan ik niet beoordelen: een ander moet kijken."
    if outcome is Outcome.NO_REPORT:
        return "Geen melding."
    return "Voorstel bevestigd." if PROPOSED.get(proposal or "") is outcome else "Beoordeeld anders dan het voorstel."


def fact_name(fact: FactView) -> str:
    return FACTS[fact.name]


def fact_value(fact: FactView) -> str:
    if fact.name == "call_back" and fact.value:
        return words.phone(fact.value)
    return fact.value or {"customer": _("onbekend"), "service": _("nog niet genoemd")}.get(fact.name, _("niet genoemd"))


def source(fact: FactView) -> str:
    """Where it comes from; the place in the recording is a link beside it."""
    if fact.by:
        return _("verbeterd door %(by)s", by=fact.by) + (
            _(", gehoord: “%(heard)s”", heard=fact.heard) if fact.heard else ""
        )
    if fact.heard:
        doubt = _(" · onzeker, luister") if fact.sure is not None and fact.sure < 0.6 else ""
        return _("gehoord: “%(heard)s”%(doubt)s", heard=fact.heard, doubt=doubt)
    return (
        {"call_back": _("het nummer dat belde"), "customer": _("via het nummer")}.get(fact.name, "")
        if fact.value
        else ""
    )
