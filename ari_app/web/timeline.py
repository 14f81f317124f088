"""Everything that happened with a ticket as one row of items, newest first, with what is to come on top. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from jinja2.filters import do_mark_safe

from ari_app.desk.attachments import AttachmentView
from ari_app.desk.call_backs import CallBackView
from ari_app.desk.opened_ticket import Around, CallView, SentView
from ari_app.desk.views import StepView, TicketView
from ari_app.desk.work_views import ApprovalView, DecisionView, EventView, TimeEntryView
from ari_app.web import decision_words, labels, words, work_labels
from ari_app.web.dutch import in_dutch
from ari_app.web.languages import Words, _, translated

#: What can be shown alone, by the word in the address.
SHOWN = Words({"alles": "Alles", "contact": "Contact", "klok": "Klok", "besluiten": "Besluiten", "toegang": "Toegang"})
CONTACT, CLOCK, DECIDED, ACCESS = "contact", "klok", "besluiten", "toegang"

#: Events that a clock looks at but that decide nothing.
_WAITS = frozenset({"incomplete", "complete", "paused", "resumed", "arrived", "remote_impossible", "call_bridged"})
_RULED = frozenset(
    {
        "category_confirmed",
        "level_changed",
        "scope_changed",
        "became_a_calamity",
        "not_a_calamity",
        "excuse_confirmed",
        "clarifying_confirmed",
        "closed",
        "reopened",
    }
)
_SPOKEN = frozenset({"incomplete", "complete", "answered", "call_bridged"})


@dataclass(frozen=True, slots=True)
class Item:
    """`dot`: "k" a decision, "w" something of a clock, "p" still to come, "" an event. `by` "" = the line itself."""

    at: datetime
    title: str
    about: frozenset[str]
    dot: str = ""
    by: str = ""
    text: str = ""
    quotes: tuple[tuple[str, str], ...] = ()
    #: "" = it holds; else why it was corrected, and by whom.
    corrected: str = ""
    steps: tuple[StepView, ...] = ()
    to_the_second: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """Items of one local day, newest first."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """`ahead` has the furthest moment first."""

    ahead: tuple[Item, ...] = ()
    days: tuple[Day, ...] = field(default=())


def timeline(
    view: TicketView,
    around: Around,
    attachments: Sequence[AttachmentView],
    call_backs: Sequence[CallBackView],
    now: datetime,
    shown: str = "alles",
) -> Timeline:
    """`shown` is a word of SHOWN."""
    happened = [
        *_report(view),
        *(item for call in around.later_calls for item in _later_call(call)),
        *(_event(one) for one in view.work.history),
        *(_decision(one) for one in view.work.decisions),
        *(_approval(one) for one in view.work.approvals),
        *(_time_entry(one) for one in view.work.time_entries),
        *_work(view),
        *_watched(around),
        *(_sent(one) for one in around.sent),
        *(_call_back(one) for one in call_backs),
        *(
            Item(one.added_at, _("Bijlage toegevoegd"), _of(CONTACT), by=one.added_by, text=one.name)
            for one in attachments
        ),
    ]
    wanted = [one for one in happened if shown == "alles" or shown in one.about]
    # Stable: of one moment the last written stands on top.
    newest = sorted(reversed(wanted), key=lambda one: one.at, reverse=True)
    ahead = _ahead(around) if shown in ("alles", "klok") else ()
    return Timeline(tuple(ahead), tuple(_days(newest, now)))


def _days(newest: Iterable[Item], now: datetime) -> Iterator[Day]:
    for _day, items in groupby(newest, key=lambda one: one.at.astimezone(words.AMSTERDAM).date()):
        together = tuple(items)
        title = words.plain_day(together[0].at, now)
        yield Day(title[0].upper() + title[1:], together)


def _ahead(around: Around) -> Iterator[Item]:
    for alert in reversed(around.outlook.ahead):
        title, text = map(translated, work_labels.AHEAD[alert.kind])
        yield Item(alert.since, f"{title}: {work_labels.CLOCK_OF[alert.clock]}", _of(CLOCK), "p", text=text)


def _report(view: TicketView) -> Iterator[Item]:
    """The report itself, and the call that brought it."""
    way = labels.came_in(view)[1]
    text = words.phone(view.caller_number) if view.line else view.summary
    yield Item(view.reported_at, _("Melding ontvangen: %(way)s", way=way if view.line else labels.SOURCES.get(view.source, way)),
               _of(CONTACT, CLOCK), text=text, steps=view.steps, to_the_second=bool(view.line))  # fmt: skip
    yield from _legs_and_end(view)


def _later_call(call: CallView) -> Iterator[Item]:
    yield Item(call.received_at, _("Nog een beller met deze melding"), _of(CONTACT),
               text=words.phone(call.caller_number), steps=call.steps, to_the_second=True)  # fmt: skip
    yield from _legs_and_end(call)


def _legs_and_end(call: TicketView | CallView) -> Iterator[Item]:
    """Each phone that rang, and the end of the call."""
    for leg in call.legs:
        result = labels.LEG_RESULTS.get(leg.result, leg.result)
        reached = leg.result in ("accepted", "answered")
        text = do_mark_safe(" · ").join(part for part in (words.phone(leg.number), in_dutch(leg.why)) if part)
        yield Item(leg.rang_at, f"{leg.who} {result}", _of(CONTACT), "k" if reached else "", text=text,
                   to_the_second=True)  # fmt: skip
    if call.ended_at is not None:
        ending = labels.ENDINGS.get(call.ended_by, call.ended_by)
        yield Item(
            call.ended_at,
            _("Einde: %(ending)s", ending=ending),
            _of(CONTACT),
            text=call.error or "",
            to_the_second=True,
        )


def _event(event: EventView) -> Item:
    about = {CLOCK} | ({DECIDED} if event.type in _RULED else set()) | ({CONTACT} if event.type in _SPOKEN else set())
    return Item(
        at=event.at,
        title=_event_title(event),
        about=frozenset(about),
        dot="k" if event.type in _RULED else "w",
        by=event.by,
        text=in_dutch(event.why),
        quotes=tuple((label, event.texts[name]) for name, label in work_labels.TEXTS.items() if event.texts.get(name)),
        corrected=_corrected(event.corrected_why, event.corrected_by, is_moved=event.replaced_by is not None),
    )


def _event_title(event: EventView) -> str:
    title = work_labels.EVENTS.get(event.type, event.type)
    before, texts = event.texts.get("before", ""), event.texts
    match event.type:
        case "category_confirmed":
            first = (
                _("was CAT %(before)s", before=before)
                if before
                else decision_words.proposal_was(texts.get("proposed", ""))
            )
            return _("CAT %(category)s bevestigd", category=texts.get("category", "?")) + (
                f" ({first})" if first else ""
            )
        case "level_changed":
            return f"{title}: {labels.level(before)} → {labels.level(texts.get('level', ''))}"
        case "scope_changed":
            return f"{title}: {work_labels.SCOPES.get(texts.get('scope', ''), '')}"
        case "paused" | "resumed" | "excuse_confirmed":
            return f"{title}: {work_labels.REASONS.get(texts.get('reason', ''), '').lower()}"
        case _:
            return title


def _decision(one: DecisionView) -> Item:
    if one.what == "note":
        return Item(one.at, _("Notitie"), _of(CONTACT), by=one.by, quotes=(("", one.why),))
    return Item(one.at, decision_words.title(one), _of(DECIDED), "k", one.by, in_dutch(one.why))


def _approval(one: ApprovalView) -> Item:
    title = _(
        "%(approver)s: tot %(amount)s",
        approver=work_labels.APPROVERS.get(one.approver, one.approver),
        amount=words.euro(one.up_to),
    )
    text = " · ".join(part for part in (f"{one.who}, {one.how}", one.why) if part)
    return Item(one.at, title, _of(DECIDED), "k", one.recorded_by, text)


def _time_entry(one: TimeEntryView) -> Item:
    worked = words.duration((one.ended_at - one.began_at).total_seconds())
    activity = work_labels.ACTIVITIES.get(one.activity, one.activity)
    corrected = _corrected(one.corrected_why, "", is_moved=False) if one.corrected_why else ""
    return Item(one.ended_at, _("%(worked)s gewerkt: %(activity)s", worked=worked, activity=_small(activity)), _of(DECIDED), "",
                one.engineer, one.note, corrected=corrected)  # fmt: skip


def _work(view: TicketView) -> Iterator[Item]:
    """Visits that ended, tasks that were done, access and plays."""
    for visit in view.work.visits:
        if visit.left_at is not None:
            travel = words.duration(visit.travel_seconds) if visit.travel_seconds else _("geen")
            text = _("Reistijd: %(travel)s.", travel=travel) + (
                f" {visit.why_no_travel}" if visit.why_no_travel else ""
            )
            yield Item(visit.left_at, _("Bezoek afgesloten"), _of(CLOCK), by=visit.engineer, text=text)
    for task in view.work.tasks:
        if task.done_at is not None:
            yield Item(task.done_at, _("Beheertaak gedaan"), _of(DECIDED), by=task.done_by, text=task.what)
    for entry in view.work.access:
        title = work_labels.ACCESS.get(entry.purpose, _("Toegang: %(purpose)s", purpose=entry.purpose))
        text = do_mark_safe(" · ").join(part for part in (entry.path, in_dutch(entry.why)) if part)
        yield Item(entry.at, title, _of(ACCESS), by=entry.by, text=text)


def _watched(around: Around) -> Iterator[Item]:
    for one in around.noticed:
        clock = f": {work_labels.CLOCK_OF[one.clock]}" if one.clock else ""
        text = _("Geldt niet meer sinds %(moment)s.", moment=words.full_moment(one.ended_at)) if one.ended_at else ""
        yield Item(one.since, work_labels.NOTICED.get(one.kind, one.kind) + clock, _of(CLOCK), "w", text=text)


def _sent(one: SentView) -> Item:
    about = work_labels.NOTICED.get(one.kind, one.kind)
    if one.delivered_at is not None:
        return Item(one.delivered_at, _("Seintje verstuurd: %(about)s", about=_small(about)), _of(CONTACT, CLOCK))
    if one.given_up_at is not None:
        return Item(one.given_up_at, _("Seintje niet aangekomen: %(about)s", about=_small(about)), _of(CONTACT, CLOCK),
                    text=one.error)  # fmt: skip
    return Item(
        one.created_at, _("Seintje staat klaar: %(about)s", about=_small(about)), _of(CONTACT, CLOCK), text=one.error
    )


def _call_back(one: CallBackView) -> Item:
    title = _("Terugbellen gevraagd") if one.state == "asked" else _("Teruggebeld")
    return Item(one.asked_at, title, _of(CONTACT), by=one.asked_by, text=in_dutch(one.why) or one.phone)


def _corrected(why: str, by: str, *, is_moved: bool) -> str:
    if not why:
        return ""
    what = _("op een ander moment gezet") if is_moved else _("telt niet meer")
    told = _("Gecorrigeerd door %(by)s", by=by) if by else _("Gecorrigeerd")
    return f"{told}: {what}. {why}"


def _of(*about: str) -> frozenset[str]:
    return frozenset(about)


def _small(words: str) -> str:
    """To go on in a sentence."""
    return words[0].lower() + words[1:]
