"""The Dutch words for the work on a ticket: commands, what they ask for, what happened, what was decided."""

from collections.abc import Mapping
from enum import StrEnum

from ari_app.desk.commands.told_facts import Fact
from ari_app.store.outbox_tables import NoticeKind
from ari_app.store.tables import Impediment
from ari_app.web.labels import KINDS
from ari_app.web.languages import Words, mark
from sla.alerts import AlertKind
from sla.billing import Activity
from sla.terms import Category, ClockKind, Kind, PauseReason, Scope
from sla.ticket import EventType
from sla.ticket_clock import REASON_NL

CATEGORIES: Mapping[str, str] = Words(
    {
        Category.I: "CAT I: kleine hinder, een enkele plek",
        Category.II: "CAT II: belangrijke plek of een deel van het bedrijf",
        Category.III: "CAT III: het hele bedrijf ligt stil",
    }
)
SCOPES: Mapping[str, str] = Words(
    {
        Scope.IN_SCOPE: "Binnen de overeenkomst",
        Scope.BEST_EFFORT: "Best effort, zonder toegezegde tijd",
        Scope.THIRD_PARTY: "Bij een derde partij",
        Scope.NOT_SUPPORTED: "Wordt niet ondersteund",
        Scope.NOT_COVERED: "Valt buiten de overeenkomst",
    }
)
ACTIVITIES: Mapping[str, str] = Words(
    {
        Activity.REMOTE_SUPPORT: "Ondersteuning op afstand",
        Activity.ON_SITE_SUPPORT: "Ondersteuning op locatie",
        Activity.CALAMITY_SERVICE: "Calamiteitendienst",
        Activity.INCIDENT_MANAGEMENT: "Incidentbeheer",
        Activity.PROBLEM_MANAGEMENT: "Probleembeheer",
        Activity.TECHNICAL_MANAGEMENT: "Technisch beheer",
        Activity.CONFIGURATION_CHANGE: "Wijziging van de configuratie",
        Activity.VOICE_PROMPTS: "Inspreken van meldteksten",
        Activity.HOSTED_MANAGEMENT: "Beheer van hosted diensten",
        Activity.TRAVEL: "Reistijd",
        Activity.OTHER: "Ander werk",
    }
)
IMPEDIMENTS: Mapping[str, str] = Words(
    {
        Impediment.NONE: "Het bedrijf heeft er weinig last van",
        Impediment.BUSINESS: "Het bedrijf wordt gehinderd",
        Impediment.COMPANY: "Het hele bedrijf ligt stil",
    }
)
FACTS: Mapping[str, str] = Words(
    {
        Fact.COMPANY: "Bedrijf",
        Fact.PERSON: "Wie belde",
        Fact.PEOPLE: "Hoeveel mensen er last van hebben",
        Fact.SINCE: "Sinds wanneer",
    }
)
REASONS: Mapping[str, str] = Words({reason: name[0].upper() + name[1:] for reason, name in REASON_NL.items()})
ASKED = Words({"add": "Een gebruiker aanmelden", "remove": "Een gebruiker afmelden"})
#: The words of every value that a form offers, in the order of offering.
CHOICES: Mapping[type[StrEnum], Mapping[str, str]] = {
    Category: CATEGORIES,
    Kind: KINDS,
    Scope: SCOPES,
    Activity: ACTIVITIES,
    Impediment: IMPEDIMENTS,
    PauseReason: REASONS,
    Fact: FACTS,
}
EVENTS: Mapping[str, str] = Words(
    {
        EventType.INCOMPLETE: "Melding onvolledig, vraag gesteld",
        EventType.COMPLETE: "Melding is volledig",
        EventType.CLARIFYING_CONFIRMED: "Opheldertijd bevestigd",
        EventType.CALL_BRIDGED: "Verbonden met een medewerker",
        EventType.FIRST_RESPONSE: "Begonnen met oplossen",
        EventType.ANSWERED: "Antwoord aan de melder",
        EventType.PLAN_RECORDED: "Oplossingsplan vastgelegd",
        EventType.PLAN_EXECUTED: "Oplossingsplan uitgevoerd",
        EventType.REMOTE_IMPOSSIBLE: "Hulp op afstand kan niet",
        EventType.ARRIVED: "Aangekomen op locatie",
        EventType.RESOLVED: "Opgelost",
        EventType.REOPENED: "Heropend",
        EventType.PAUSED: "Wachttijd begonnen",
        EventType.RESUMED: "Wachttijd voorbij",
        EventType.EXCUSE_CONFIRMED: "Overmacht bevestigd",
        EventType.CATEGORY_CONFIRMED: "Categorie bevestigd",
        EventType.LEVEL_CHANGED: "Niveau gewijzigd",
        EventType.SCOPE_CHANGED: "Dekking gewijzigd",
        EventType.BECAME_A_CALAMITY: "Het is een calamiteit",
        EventType.NOT_A_CALAMITY: "Het is geen calamiteit",
        EventType.CLOSED: "Gesloten",
    }
)
#: What was written with an event, in the order of showing.
TEXTS: Mapping[str, str] = Words(
    {
        "plan": "Plan",
        "told_to": "Verteld aan",
        "missing": "Ontbrak",
        "question": "Vraag",
        "sent_to": "Gestuurd aan",
        "evidence": "Bewijs",
        "answer": "Antwoord",
        "solution": "Oplossing",
        "engineer": "Engineer",
        "form": "Formulier",
    }
)
NOTICED: Mapping[str, str] = Words(
    {
        NoticeKind.AT_RISK: "De termijn loopt bijna af",
        NoticeKind.OVERDUE: "De bruto termijn is om",
        NoticeKind.BREACHED: "De termijn is overschreden",
        NoticeKind.NO_PLAN: "Er is nog geen oplossingsplan",
        NoticeKind.NOT_PLANNED: "De termijnen zijn niet te berekenen",
    }
)
#: What each warning that is ahead will do.
AHEAD = {
    AlertKind.AT_RISK: (mark("Waarschuwing"), mark("Dan krijgt wie het ticket heeft een seintje: er is nog tijd.")),
    AlertKind.OVERDUE: (
        mark("Bruto termijn verloopt"),
        mark("Dan telt het bruto als te laat; netto loopt de termijn nog door."),
    ),
    AlertKind.BREACHED: (mark("Termijn verloopt"), mark("Dan is de toezegging overschreden, en dat blijft staan.")),
    AlertKind.NO_PLAN: (mark("Oplossingsplan te laat"), mark("Dan wordt er gewaarschuwd dat het plan er nog niet is.")),
}
ACCESS: Mapping[str, str] = Words(
    {
        "listened": "Opname beluisterd",
        "downloaded": "Bijlage gedownload",
        "exported": "Gegevens van de beller meegegeven",
    }
)
APPROVERS: Mapping[str, str] = Words(
    {
        "customer": "Akkoord van de klant",
        "provider": "Akkoord van ons",
        "override": "Akkoord bij noodgeval",
    }
)
#: For a sentence: "Eerste reactie: ...".
CLOCK_OF = Words(
    {
        ClockKind.FIRST_RESPONSE: "eerste reactie",
        ClockKind.RESOLUTION: "oplossing",
        ClockKind.REQUEST_RESPONSE: "reactie op aanvraag",
        ClockKind.TIME_ON_SITE: "ter plaatse",
    }
)
#: As a decision keeps them -> as people say them.
VALUES = Words(
    {
        "True": "ja",
        "False": "nee",
        "None": "onbekend",
        "": "niets",
        "allowed": "toegestaan",
        "closed": "niet toegestaan",
    }
)


def value(kept: str) -> str:
    """One value of a decision; a kind by its word, another one as it is."""
    if kept in list(Kind):
        return KINDS[Kind(kept)].lower()
    return VALUES.get(kept, kept)
