"""A decision that no clock looks at, as one Dutch line of a ticket's history. Pure."""

from collections.abc import Mapping

from ari_app.desk.outcomes import OUTCOME_NL, PROPOSED, outcome_nl
from ari_app.desk.work_views import DecisionView
from ari_app.web import labels, work_labels

#: Said whole: what it was before and after adds nothing.
_WHOLE: Mapping[str, str] = {
    "claimed": "Dringend bericht opgepakt",
    "rung": "Engineer gebeld over het dringende bericht",
    "retention": "Bewaartermijn",
    "person_erased": "Persoonsgegevens gewist",
    "hosted_hours": "Uren voor hosted beheer toegestaan",
    "outside_hours": "Werk buiten servicetijden toegestaan",
}
_CHANGED: Mapping[str, str] = {
    "assignee": "Toegewezen",
    "line": "Lijn van engineers",
    "kind": "Soort melding",
    "impediment": "Hinder",
    "alternative": "Andere manier van werken",
    "service": "Afgenomen dienst",
    "equipment": "Apparaat",
    "problem": "Hoort bij een probleem",
    "customer": "Klant",
    "call_back_number": "Terugbelnummer",
    "fact_company": "Bedrijf",
    "fact_person": "Wie belde",
    "fact_people": "Aantal mensen",
    "fact_since": "Sinds",
    "caused_by_customer": "Veroorzaakt door de klant",
}
_WRAPPED_UP: Mapping[str, str] = {"resolved": "opgelost", "planned": "met een plan", "later": "het werk volgt later"}
_OTHER_PROPOSALS: Mapping[str, str] = {"user_change": "een formulier", "other": "overig"}
#: Every `what` that has words; a note is shown by itself.
KNOWN = frozenset({*_WHOLE, *_CHANGED, "review", "review_undone", "joined", "unjoined", "opened", "wrapped_up", "note"})


def title(one: DecisionView) -> str:
    """What was decided, without the reason."""
    match one.what:
        case "review":
            proposed = proposal_was(one.before)
            return f"Beoordeeld: {outcome_nl(one.after)}" + (f" ({proposed})" if proposed else "")
        case "review_undone":
            return f"Beoordeling ongedaan gemaakt: was {outcome_nl(one.before)}"
        case "joined":
            return f"Samengevoegd met deze melding: {one.after}"
        case "unjoined":
            return f"Niet meer samengevoegd met deze melding: {one.after}"
        case "opened":
            return f"Ticket geopend, binnengekomen via {labels.SOURCES.get(one.after, one.after)}"
        case "wrapped_up":
            return f"Gesprek afgerond: {_WRAPPED_UP.get(one.after, one.after)}"
        case what if what in _WHOLE:
            return _WHOLE[what]
        case what:
            return f"{_CHANGED.get(what, what)}: {_side(one, one.before)} → {_side(one, one.after)}"


def proposal_was(proposal: str) -> str:
    """ "voorstel was CAT III"; "" when the machine proposed nothing."""
    if proposal in PROPOSED:
        return f"voorstel was {OUTCOME_NL[PROPOSED[proposal]]}"
    return f"voorstel was {_OTHER_PROPOSALS[proposal]}" if proposal in _OTHER_PROPOSALS else ""


def _side(one: DecisionView, kept: str) -> str:
    if one.what != "impediment":
        return work_labels.value(kept)
    hinder, _, category = kept.partition(", ")
    if hinder not in work_labels.IMPEDIMENTS:
        return "onbekend"
    said = work_labels.IMPEDIMENTS[hinder]
    return f"{said[0].lower()}{said[1:]} ({category})"
