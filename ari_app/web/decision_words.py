"""A decision that no clock looks at, as one line of a ticket's history. Pure."""

from collections.abc import Mapping

from ari_app.desk.outcomes import PROPOSED
from ari_app.desk.work_views import DecisionView
from ari_app.web import labels, work_labels
from ari_app.web.languages import Words, _
from ari_app.web.review_words import outcome_name

#: Said whole: what it was before and after adds nothing.
_WHOLE: Mapping[str, str] = Words(
    {
        "claimed": "Dringend bericht opgepakt",
        "rung": "Engineer gebeld over het dringende bericht",
        "retention": "Bewaartermijn",
        "person_erased": "Persoonsgegevens gewist",
        "hosted_hours": "Uren voor hosted beheer toegestaan",
        "outside_hours": "Werk buiten servicetijden toegestaan",
    }
)
_CHANGED: Mapping[str, str] = Words(
    {
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
)
_WRAPPED_UP: Mapping[str, str] = Words(
    {"resolved": "opgelost", "planned": "met een plan", "later": "het werk volgt later"}
)
_OTHER_PROPOSALS: Mapping[str, str] = Words({"user_change": "een formulier", "other": "overig"})
#: Every `what` that has words; a note is shown by itself.
KNOWN = frozenset({*_WHOLE, *_CHANGED, "review", "review_undone", "joined", "unjoined", "opened", "wrapped_up", "note"})


def title(one: DecisionView) -> str:
    """What was decided, without the reason."""
    match one.what:
        case "review":
            proposed = proposal_was(one.before)
            return _("Beoordeeld: %(outcome)s", outcome=outcome_name(one.after)) + (
                f" ({proposed})" if proposed else ""
            )
        case "review_undone":
            return _("Beoordeling ongedaan gemaakt: was %(outcome)s", outcome=outcome_name(one.before))
        case "joined":
            return _("Samengevoegd met deze melding: %(ticket)s", ticket=one.after)
        case "unjoined":
            return _("Niet meer samengevoegd met deze melding: %(ticket)s", ticket=one.after)
        case "opened":
            return _("Ticket geopend, binnengekomen via %(source)s", source=labels.SOURCES.get(one.after, one.after))
        case "wrapped_up":
            return _("Gesprek afgerond: %(how)s", how=_WRAPPED_UP.get(one.after, one.after))
        case what if what in _WHOLE:
            return _WHOLE[what]
        case what:
            return f"{_CHANGED.get(what, what)}: {_side(one, one.before)} → {_side(one, one.after)}"


def proposal_was(proposal: str) -> str:
    """ "voorstel was CAT III"; "" when the machine proposed nothing."""
    if proposal in PROPOSED:
        return _("voorstel was %(proposal)s", proposal=outcome_name(PROPOSED[proposal]))
    other = _OTHER_PROPOSALS.get(proposal, "")
    return _("voorstel was %(proposal)s", proposal=other) if other else ""


def _side(one: DecisionView, kept: str) -> str:
    if one.what != "impediment":
        return work_labels.value(kept)
    hinder, category = kept.partition(", ")[::2]
    if hinder not in work_labels.IMPEDIMENTS:
        return _("onbekend")
    said = work_labels.IMPEDIMENTS[hinder]
    return f"{said[0].lower()}{said[1:]} ({category})"
