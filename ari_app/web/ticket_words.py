"""What the templates of a ticket ask for beside the words of all pages: clauses in place, the sum of a clock, its ticking."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from jinja2.filters import do_mark_safe

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.views import DeadlineView
from ari_app.web import words, work_labels
from ari_app.web.deadlines import NEARLY_DUE
from ari_app.web.languages import _
from sla.agreed_hours import AgreedHours
from sla.clauses import RULE_ID

_WINDOW = re.compile(r"(.+) = (.+)")


@dataclass(frozen=True, slots=True)
class Sum:
    """The arithmetic of a clock: windows that add up, the promise they are held against, and what else is to be said."""

    rows: tuple[tuple[str, str], ...]
    promise: str
    target: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock that runs now: `left` seconds of the promise, net and gross; it stands still from `until` on, which `then`
    says. It is amber from `soon` seconds on."""

    left: int
    gross_left: int
    soon: int
    until: datetime
    then: str


def sum_of(deadline: DeadlineView) -> Sum:
    """From the lines that the agreement's own arithmetic gives, none left out."""
    promise, *others = deadline.why
    rows = tuple(found.groups() for line in others if (found := _WINDOW.fullmatch(line)))
    notes = tuple(line for line in others if not _WINDOW.fullmatch(line))
    return Sum(rows, promise, words.duration(deadline.target_seconds), notes)  # type: ignore[arg-type]


def ticking(deadline: DeadlineView, now: datetime, hours: AgreedHours) -> Ticking | None:
    """None: it does not run, or the hours are over."""
    if deadline.state not in ("running", "breached") or deadline.stopped_at or not hours.service.is_open(now):
        return None
    until = hours.service.windows(now, now + timedelta(days=1))[0][1]
    opens = words.moment(hours.service.next_opening(until), now)
    target = deadline.target_seconds
    return Ticking(
        left=int(deadline.left_seconds),
        gross_left=int(target - deadline.gross_elapsed_seconds),
        soon=int(target * NEARLY_DUE),
        until=until,
        then=_("staat stil tot %(opens)s", opens=opens),
    )


def left_in_words(seconds: float) -> str:
    """ "nog 4 u 18", "37 min te laat"."""
    if seconds >= 0:
        return _("nog %(duration)s", duration=words.duration(seconds))
    return _("%(duration)s te laat", duration=words.duration(seconds)) if seconds <= -60 else _("net te laat")


def filters(clock: Clock, days: DaysInForce) -> Mapping[str, Callable[..., Any]]:
    """By the names that templates use."""

    def ruled(text: str) -> str:
        """With each rule that the text names as a mark that tells where it stands. What is marked as Dutch stays so."""
        clauses = days.terms.agreement.clauses
        plain = text.__html__() if hasattr(text, "__html__") else escape(text)
        marked = RULE_ID.sub(lambda rule: _rule(rule[0], str(clauses.get(rule[0], rule[0]))), plain)
        return do_mark_safe(marked)

    return {
        "ruled": ruled,
        "sum_of": sum_of,
        "ticking": lambda deadline: ticking(deadline, clock.now(), days.hours),
        "left": left_in_words,
        "euro": words.euro,
        "hour": words.hour,
        "file_size": words.file_size,
        "activity_name": lambda one: work_labels.ACTIVITIES.get(one, one),
        "reason_name": lambda one: work_labels.REASONS.get(one, one),
        "scope_name": lambda one: work_labels.SCOPES.get(one, one),
        "impediment_name": lambda one: work_labels.IMPEDIMENTS.get(one, one),
        "approver_name": lambda one: work_labels.APPROVERS.get(one, one),
        "text_name": lambda one: work_labels.TEXTS.get(one, one),
    }


def _rule(rule: str, clause: str) -> str:
    return f'<abbr class="rule" title="{escape(clause)}">{rule}</abbr>'
