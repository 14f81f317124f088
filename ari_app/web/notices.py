"""Open notices as the pages show them."""

from itertools import product

from ari_app.desk.notice_words import task_of
from ari_app.desk.notices import NoticeView
from ari_app.store.outbox_tables import NoticeKind
from ari_app.web.languages import mark, translated
from sla.terms import ClockKind

for _kind, _clock in product(NoticeKind, ClockKind):
    mark(task_of(_kind, _clock))


def task(notice: NoticeView) -> str:
    """What must be done: "reageer: de termijn loopt bijna af"."""
    return translated(task_of(notice.kind, notice.clock))


def urgency(notice: NoticeView) -> str:
    """A CSS class."""
    return "soon" if notice.kind in (NoticeKind.AT_RISK, NoticeKind.NO_PLAN) else "late"
