"""Templates to pages. All wording of the pages stands in the templates and in the filters below, in Dutch; `languages` gives
the others."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from jinja2.bccache import Bucket
from jinja2.filters import do_mark_safe

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.web import (
    audit_words,
    deadlines,
    figures_words,
    labels,
    notices,
    permissions,
    reading,
    ticket_words,
    words,
)
from ari_app.web.accounts import VISITOR
from ari_app.web.assets import Assets
from ari_app.web.dutch import dutch, in_dutch
from ari_app.web.languages import LANGUAGES, spoken, translated

_FOLDER = Path(__file__).parent / "templates"


class _Compiled(jinja2.BytecodeCache):
    """Templates are compiled once in a process, however many lines it serves."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Templates:
    """Everything is escaped; a name that a template does not know is an error, not an empty place."""

    def __init__(self, assets: Assets, clock: Clock, days: DaysInForce) -> None:
        self._clock = clock
        self._days = days
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER),
            undefined=jinja2.StrictUndefined,
            bytecode_cache=_COMPILED,
            auto_reload=False,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(_filters(clock, days))
        self._environment.globals |= {
            "_": _in_words,
            "asset": assets.url,
            "spoken": spoken,
            "dutch": dutch,
            "in_dutch": in_dutch,
            "languages": LANGUAGES,
        }

    def page(
        self, request: web.Request, template: str, context: Mapping[str, Any], *, status: int = 200
    ) -> web.Response:
        """A stranger's page (login, errors) shows neither the time of the line nor its warnings."""
        visitor = request.get(VISITOR)
        common: dict[str, Any] = {"visitor": visitor, "now": None, "warnings": (), "sources": (), "page": ""}
        role = visitor.role if visitor else None
        common |= {"may": partial(permissions.may, role), "why_not": partial(permissions.why_not, role)}
        if visitor is not None:
            now = self._clock.now()
            today = now.astimezone(words.AMSTERDAM).date()
            warnings = self._days.hours.warnings_on(today)
            sources = self._days.terms.agreement.clauses_in(*warnings)
            common |= {"now": now, "warnings": warnings, "sources": sources}
        text = self._environment.get_template(template).render(common | dict(context))
        return web.Response(text=text, content_type="text/html", status=status)

    def piece(self, template: str, context: Mapping[str, Any]) -> str:
        """A part of a page, which is the same for everybody who reads this language."""
        return self._environment.get_template(template).render(dict(context))


TEMPLATES = web.AppKey("templates", Templates)


def _filters(clock: Clock, days: DaysInForce) -> dict[str, Callable[..., Any]]:
    return {
        "said": translated,
        "role_name": _named(permissions.ROLE_NL),
        "audit_what": audit_words.what_in_words,
        "audit_page": audit_words.page_of,
        **ticket_words.filters(clock, days),
        "due": lambda deadline: deadlines.due(deadline, clock.now(), days.hours),
        "duration": words.duration,
        "moment": lambda at: words.moment(at, clock.now()),
        "full_moment": words.full_moment,
        "to_the_second": words.to_the_second,
        "position": words.position,
        "day": words.day,
        "date": words.date_of,
        "full_day": words.full_day,
        "month_of": words.month_of,
        "hours": words.hours,
        "month": words.month,
        "month_and_year": words.month_and_year,
        "thousands": figures_words.number,
        "total_hours": lambda length: length.total_seconds() / 3600,
        "span": words.span,
        "local_input": words.local_input,
        "decimal": words.decimal,
        "amount": lambda value: words.grouped(str(value)),
        "phone": words.phone,
        "who": labels.who,
        "came_in": labels.came_in,
        "other_kind": labels.other_kind,
        "level": labels.level,
        "clock_name": _named(labels.CLOCKS),
        "task": notices.task,
        "urgency": notices.urgency,
        "kind_name": _named(labels.KINDS),
        "state_name": _named(labels.STATES),
        "route_name": _named(labels.ROUTES),
        "leg_result": _named(labels.LEG_RESULTS),
        "step_name": _named(labels.STEPS),
        "step_detail": labels.step_detail,
        "ending": _named(labels.ENDINGS),
        "lines": lambda voicemail: reading.lines(voicemail.words, voicemail.evidence),
        "marks": reading.marks,
        "stripes": reading.stripes,
        "telling_line": reading.telling_line,
        "telling_words": reading.telling_words,
        "confidence_class": reading.confidence_class,
        "mean_confidence": reading.mean_confidence,
    }


def _in_words(message: str, /, **values: object) -> str:
    """As `languages._`, of a text that is HTML; `values` are escaped. Jinja's own way asks three functions for each text."""
    said = _html(spoken(), message)
    return said % values if values else said


@lru_cache(4096)
def _html(_language: str, message: str) -> str:
    return do_mark_safe(translated(message))


def _named(names: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda key: names.get(key, str(key))
