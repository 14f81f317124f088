"""Tickets in the words of an outside ticket system: which of its fields gets what of ours, read from a TOML file.

A map has a table `fields` (their name = our name), and under `values.<their name>` what each of our values is called there.
Our names are those of a ticket's JSON, with dots: `voicemail.text`, `deadlines.first_response.due_at`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ari_app.channel_settings import WebhookSettings
from ari_app.desk.views import DeadlineView, TicketView, VoicemailView, to_json
from sla.terms import ClockKind

SHIPPED = ("autotask",)
_CLOCKS = tuple(clock.value for clock in ClockKind)


class MapMistakes(ValueError):
    """The map can't be used; the message has a line for each mistake."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """`names`: theirs -> ours. `values`: theirs -> our value -> theirs."""

    names: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]

    def of(self, ticket: TicketView) -> dict[str, Any]:
        """One ticket in their fields, in the order of the map; None where we have nothing, or no name for a value."""
        return {theirs: self._value(theirs, ours, ticket) for theirs, ours in self.names.items()}

    def _value(self, theirs: str, ours: str, ticket: TicketView) -> Any:
        found = to_json(_at(ticket, ours.split(".")))
        if theirs not in self.values or found is None:
            return found
        return self.values[theirs].get(str(found))


def read_map(name: str) -> FieldMap:
    """The file `name`, or a map that ships under this name. Raises MapMistakes, and OSError for a file that can't be read."""
    if name in SHIPPED:
        return parse_map((resources.files("ari_app.desk") / "field_maps" / f"{name}.toml").read_text("utf-8"))
    return parse_map(Path(name).read_text("utf-8"))


def wrong_maps(hooks: Mapping[str, WebhookSettings]) -> list[str]:
    """What is wrong with the maps that webhooks name, each with the name of the hook."""
    wrong = []
    for name, hook in hooks.items():
        try:
            if hook.field_map:
                read_map(hook.field_map)
        except (MapMistakes, OSError, UnicodeDecodeError) as why:
            wrong.append(f"{name}: field_map {hook.field_map}: {why}")
    return wrong


def parse_map(text: str) -> FieldMap:
    """Raises MapMistakes with all mistakes."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as damage:
        raise MapMistakes(f"the map is no TOML: {damage}") from damage
    names, values = told.get("fields", {}), told.get("values", {})
    mistakes = [f"{one}: only `fields` and `values` can stand there" for one in told if one not in ("fields", "values")]
    mistakes += [] if names else ['fields: name at least one, such as title = "summary"']
    mistakes += [
        f"fields.{theirs} = {ours!r}: a ticket has no such name" for theirs, ours in names.items() if not _is_ours(ours)
    ]
    mistakes += [f"values.{theirs}: this is none of the fields" for theirs in values if theirs not in names]
    if mistakes:
        raise MapMistakes("\n".join(mistakes))
    return FieldMap(names, values)


def _is_ours(name: object) -> bool:
    """Of a ticket, of its message, or of one of its clocks."""
    match str(name).split("."):
        case ["voicemail", part]:
            return part == "text" or part in _names(VoicemailView)
        case ["deadlines", clock, part]:
            return clock in _CLOCKS and part in _names(DeadlineView)
        case [part]:
            return part in _names(TicketView)
        case _:
            return False


def _names(view: Any) -> set[str]:
    return {one.name for one in fields(view)}


def _at(value: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(value, tuple):
            value = next((one for one in value if one.clock.value == part), None)
        elif value is None:
            return None
        else:
            value = getattr(value, part)
    return None if is_dataclass(value) else value
