"""From what a command of the desk asks for to the fields of a form, and from what was typed back to values."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Literal, get_args

from ari_app.desk.command_list import DeskCommand, may_be_none
from ari_app.web.forms import FIRST_YEAR, LAST_YEAR
from ari_app.web.languages import _, mark, translated
from ari_app.web.words import AMSTERDAM
from ari_app.web.work_labels import ASKED, CHOICES
from sla.billing import Activity
from sla.terms import Kind, PauseReason

Choice = tuple[str, str]
FieldKind = Literal["line", "text", "moment", "choice", "euro", "minutes"]


def _words(label: str, hint: str = "") -> tuple[str, str]:
    return mark(label), mark(hint)


#: Label, and the hint under it.
_WORDS: Mapping[str, tuple[str, str]] = {
    "activity": _words("Soort werk"),
    "allowed_by_customer": _words("Toestemming van de klant, door", "Alleen nodig als iemand buiten ons het deed."),
    "allowed_by_engineer": _words("Toestemming van ons, door", "Alleen nodig als iemand buiten ons het deed."),
    "answer": _words("Wat de klant zei"),
    "asked": _words("Wat er gevraagd is"),
    "at": _words("Wanneer", "Leeg: nu."),
    "began_at": _words("Van"),
    "begins_at": _words("Begon", "Leeg: nu."),
    "category": _words("Categorie"),
    "ended_at": _words("Tot"),
    "ends_at": _words("Eindigde", "Leeg: het duurt nog."),
    "customer": _words("Klant", "De naam zoals die in de lijst van klanten staat; leeg: onbekend."),
    "engineer_id": _words("Engineer"),
    "entry_id": _words("Urenregel"),
    "event_id": _words("Gebeurtenis"),
    "evidence": _words("Bewijs", "Bijvoorbeeld het storingsnummer van de leverancier."),
    "fact": _words("Wat"),
    "has_alternative": _words("Kan de klant op een andere manier werken?"),
    "how": _words("Hoe", "Mail, telefoon, portaal ..."),
    "impediment": _words("Hinder"),
    "is_caused": _words("Veroorzaakt door de klant?"),
    "is_crucial_place": _words("Cruciale werkplek?"),
    "is_exception": _words("Uitzondering: een of enkele personen?"),
    "is_intermediary_call": _words("Gesprek met een derde partij voor de klant?"),
    "kind": _words("Soort melding"),
    "level": _words("Niveau"),
    "missing": _words("Wat er ontbreekt"),
    "note": _words("Wat er gedaan is"),
    "path": _words("Bestand of map"),
    "phone_number": _words("Telefoonnummer", "Zoals 020 1234567."),
    "plan": _words("Oplossingsplan", "Wat gaan we doen, en wanneer is het klaar?"),
    "problem": _words("Nummer van het probleem", "Een melding van de soort probleem, zoals T-1001; leeg: bij geen."),
    "purpose": _words("Wat ermee gedaan is", "Gelezen, gekopieerd, gewijzigd ..."),
    "question": _words("De vraag, zoals verstuurd"),
    "reason": _words("Waardoor"),
    "scope": _words("Dekking"),
    "sent_to": _words("Gestuurd aan", "Naam of adres bij de klant."),
    "equipment": _words("Apparaat", "Zoals het bij de klant staat, onder Apparatuur."),
    "service": _words("Afgenomen dienst", "Bijvoorbeeld: hosted centrale."),
    "solution": _words("De oplossing"),
    "task_id": _words("Beheertaak"),
    "text": _words("Tekst"),
    "to_line": _words("Naar lijn"),
    "told_to": _words("Verteld aan", "Wie bij de klant kent dit plan?"),
    "travel": _words("Reistijd in minuten", "Heen en terug samen."),
    "up_to": _words("Tot hoogstens", "In euro, voor de hele melding, zonder btw."),
    "value": _words("Zoals het is", "Leeg: het is niet gezegd."),
    "what": _words("Beheertaak"),
    "who": _words("Wie bij de klant"),
    "why": _words("Reden", "Blijft bij de melding staan."),
    "why_no_travel": _words("Waarom geen reistijd", "Alleen bij 0 minuten."),
}
_LONG = frozenset({"answer", "evidence", "missing", "note", "plan", "question", "solution", "text", "what"})
#: Where no words mean something too.
_MAY_BE_EMPTY = frozenset({"customer", "problem", "value"})
_YES_OR_NO: tuple[Choice, ...] = (("yes", mark("Ja")), ("no", mark("Nee")))
#: Values that the desk gives to other commands.
_NOT_OFFERED = frozenset({Kind.CALAMITY, Kind.USER_CHANGE, Activity.TRAVEL})
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Field:
    """`value` is what stands in it; `mistake` a sentence about that, "" when it is fine."""

    name: str
    label: str
    kind: FieldKind
    is_required: bool
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen on this ticket, by the name of the field; `reasons` by the name of the command."""

    by_field: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    reasons: Mapping[str, tuple[PauseReason, ...]] = field(default_factory=dict)
    present: tuple[Choice, ...] = ()


class Mistyped(ValueError):
    """`mistakes` has a sentence for each field that can't be read."""

    def __init__(self, mistakes: Mapping[str, str]) -> None:
        super().__init__(" ".join(mistakes.values()))
        self.mistakes = dict(mistakes)


def fields_of(command: DeskCommand, offered: Offered) -> tuple[Field, ...]:
    """In the order in which the command asks, moments that may be left out last."""
    return tuple(
        replace(
            one,
            label=translated(one.label),
            hint=translated(one.hint),
            choices=_choices(parameter, command.name, offered) if one.kind == "choice" else (),
        )
        for parameter, one in _asked_by(command)
    )


def filled(fields: Sequence[Field], given: Mapping[str, str], mistakes: Mapping[str, str]) -> tuple[Field, ...]:
    """The same fields with what was typed, and what is wrong with it."""
    return tuple(
        replace(one, value=given.get(one.name, one.value), mistake=mistakes.get(one.name, "")) for one in fields
    )


def values_of(command: DeskCommand, fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, Any]:
    """What the command wants. What was left empty and may be is left out. Raises Mistyped."""
    wanted = {one.name: one for one in command.parameters()}
    values: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for one in fields:
        text = given.get(one.name, "").strip()
        if not text and not one.is_required:
            if wanted[one.name].default is inspect.Parameter.empty:
                values[one.name] = None if may_be_none(wanted[one.name]) else ""
            continue
        try:
            values[one.name] = _value(one, wanted[one.name], text)
        except ValueError as mistake:
            mistakes[one.name] = str(mistake)
    if mistakes:
        raise Mistyped(mistakes)
    return values


@cache
def _asked_by(command: DeskCommand) -> tuple[tuple[inspect.Parameter, Field], ...]:
    found = [(one, _field(one)) for one in command.parameters()]
    return tuple(sorted(found, key=lambda pair: pair[1].kind == "moment" and not pair[1].is_required))


def _field(parameter: inspect.Parameter) -> Field:
    """In Dutch, without its choices."""
    label, hint = _WORDS[parameter.name]
    is_asked = parameter.default is inspect.Parameter.empty and not may_be_none(parameter)
    is_required = is_asked and parameter.name not in _MAY_BE_EMPTY
    start = "no" if parameter.default is False else "yes" if parameter.default is True else ""
    return Field(parameter.name, label, _kind(parameter), is_required, hint, value=start)


def _kind(parameter: inspect.Parameter) -> FieldKind:
    match _plain(parameter):
        case one if one is datetime:
            return "moment"
        case one if one is Decimal:
            return "euro"
        case one if one is timedelta:
            return "minutes"
        case one if one is str and parameter.name != "level":
            return "text" if parameter.name in _LONG else "line"
        case _:
            return "choice"


def _plain(parameter: inspect.Parameter) -> Any:
    """The type without "or None"; the choices of a Literal as they are."""
    others = [one for one in get_args(parameter.annotation) if one is not type(None)]
    return others[0] if may_be_none(parameter) and len(others) == 1 else parameter.annotation


def _choices(parameter: inspect.Parameter, command: str, offered: Offered) -> tuple[Choice, ...]:
    kind = _plain(parameter)
    if parameter.name == "engineer_id" and command == "leave":
        return offered.present
    if parameter.name in offered.by_field:
        return offered.by_field[parameter.name]
    if kind is bool:
        return tuple((key, translated(word)) for key, word in _YES_OR_NO)
    if kind is PauseReason:
        return tuple((one.value, CHOICES[PauseReason][one]) for one in offered.reasons.get(command, ()))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple((str(one), words) for one, words in CHOICES[kind].items() if one not in _NOT_OFFERED)
    return tuple((one, ASKED[one]) for one in get_args(kind))


def _value(asked: Field, parameter: inspect.Parameter, text: str) -> Any:
    """Raises ValueError with a sentence for the person."""
    if not text:
        raise ValueError(_("Vul in: %(label)s.", label=asked.label.lower().rstrip("?")))
    match asked.kind:
        case "moment":
            return _moment(text)
        case "euro":
            return _euro(text)
        case "minutes":
            return _minutes(text)
        case "choice":
            return _chosen(asked, parameter, text)
        case _:
            if len(text) > _LONGEST:
                raise ValueError(
                    _(
                        "Dit zijn %(count)s tekens; er passen er %(longest)s. Zet de rest in een bijlage.",
                        count=len(text),
                        longest=_LONGEST,
                    )
                )
            return text


def _chosen(asked: Field, parameter: inspect.Parameter, text: str) -> Any:
    if text not in dict(asked.choices):
        raise ValueError(_("%(text)s staat niet in de lijst. Kies een van de keuzes.", text=repr(text)))
    kind = _plain(parameter)
    if kind is bool:
        return text == "yes"
    if kind is int:
        return int(text)
    return kind(text) if isinstance(kind, type) else text


def _moment(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("%(text)s is geen tijdstip. Schrijf het als 2026-11-21T08:30.", text=repr(text))) from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise ValueError(
            _(
                "%(text)s ligt te ver weg: kies een jaar van %(first)s tot %(last)s.",
                text=repr(text),
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )
    return local if local.tzinfo else local.replace(tzinfo=AMSTERDAM)


def _euro(text: str) -> Decimal:
    plain = text.replace("€", "").replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise ValueError(_("%(text)s is geen bedrag. Schrijf het als 250,00.", text=repr(text))) from None


def _minutes(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError(_("%(text)s is geen aantal minuten. Schrijf een heel getal, zoals 45.", text=repr(text)))
    return timedelta(minutes=int(text))
