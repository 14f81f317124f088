"""What can be done with a ticket, in the order of doing it. Every action is one command of the desk; the desk says whether it can."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, product
from typing import Any

from ari_app.desk.command_list import DeskCommand, desk_commands
from ari_app.desk.refusal import Refused
from ari_app.desk.trial import Trial
from ari_app.desk.views import TicketView
from ari_app.desk.work_views import WorkView
from ari_app.web import work_labels
from ari_app.web.fields import Choice, Field, Offered, fields_of, values_of
from ari_app.web.languages import Words, _, mark, translated
from ari_app.web.words import moment
from routing.rota import Engineer
from sla.terms import PauseReason

NOW, WAIT, JUDGE, VISIT, MONEY, FILE = "now", "wait", "judge", "visit", "money", "file"
GROUPS: Mapping[str, str] = Words(
    {
        NOW: "",
        WAIT: "Wachten en overmacht",
        JUDGE: "Beoordelen",
        VISIT: "Bezoek op locatie",
        MONEY: "Uren, kosten en akkoord",
        FILE: "Dossier en correcties",
    }
)


@dataclass(frozen=True, slots=True)
class Action:
    """`label` is verb and thing. `says`: what it does, before the click. `missing`: the condition when there is nothing to
    choose from yet."""

    command: str
    group: str
    label: str
    key: str = ""
    says: str = ""
    missing: str = ""

    def __post_init__(self) -> None:
        for words in (self.label, self.says, self.missing):
            mark(words)


ACTIONS: tuple[Action, ...] = (
    Action("begin-work", NOW, "Begin met oplossen", "B", "Beginnen stopt de klok voor de eerste reactie (R-040)."),
    Action("record-plan", NOW, "Leg oplossingsplan vast", "", "Vertel het plan ook aan de klant (R-043)."),
    Action("plan-executed", NOW, "Meld plan uitgevoerd", "", "Het plan dat vastligt is uitgevoerd (R-043)."),
    Action("resolve", NOW, "Meld opgelost", "", "Alle klokken stoppen (R-043)."),
    Action("close", NOW, "Sluit melding", "", "Er gebeurt niets meer mee; heropenen kan altijd."),
    Action("reopen", NOW, "Heropen melding"),
    Action("take", NOW, "Neem de melding", "", "Nemen stopt de klok niet (A-04)."),
    Action("assign", NOW, "Wijs toe", "", "Toewijzen stopt de klok niet (A-04)."),
    Action("escalate", NOW, "Geef aan hogere lijn", "L", "Wie niet van die lijn is, raakt de melding kwijt (R-142)."),
    Action("confirm-category", NOW, "Wijzig categorie", "C", "De klok telt verder met de nieuwe termijn (R-085)."),
    Action("ask-customer", NOW, "Vraag het de klant", "", "De klokken wachten vanaf het moment van de vraag (R-048)."),
    Action("customer-answered", NOW, "Leg antwoord van de klant vast", "", "De klokken lopen weer verder (R-048)."),
    Action("note", NOW, "Notitie", "N", "Staat in het verloop; geen klok kijkt ernaar."),
    Action("reply", NOW, "Antwoord", "A", "Een antwoord van een mens stopt de klok van een aanvraag (R-037)."),
    Action("report-incomplete", WAIT, "Melding is onvolledig", "", "Kan alleen voor de eerste reactie (R-049, A-09)."),
    Action("complete", WAIT, "Melding is volledig", "", "De klok loopt weer verder (R-049)."),
    Action("confirm-clarifying", WAIT, "Bevestig opheldertijd", "", "De tijd sinds de melding telt dan niet mee (A-09)."),
    Action("excuse", WAIT, "Leg overmacht vast", "", "Telt netto pas mee na bevestiging door een supervisor (A-07)."),
    Action("end-excuse", WAIT, "Overmacht is voorbij", "", "De netto klok loopt weer verder (A-07)."),
    Action("confirm-excuse", WAIT, "Bevestig overmacht", "", "Deze tijd telt dan niet mee voor de naleving (A-07)."),
    Action("became-a-calamity", JUDGE, "Het is een calamiteit", "", "Meer mensen kunnen niet werken (R-053)."),
    Action("not-a-calamity", JUDGE, "Het is geen calamiteit", "", "Telt mee voor een voorstel tot uitsluiting (R-057)."),
    Action("customer-caused", JUDGE, "Veroorzaakt door de klant", "", "De calamiteit wordt dan berekend (R-058)."),
    Action("set-impediment", JUDGE, "Leg hinder vast", "", "De categorie volgt hieruit, als voorstel (A-19)."),
    Action("set-alternative", JUDGE, "Leg andere werkwijze vast", "", "Kan de klant toch verder (R-080)?"),
    Action("name-service", JUDGE, "Geef de dienst aan", "", "Hinder telt alleen voor een afgenomen dienst (R-084)."),
    Action("name-equipment", JUDGE, "Geef het apparaat aan", "", "Zegt of wij het beheren, met een voorstel voor de dekking (R-102)."),
    Action("change-level", JUDGE, "Wijzig niveau", "", "Het niveau dat vanaf de melding gold (R-071)."),
    Action("change-kind", JUDGE, "Wijzig soort melding", "", "Bepaalt welke klokken er zijn (R-085)."),
    Action("change-scope", JUDGE, "Wijzig dekking", "", "Bepaalt of er iets is toegezegd (R-082)."),
    Action("refuse-user-change", JUDGE, "Verwijs naar het webformulier", "", "De melding wordt gesloten (R-076, R-078)."),
    Action("remote-impossible", VISIT, "Hulp op afstand kan niet", "", "Start de klok ter plaatse, waar die is toegezegd (R-036)."),
    Action("arrive", VISIT, "Aangekomen op locatie", "", "Stopt de klok ter plaatse (R-059)."),
    Action("leave", VISIT, "Sluit bezoek af", "", "Met de reistijd, heen en terug samen (R-086).",
           "Kan nadat een aankomst op locatie is vastgelegd (R-086)."),
    Action("book-time", MONEY, "Boek uren", "", "Per 15 minuten, naar boven afgerond (R-087)."),
    Action("correct-time", MONEY, "Corrigeer uren", "", "De oude regel blijft leesbaar (R-088).",
           "Kan nadat er uren zijn geboekt (R-088)."),
    Action("withdraw-time", MONEY, "Trek uren in", "", "De regel blijft leesbaar en kost niets (R-088).",
           "Kan nadat er uren zijn geboekt (R-088)."),
    Action("customer-approves", MONEY, "Leg akkoord van de klant vast", "", "Nodig voor werk dat geld kost (R-090)."),
    Action("we-approve", MONEY, "Geef ons akkoord", "", "Nodig voor werk dat geld kost (R-090)."),
    Action("override-approval", MONEY, "Sta toe bij noodgeval", "", "Zonder akkoord van de klant; blijft staan (A-21)."),
    Action("allow-outside-hours", MONEY, "Sta werk buiten servicetijden toe", "", "Alleen voor deze melding (R-011)."),
    Action("allow-hosted-hours", MONEY, "Sta uren voor hosted beheer toe", "", "Na onoordeelkundig handelen (R-131)."),
    Action("name-customer", FILE, "Wijzig klant", "", "Niveau en klokken volgen uit het contract van die klant (R-071)."),
    Action("correct-call-back-number", FILE, "Wijzig terugbelnummer", "", "Terugbellen gaat dan op dit nummer (A-25)."),
    Action("correct-fact", FILE, "Verbeter wat de beller zei", "", "Wat de machine hoorde, blijft ernaast staan (R-085)."),
    Action("link-to-problem", FILE, "Hoort bij een probleem", "", "Wat vaker voorkomt, wordt één keer uitgezocht (R-033)."),
    Action("log-access", FILE, "Leg toegang tot bestand vast", "", "Elke toegang staat in het logboek (R-113)."),
    Action("add-task", FILE, "Voeg beheertaak toe", "", "Een taak hoort altijd bij een melding (R-111)."),
    Action("finish-task", FILE, "Meld beheertaak gedaan", "", "Buitenstaanders hebben twee keer toestemming nodig (R-101).",
           "Kan nadat een beheertaak is toegevoegd (R-111)."),
    Action("correct-event", FILE, "Corrigeer een gebeurtenis", "", "Niets verdwijnt: de oude regel blijft leesbaar (A-07).",
           "Kan nadat er iets is vastgelegd (A-07)."),
)  # fmt: skip
#: Given on the page of the review inbox, where what they need is on the screen.
ELSEWHERE = frozenset({"review", "undo-review", "merge"})
BY_COMMAND = {action.command: action for action in ACTIONS}
#: The next of these that has not happened yet is the black button.
_BEGUN = {"first_response", "answered", "call_bridged"}
_STEPS = (
    ("begin-work", _BEGUN),
    ("record-plan", {"plan_recorded", "plan_executed"}),
    ("resolve", {"resolved"}),
    ("close", {"closed"}),
    ("reopen", set[str]()),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An action on this ticket now. `refused` "" = it is possible; `is_direct`: one press is enough;
    `is_told_by_desk`: the reason is a sentence of the agreement, in Dutch."""

    action: Action
    refused: str
    is_direct: bool
    is_main: bool = False
    is_told_by_desk: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """One group: what can be done, and what can't with its reason; those with the same reason stand together."""

    key: str
    title: str
    can: tuple[Offer, ...]
    cannot: tuple[tuple[str, tuple[Offer, ...]], ...]


COMMANDS: Mapping[str, DeskCommand] = {
    name: command for name, command in desk_commands().items() if name not in ELSEWHERE
}


def offered_on(view: TicketView, engineers: Sequence[Engineer], levels: Sequence[Choice], now: datetime) -> Offered:
    """What can be chosen in the forms of this ticket."""
    work = view.work
    people = tuple((str(one.id), _("%(name)s, lijn %(line)s", name=one.name, line=one.line)) for one in engineers)
    on_site = {visit.engineer for visit in work.visits if visit.left_at is None}
    lines = tuple((str(line), _("Lijn %(line)s", line=line)) for line in (2, 3) if line > view.engineer_line)
    return Offered(
        by_field={
            "engineer_id": people,
            "level": tuple(levels),
            "to_line": lines or (("3", _("Lijn 3")),),
            "task_id": tuple((str(one.id), one.what[:80]) for one in work.tasks if one.done_at is None),
            "entry_id": _entries(work, now),
            "event_id": _events(work, now),
        },
        reasons=_reasons(work),
        present=tuple((str(one.id), one.name) for one in engineers if one.name in on_site),
    )


def trials(fields: Mapping[str, Sequence[Field]], now: datetime) -> dict[str, Trial]:
    """What to ask the desk for each command: filled in so that only the ticket can be the reason of a refusal."""
    return {
        name: Trial(command.function, _samples(command, fields[name], now))
        for name, command in COMMANDS.items()
        if not _has_nothing_to_choose(fields[name])
    }


def shelves(
    view: TicketView,
    fields: Mapping[str, Sequence[Field]],
    refusals: Mapping[str, Refused | None],
    not_for_role: str = "",
) -> tuple[Shelf, ...]:
    """All actions of a ticket by group, with the desk's answers; `not_for_role`: why this person may only look."""
    happened = {event.type for event in view.work.history if not event.corrected_why}
    main = _main(happened, refusals)
    offers = [
        Offer(
            one,
            not_for_role or _reason(one, refusals),
            not any(f.is_required for f in fields[one.command]),
            one.command == main,
            not not_for_role and one.command in refusals,
        )
        for one in ACTIONS
        if one.command != "begin-work" or not happened & _BEGUN or refusals.get(one.command) is not None
    ]
    return tuple(
        Shelf(key, title, tuple(_can(offers, key)), tuple(_cannot(offers, key))) for key, title in GROUPS.items()
    )


def all_fields(offered: Offered) -> dict[str, tuple[Field, ...]]:
    return {name: fields_of(command, offered) for name, command in COMMANDS.items()}


def _can(offers: Iterable[Offer], group: str) -> list[Offer]:
    found = [one for one in offers if one.action.group == group and not one.refused]
    return sorted(found, key=lambda one: not one.is_main)


def _cannot(offers: Iterable[Offer], group: str) -> Iterable[tuple[str, tuple[Offer, ...]]]:
    locked = [one for one in offers if one.action.group == group and one.refused]
    order = list(dict.fromkeys(one.refused for one in locked))
    for why, together in groupby(sorted(locked, key=lambda one: order.index(one.refused)), key=lambda one: one.refused):
        yield why, tuple(together)


def _reason(action: Action, refusals: Mapping[str, Refused | None]) -> str:
    if action.command not in refusals:
        return translated(action.missing)
    refused = refusals[action.command]
    return "" if refused is None else str(refused)


def _main(happened: Set[str], refusals: Mapping[str, Refused | None]) -> str:
    for command, done_by in _STEPS:
        if not happened & done_by and refusals.get(command) is None:
            return command
    return ""


def _has_nothing_to_choose(fields: Sequence[Field]) -> bool:
    return any(one.kind == "choice" and one.is_required and not one.choices for one in fields)


def _samples(command: DeskCommand, fields: Sequence[Field], now: datetime) -> Iterator[dict[str, Any]]:
    """One for each combination of what can be chosen, engineers first: some may what others may not. Made when asked,
    because the first is mostly enough."""
    plain = {one.name: _sample(one, now) for one in fields if one.is_required or one.name == "why_no_travel"}
    chosen = [one for one in reversed(fields) if one.is_required and one.choices]
    for choices in product(*(one.choices for one in chosen)):
        picked = {one.name: value for one, (value, _) in zip(chosen, choices, strict=True)}
        yield values_of(command, fields, plain | picked)


def _sample(one: Field, now: datetime) -> str:
    match one.kind:
        case "choice":
            return one.choices[0][0]
        case "euro":
            return str(Decimal("1.00"))
        case "minutes":
            return "0"
        case "moment":
            return (now - timedelta(minutes=15 if one.name == "began_at" else 0)).isoformat()
        case _:
            return "020 1234567" if one.name == "phone_number" else "..."


def _entries(work: WorkView, now: datetime) -> tuple[Choice, ...]:
    return tuple(
        (
            str(one.id),
            _(
                "%(engineer)s, %(began_at)s tot %(ended_at)s, %(activity)s",
                engineer=one.engineer,
                began_at=moment(one.began_at, now),
                ended_at=moment(one.ended_at, now),
                activity=work_labels.ACTIVITIES.get(one.activity, one.activity),
            ),
        )
        for one in work.time_entries
        if not one.corrected_why
    )


def _events(work: WorkView, now: datetime) -> tuple[Choice, ...]:
    """The last one first: that is mostly the one to correct."""
    return tuple(
        (str(one.id), f"{work_labels.EVENTS.get(one.type, one.type)}, {moment(one.at, now)}")
        for one in reversed(work.history)
        if not one.corrected_why
    )


def _reasons(work: WorkView) -> dict[str, tuple[PauseReason, ...]]:
    excuses = tuple(reason for reason in PauseReason if reason.is_excuse)
    going_on = tuple(one.reason for one in work.waits if one.until is None and one.reason.is_excuse)
    unconfirmed = tuple(
        dict.fromkeys(one.reason for one in work.waits if one.reason.is_excuse and not one.is_confirmed)
    )
    return {
        "excuse": excuses,
        "end-excuse": going_on or excuses[:1],
        "confirm-excuse": unconfirmed or excuses[:1],
    }
