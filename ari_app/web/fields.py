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
from ari_app.web.words import AMSTERDAM
from ari_app.web.work_labels import ASKED, CHOICES
from sla.billing import Activity
from sla.terms import Kind, PauseReason

Choice = tuple[str, str]
FieldKind = Literal["line", "text", "moment", "choice", "euro", "minutes"]

#: Label, and the hint under it.
_WORDS: Mapping[str, tuple[str, str]] = {
    "activity": ("Soort werk", ""),
    "allowed_by_customer": ("Toestemming van de klant, door", "Alleen nodig als iemand buiten ons het deed."),
    "allowed_by_engineer": ("Toestemming van ons, door", "Alleen nodig als iemand buiten ons het deed."),
    "answer": ("Wat de klant zei", ""),
    "asked": ("Wat er gevraagd is", ""),
    "at": ("Wanneer", "Leeg: nu."),
    "began_at": ("Van", ""),
    "begins_at": ("Begon", "Leeg: nu."),
    "category": ("Categorie", ""),
    "ended_at": ("Tot", ""),
    "ends_at": ("Eindigde", "Leeg: het duurt nog."),
    "customer": ("Klant", "De naam zoals die in de lijst van klanten staat; leeg: onbekend."),
    "engineer_id": ("Engineer", ""),
    "entry_id": ("Urenregel", ""),
    "event_id": ("Gebeurtenis", ""),
    "evidence": ("Bewijs", "Bijvoorbeeld het storingsnummer van de leverancier."),
    "fact": ("Wat", ""),
    "has_alternative": ("Kan de klant op een andere manier werken?", ""),
    "how": ("Hoe", "Mail, telefoon, portaal ..."),
    "impediment": ("Hinder", ""),
    "is_caused": ("Veroorzaakt door de klant?", ""),
    "is_crucial_place": ("Cruciale werkplek?", ""),
    "is_exception": ("Uitzondering: een of enkele personen?", ""),
    "is_intermediary_call": ("Gesprek met een derde partij voor de klant?", ""),
    "kind": ("Soort melding", ""),
    "level": ("Niveau", ""),
    "missing": ("Wat er ontbreekt", ""),
    "note": ("Wat er gedaan is", ""),
    "path": ("Bestand of map", ""),
    "phone_number": ("Telefoonnummer", "Zoals 020 1234567."),
    "plan": ("Oplossingsplan", "Wat gaan we doen, en wanneer is het klaar?"),
    "problem": ("Nummer van het probleem", "Een melding van de soort probleem, zoals T-1001; leeg: bij geen."),
    "purpose": ("Wat ermee gedaan is", "Gelezen, gekopieerd, gewijzigd ..."),
    "question": ("De vraag, zoals verstuurd", ""),
    "reason": ("Waardoor", ""),
    "scope": ("Dekking", ""),
    "sent_to": ("Gestuurd aan", "Naam of adres bij de klant."),
    "equipment": ("Apparaat", "Zoals het bij de klant staat, onder Apparatuur."),
    "service": ("Afgenomen dienst", "Bijvoorbeeld: hosted centrale."),
    "solution": ("De oplossing", ""),
    "task_id": ("Beheertaak", ""),
    "text": ("Tekst", ""),
    "to_line": ("Naar lijn", ""),
    "told_to": ("Verteld aan", "Wie bij de klant kent dit plan?"),
    "travel": ("Reistijd in minuten", "Heen en terug samen."),
    "up_to": ("Tot hoogstens", "In euro, voor de hele melding, zonder btw."),
    "value": ("Zoals het is", "Leeg: het is niet gezegd."),
    "what": ("Beheertaak", ""),
    "who": ("Wie bij de klant", ""),
    "why": ("Reden", "Blijft bij de melding staan."),
    "why_no_travel": ("Waarom geen reistijd", "Alleen bij 0 minuten."),
}
_LONG = frozenset({"answer", "evidence", "missing", "note", "plan", "question", "solution", "text", "what"})
#: Where no words mean something too.
_MAY_BE_EMPTY = frozenset({"customer", "problem", "value"})
_YES_OR_NO: tuple[Choice, ...] = (("yes", "Ja"), ("no", "Nee"))
#: Values that the desk gives to other commands.
_NOT_OFFERED = frozenset({Kind.CALAMITY, Kind.USER_CHANGE, Activity.TRAVEL})
_LONGEST = 4000
_FIRST_YEAR, _LAST_YEAR = 1971, 2199


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
        replace(one, choices=_choices(parameter, command.name, offered)) if one.kind == "choice" else one
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
    """Without its choices."""
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
        return _YES_OR_NO
    if kind is PauseReason:
        return tuple((one.value, CHOICES[PauseReason][one]) for one in offered.reasons.get(command, ()))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple((str(one), words) for one, words in CHOICES[kind].items() if one not in _NOT_OFFERED)
    return tuple((one, ASKED[one]) for one in get_args(kind))


def _value(asked: Field, parameter: inspect.Parameter, text: str) -> Any:
    """Raises ValueError with a sentence for the person."""
    if not text:
        raise ValueError(f"Vul in: {asked.label.lower().rstrip('?')}.")
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
                raise ValueError(f"Dit zijn {len(text)} tekens; er passen er {_LONGEST}. Zet de rest in een bijlage.")
            return text


def _chosen(asked: Field, parameter: inspect.Parameter, text: str) -> Any:
    if text not in dict(asked.choices):
        raise ValueError(f"{text!r} staat niet in de lijst. Kies een van de keuzes.")
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
        raise ValueError(f"{text!r} is geen tijdstip. Schrijf het als 2026-11-21T08:30.") from None
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} ligt te ver weg: kies een jaar van {_FIRST_YEAR} tot {_LAST_YEAR}.")
    return local if local.tzinfo else local.replace(tzinfo=AMSTERDAM)


def _euro(text: str) -> Decimal:
    plain = text.replace("€", "").replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"{text!r} is geen bedrag. Schrijf het als 250,00.") from None


def _minutes(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError(f"{text!r} is geen aantal minuten. Schrijf een heel getal, zoals 45.")
    return timedelta(minutes=int(text))
