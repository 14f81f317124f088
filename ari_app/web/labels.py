"""The Dutch words on the pages for the values of the line. A value without a word is shown as it is: never hidden."""

from collections.abc import Mapping

from ari_app.desk.views import StepView, TicketView
from ari_app.web import words
from ari_app.web.languages import Words, _
from sla.terms import ClockKind, Kind
from sla.ticket import TicketState

CLOCKS = Words(
    {
        ClockKind.FIRST_RESPONSE: "Eerste reactie",
        ClockKind.RESOLUTION: "Oplossing",
        ClockKind.REQUEST_RESPONSE: "Reactie op aanvraag",
        ClockKind.TIME_ON_SITE: "Ter plaatse",
    }
)
KINDS: Mapping[str, str] = Words(
    {
        Kind.INCIDENT: "Storing",
        Kind.CALAMITY: "Calamiteit",
        Kind.SERVICE_REQUEST: "Aanvraag",
        Kind.USER_CHANGE: "Formulier",
        Kind.PROBLEM: "Probleem",
        Kind.MAINTENANCE: "Onderhoud",
    }
)
SOURCES = Words(
    {
        "phone": "telefoon",
        "voicemail": "voicemail",
        "mail": "mail",
        "form": "webformulier",
        "portal": "portaal",
        "monitoring": "monitoring",
        "engineer": "engineer",
    }
)
LEVELS = Words({"premium": "Premium", "standard": "Standard", "level_0": "Geen SLA"})
ROUTES = Words(
    {
        "desk": "Naar de servicedesk",
        "on_duty": "Naar de engineer van dienst",
        "voicemail": "Naar de voicemail",
        "undecided": "Het gesprek eindigde voor er een keuze was",
    }
)
LEG_RESULTS = Words(
    {
        "ringing": "ging over",
        "accepted": "nam aan",
        "answered": "nam op",
        "no_answer": "nam niet op",
        "busy": "in gesprek",
        "refused": "weigerde het gesprek",
        "unreachable": "niet bereikbaar",
        "not_dialled": "niet gebeld",
        "not_accepted": "nam op, drukte niet op 1",
        "declined": "drukte op 2: de volgende",
        "not_now": "drukte op 3: nu niet",
        "elsewhere": "een ander nam aan",
        "caller_gone": "de beller had al opgehangen",
    }
)
STEPS = Words(
    {
        "answered": "Opgenomen",
        "prompt": "Afgespeeld",
        "route": "Keuze",
        "key": "Toets",
        "recording": "Opname",
        "talk": "Gesprek",
        "pin": "Pincode",
        "costs": "Kosten",
        "attestation": "Netwerk over het nummer",
        "engineer": "Engineer",
        "apology": "Excuus afgespeeld, er ging iets mis",
        "fallback": "Opgenomen terwijl de lijn weg was",
        "gone": "Opgehangen voordat de lijn opnam",
    }
)
#: The prompts by what the caller hears; another detail stands as it is.
PROMPTS = Words(
    {
        "welcome": "welkom",
        "beep": "pieptoon",
        "desk-connecting": "wij verbinden u door met de servicedesk",
        "desk-no-answer": "niemand van de servicedesk is vrij",
        "calamity-checking": "wij kijken uw overeenkomst na",
        "calamity-connecting": "wij verbinden u door met de engineer van dienst",
        "calamity-still-trying": "wij proberen het nog steeds",
        "calamity-trying-next": "wij bellen nu een andere engineer",
        "not-a-calamity": "dit is geen calamiteit, uw melding is vastgelegd",
        "talk-other-left": "de verbinding is beëindigd",
        "calamity-no-sla": "deze lijn is voor klanten met een SLA",
        "calamity-no-sla-costs": "deze lijn is voor klanten met een SLA",
        "calamity-excluded": "u kunt de calamiteitenlijn nu niet gebruiken",
        "calamity-what": "wat een calamiteit is",
        "calamity-question": "is het een calamiteit?",
        "pin-customer-number": "toets uw klantnummer",
        "pin-code": "toets uw pincode",
        "pin-wrong": "klantnummer en pincode horen niet bij elkaar",
        "closed-mail": "u kunt uw melding mailen",
        "calamity-nobody-free": "er is nu geen engineer bereikbaar",
        "voicemail-instructions": "spreek een bericht in",
        "voicemail-thanks": "dank u wel, het bericht is opgeslagen",
        "voicemail-not-saved": "het bericht kon niet worden opgeslagen",
        "voicemail-too-short": "wij hebben niets gehoord",
        "voicemail-empty": "wij hebben niets gehoord",
        "sorry-error": "er is iets misgegaan, spreek een bericht in",
        "closed-hours": "u belt buiten onze servicetijden",
        "announcement-join": "druk op 1 om u aan te sluiten bij deze storing",
        "announcement-joined": "u bent toegevoegd aan de melding",
        "call-back-agree": "klopt het nummer om terug te bellen?",
        "call-back-agreed": "wij bellen u op dat nummer",
        "call-back-no-number": "dat is geen telefoonnummer",
        "call-back-on": "wij bellen u terug op dit nummer",
        "call-back-type": "toets het nummer om terug te bellen",
        "desk-all-busy": "alle medewerkers zijn in gesprek",
        "desk-message": "u kunt een bericht inspreken",
        "desk-press-for-message": "druk op 1 om een bericht in te spreken",
        "duty-call-me": "druk op 1, dan bellen wij voor de dienst",
        "duty-press-1": "druk op 1 om de dienst te nemen",
        "duty-taken": "u heeft de dienst",
        "engineer-already-taken": "een collega nam het gesprek al aan",
        "engineer-announce": "dit is de calamiteitenlijn",
        "engineer-call-back": "druk op 1 om terug te bellen",
        "engineer-caller-left": "de beller heeft opgehangen",
        "engineer-customer-no-answer": "de klant nam niet op",
        "engineer-keys-failed": "dat lukte niet, gebruik de pagina",
        "engineer-keys-noted": "genoteerd",
        "engineer-keys-unknown": "die toets ken ik niet",
        "engineer-no-longer-needed": "de beller heeft opgehangen, niets te doen",
        "engineer-press-1": "1 aannemen, 2 de volgende, 3 nu niet",
        "engineer-press-1-call-back": "druk op 1 om de klant nu terug te bellen",
        "engineer-second-line-called": "de tweede lijn wordt gebeld",
        "engineer-second-line-nobody": "niemand van de tweede lijn nam aan",
        "engineer-urgent-keys": "1 oppakken, 2 beluisteren, 3 nu niet",
        "engineer-urgent-taken": "een collega pakte dit bericht al op",
        "engineer-urgent-yours": "u pakt dit bericht op",
        "engineer-wrap-up-category": "toets de categorie",
        "engineer-wrap-up-minutes": "toets het aantal minuten",
        "engineer-wrap-up-note": "spreek een notitie in",
        "engineer-wrap-up-thanks": "alles is vastgelegd",
        "fallback-leave-message": "wij kunnen u nu niet doorverbinden, spreek een bericht in",
        "fallback-thanks": "uw bericht is opgenomen",
        "language-choice": "druk op 2 voor Nederlands",
        "line-restarted": "de lijn werd herstart",
        "message-again": "spreek uw bericht opnieuw in",
        "message-menu": "keuzes na het bericht",
        "message-urgent": "uw bericht is gemarkeerd als dringend",
        "talk-is-recorded": "dit gesprek wordt opgenomen",
        "urgent-call-me": "druk op 1, dan bellen wij over het dringende bericht",
        "voicemail-user-forms": "gebruikers wijzigen kan met het webformulier",
        "we-call-you-now": "hang op, wij bellen u nu",
        "digit-0": "cijfer 0",
        "digit-1": "cijfer 1",
        "digit-2": "cijfer 2",
        "digit-3": "cijfer 3",
        "digit-4": "cijfer 4",
        "digit-5": "cijfer 5",
        "digit-6": "cijfer 6",
        "digit-7": "cijfer 7",
        "digit-8": "cijfer 8",
        "digit-9": "cijfer 9",
    }
)
_DETAILS = Words(
    {
        "started": "begonnen",
        "ended by caller": "de beller hing op",
        "ended by desk": "de servicedesk hing op",
        "ended by engineer": "de engineer hing op",
        "ended by key": "de beller drukte een toets",
        "ended by silence": "het bleef stil",
        "ended by failed": "de opname mislukte",
    }
)
ENDINGS = Words(
    {
        "caller": "de beller hing op",
        "line": "de lijn sloot af",
        "desk": "de servicedesk hing op",
        "engineer": "de engineer hing op",
        "crash": "er ging iets mis in de lijn",
        "service_away": "de lijn was even weg; Asterisk nam de melding op",
    }
)
STATES = Words(
    {
        TicketState.NEW: "Nieuw",
        TicketState.WAITING: "In afwachting",
        TicketState.IN_PROGRESS: "In behandeling",
        TicketState.PLANNED: "Plan ligt vast",
        TicketState.RESOLVED: "Opgelost",
        TicketState.CLOSED: "Gesloten",
    }
)


_NO_DISTURBANCE = Words(
    {Kind.SERVICE_REQUEST: "Aanvraag", Kind.USER_CHANGE: "Formulier", Kind.MAINTENANCE: "Onderhoud"}
)
_PROPOSED = Words({"service_request": "Aanvraag", "user_change": "Formulier", "other": "Overig"})


def other_kind(ticket: TicketView) -> str | None:
    """What it is when it is no disturbance: by the kind of the ticket, or as the machine proposes; None: a disturbance."""
    if ticket.kind in _NO_DISTURBANCE:
        return _NO_DISTURBANCE[ticket.kind]
    return _PROPOSED.get(ticket.proposal or "")


def level(key: str) -> str:
    return LEVELS.get(key, key)


def step_detail(step: StepView) -> str:
    """The keys of an engineer's answer are those of `LEG_RESULTS`."""
    if step.what == "prompt":
        return PROMPTS.get(step.detail, step.detail)
    if step.what == "engineer" and ": " in step.detail:
        who, result = step.detail.rsplit(": ", 1)
        return f"{who}: {LEG_RESULTS.get(result, result)}"
    return _DETAILS.get(step.detail, step.detail)


def came_in(ticket: TicketView) -> tuple[str, str]:
    """Symbol and words for how the report reached us."""
    if ticket.voicemail:
        return "voicemail", _("voicemail")
    if ticket.talked_with or ticket.talk_started_at:
        return "phone", _("telefoon, met %(talked_with)s", talked_with=ticket.talked_with) if ticket.talked_with else _(
            "telefoon"
        )
    return "missed", _("gemiste oproep")


def who(ticket: TicketView) -> str:
    """The customer, or the number when nobody is known by it."""
    return ticket.customer_name or words.phone(ticket.caller_number)
