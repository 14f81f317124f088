"""The agreement as one checked value. The text of the data file goes in; nothing is read or looked up here."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from sla.calendar import DayWindow, parse_weekly, parse_zone
from sla.clauses import RULE_ID, Clause, parse_clauses
from sla.settings import SETTING_NAMES, Settings, changed, is_count, parse_rate, parse_setting
from sla.terms import LEVEL_0, Category, ClockKind

T = TypeVar("T")
SERVICES = (
    "hosted_management",
    "incident_management",
    "problem_management",
    "technical_management",
    "remote_support",
    "on_site_support",
    "calamity_service",
    "voice_prompts",
)
#: By name: up to Python 3.11 each look at a member of an enum calls a function.
_REQUEST_RESPONSE = ClockKind.REQUEST_RESPONSE
_PER_CATEGORY = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.TIME_ON_SITE)


@dataclass(frozen=True)
class Source:
    """Where a value comes from: the rule ("R-013") and the lines of the agreement's text ("L52-62")."""

    rule: str
    lines: str


@dataclass(frozen=True)
class Promise:
    """`target` is service time; None when nothing is promised."""

    target: timedelta | None
    source: Source


@dataclass(frozen=True)
class Level:
    """One column of the table of chapter 2. `order` 0 goes first in the queue."""

    key: str
    name: str
    order: int
    source: Source
    promises: Mapping[tuple[ClockKind, Category | None], Promise]
    #: True when the service is included, False when it is charged at the hourly rate (R-022).
    includes: Mapping[str, bool]
    service_sources: Mapping[str, Source]
    change_minutes_each: int
    change_minutes_per_month: int
    #: Euro per hour for work outside the agreement; None when the provider still has to give it.
    hourly_rate: Decimal | None
    rate_source: Source

    def promise(self, clock: ClockKind, category: Category | None) -> Promise:
        """What is promised; a request response has no category."""
        return self.promises[clock, None if clock is _REQUEST_RESPONSE else category]


@dataclass(frozen=True)
class Agreement:
    """One version of the agreement. `sources` and `choices` belong to the settings."""

    version: str
    title: str
    published: str
    zone: ZoneInfo
    source: Source
    service_hours: tuple[tuple[DayWindow, ...], ...]
    calamity_hours: tuple[tuple[DayWindow, ...], ...]
    hours_sources: Mapping[str, Source]
    unit_minutes: int
    minimum_units_per_call: int
    currency: str
    levels: Mapping[str, Level]
    settings: Settings
    sources: Mapping[str, Source]
    choices: Mapping[str, tuple[str, ...]]
    clauses: Mapping[str, Clause]

    def clause(self, rule: str) -> Clause:
        """ValueError for a rule that this version does not have."""
        if rule not in self.clauses:
            raise ValueError(
                f"rule {rule!r} is not among the clauses of {self.version}: add its lines to the data file"
            )
        return self.clauses[rule]

    def clauses_in(self, *texts: str) -> tuple[Clause, ...]:
        """Of all rules that the texts name, in order of naming, each once. Ids of other versions are left out."""
        named = dict.fromkeys(rule for text in texts for rule in RULE_ID.findall(text))
        return tuple(self.clauses[rule] for rule in named if rule in self.clauses)

    def level(self, key: str | None) -> Level:
        """None is level 0: no level was named (R-071). ValueError for a level that this version does not know."""
        if (key or LEVEL_0) not in self.levels:
            raise ValueError(f"level {key!r} is not in {self.version}: it has {', '.join(self.levels)}")
        return self.levels[key or LEVEL_0]

    def with_settings(self, values: Mapping[str, object]) -> "Agreement":
        """With the provider's own readings, written as in the data file. ValueError names every mistake at once."""
        settings = changed(self.settings, dict(values), dict(self.choices))
        levels = dict(self.levels)
        if settings.level_0_hourly_rate is not None:
            levels[LEVEL_0] = replace(levels[LEVEL_0], hourly_rate=settings.level_0_hourly_rate)
        return replace(self, settings=settings, levels=levels)


def parse_agreement(text: str) -> Agreement:
    """From the TOML text of sla/agreements. ValueError names every mistake at once, one a line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise ValueError(f"the agreement is no valid TOML: {cause}") from cause
    reader = _Reader(data)
    agreement = reader.agreement()
    if reader.mistakes:
        raise ValueError("\n".join(["The agreement can't be used:", *reader.mistakes]))
    return agreement


class _Reader:
    """Collects mistakes instead of stopping at the first; what it returns counts only when there are none."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.mistakes: list[str] = []

    def agreement(self) -> Agreement:
        self._known("", self.data, {"agreement", "hours", "billing", "levels", "settings", "clauses"})
        settings = self._settings()
        levels = {key: self._level(key, order) for order, key in enumerate(self._table("levels"))}
        if LEVEL_0 not in levels:
            self.mistakes.append(f"levels.{LEVEL_0} is missing: who has no agreement needs a level too (R-071)")
        return Agreement(
            version=self._text("agreement.version"),
            title=self._text("agreement.title"),
            published=self._text("agreement.published"),
            zone=cast(ZoneInfo, self._try("agreement.zone", partial(parse_zone, self._at("agreement.zone")))),
            source=self._source("agreement"),
            service_hours=self._weekly("hours.service"),
            calamity_hours=self._weekly("hours.calamity"),
            hours_sources={name: self._source(f"hours.{name}") for name in ("service", "calamity")},
            unit_minutes=self._positive("billing.unit_minutes"),
            minimum_units_per_call=self._count("billing.minimum_units_per_call"),
            currency=self._text("billing.currency.value"),
            levels=levels,
            settings=settings,
            sources={name: self._source(f"settings.{name}") for name in SETTING_NAMES},
            choices={name: tuple(given["choices"]) for name, given in self._entries("settings") if "choices" in given},
            clauses=self._clauses(),
        )

    def _clauses(self) -> Mapping[str, Clause]:
        document = f"{self._text('agreement.title')} ({self._text('agreement.published')})"
        return self._try("clauses", partial(parse_clauses, self._table("clauses"), document)) or {}

    def _level(self, key: str, order: int) -> Level:
        where = f"levels.{key}"
        self._known(where, self._table(where), {"name", "rule", "lines", "promises", "services", "money"})
        self._known(f"{where}.promises", self._table(f"{where}.promises"), set(ClockKind))
        self._known(f"{where}.services", self._table(f"{where}.services"), set(SERVICES))
        promises = {(ClockKind.REQUEST_RESPONSE, None): self._promise(f"{where}.promises.request_response")}
        rate_at = f"{where}.money.hourly_rate"
        return Level(
            key=key,
            name=self._text(f"{where}.name"),
            order=order,
            source=self._source(where),
            promises=promises
            | {(c, cat): self._promise(f"{where}.promises.{c}.{cat}") for c, cat in product(_PER_CATEGORY, Category)},
            includes={name: self._included(f"{where}.services.{name}") for name in SERVICES},
            service_sources={name: self._source(f"{where}.services.{name}") for name in SERVICES},
            change_minutes_each=self._count(f"{where}.money.change_minutes_each"),
            change_minutes_per_month=self._count(f"{where}.money.change_minutes_per_month"),
            hourly_rate=self._try(rate_at, partial(parse_rate, self._at(f"{rate_at}.value"), rate_at)),
            rate_source=self._source(rate_at),
        )

    def _promise(self, where: str) -> Promise:
        hours = self._at(f"{where}.hours")
        source = self._source(where)
        if hours == "none":
            return Promise(None, source)
        if isinstance(hours, bool) or not isinstance(hours, int | float) or hours <= 0 or (hours * 3600) % 1:
            self.mistakes.append(f"{where}.hours is {hours!r}: give hours of service time such as 8 or 0.5, or 'none'")
            return Promise(None, source)
        return Promise(timedelta(hours=hours), source)

    def _included(self, where: str) -> bool:
        word = self._at(f"{where}.is")
        if word not in {"included", "charged"}:
            self.mistakes.append(f"{where}.is is {word!r}: choose included or charged")
        return bool(word == "included")

    def _settings(self) -> Settings:
        values: dict[str, object] = {}
        self._known("settings", self._table("settings"), set(SETTING_NAMES))
        for name in SETTING_NAMES:
            given = self._at(f"settings.{name}.value")
            choices = self._at(f"settings.{name}.choices", optional=True)
            if given is None:
                continue
            values[name] = self._try("", partial(parse_setting, name, given, choices and tuple(choices)))
        return Settings(**{name: values.get(name) for name in SETTING_NAMES})  # type: ignore[arg-type]

    def _weekly(self, where: str) -> tuple[tuple[DayWindow, ...], ...]:
        spec = {key: value for key, value in self._table(where).items() if key not in {"rule", "lines"}}
        return self._try(where, partial(parse_weekly, spec)) or ()

    def _source(self, where: str) -> Source:
        source = Source(self._text(f"{where}.rule"), self._text(f"{where}.lines"))
        if source.rule not in self._table("clauses"):
            self.mistakes.append(f"{where}.rule is {source.rule!r}: clauses has no such rule")
        return source

    def _text(self, where: str) -> str:
        value = self._at(where)
        if value is not None and (not isinstance(value, str) or not value):
            self.mistakes.append(f"{where} is {value!r}: give a text")
        return str(value)

    def _count(self, where: str) -> int:
        value = self._at(f"{where}.value")
        if value is not None and not is_count(value):
            self.mistakes.append(f"{where} is {value!r}: give a whole number, 0 or more")
        self._source(where)
        return cast(int, value)

    def _positive(self, where: str) -> int:
        value = self._count(where)
        if value == 0:
            self.mistakes.append(f"{where} is 0: give 1 or more")
        return value

    def _entries(self, where: str) -> list[tuple[str, dict[str, Any]]]:
        return [(key, value) for key, value in self._table(where).items() if isinstance(value, dict)]

    def _table(self, where: str) -> dict[str, Any]:
        value = self._at(where)
        return value if isinstance(value, dict) else {}

    def _known(self, where: str, table: dict[str, Any], names: set[str]) -> None:
        for name in sorted(set(table) - names):
            self.mistakes.append(f"{where}{'.' if where else ''}{name} is not known: is it a typing error?")

    def _at(self, where: str, optional: bool = False) -> Any:
        value: Any = self.data
        for key in where.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is None and not optional and f"{where} is missing" not in self.mistakes:
            self.mistakes.append(f"{where} is missing")
        return value

    def _try(self, where: str, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except ValueError as mistake:
            self.mistakes.append(f"{where}: {mistake}" if where else str(mistake))
            return None
