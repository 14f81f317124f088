"""Why a clock stands still: waiting for the customer, an incomplete report, an excuse (R-047...R-049, A-07, A-09)."""

from datetime import datetime

from ari_app.desk.change import Change
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.waits import waits
from sla.terms import PauseReason
from sla.ticket import EventType
from sla.ticket_clock import REASON_NL

_SENT = "de vraag is ingevuld die aan de klant is gestuurd"


async def ask_customer(change: Change, question: str, sent_to: str, at: datetime | None = None) -> None:
    """From the moment that the question was sent the clocks wait (R-048)."""
    change.by.must_be_ours("R-048")
    texts = {"question": needs(question, _SENT, "R-048"), "sent_to": needs(sent_to, _SENT, "A-09")}
    _refuse_twice(change, PauseReason.WAITING_CUSTOMER, "R-048")
    event = change.event(EventType.PAUSED, at, reason=PauseReason.WAITING_CUSTOMER)
    change.happen(event, "R-048", texts=texts)


async def customer_answered(change: Change, answer: str, at: datetime | None = None) -> None:
    """The customer may say so too (portal, mail)."""
    text = needs(answer, "het antwoord van de klant is ingevuld", "R-048")
    _resume(change, EventType.RESUMED, PauseReason.WAITING_CUSTOMER, at, {"answer": text}, "R-048")


async def report_incomplete(
    change: Change, missing: str, question: str, sent_to: str, at: datetime | None = None
) -> None:
    """What is missing, and the question about it. No excuse afterwards: only before the first response (R-049, A-09)."""
    change.by.must_be_ours("R-049")
    if change.has(EventType.FIRST_RESPONSE) or change.has(EventType.CALL_BRIDGED):
        raise Refused("Kan alleen voor de eerste reactie: achteraf telt onvolledigheid niet", "A-09")
    texts = {
        "missing": needs(missing, "is ingevuld wat er ontbreekt", "R-049"),
        "question": needs(question, _SENT, "A-09"),
        "sent_to": needs(sent_to, _SENT, "A-09"),
    }
    _refuse_twice(change, PauseReason.INCOMPLETE_REPORT, "R-049")
    change.happen(change.event(EventType.INCOMPLETE, at), "R-049", texts=texts)


async def complete(change: Change, answer: str, at: datetime | None = None) -> None:
    """The report is fully clear (R-049)."""
    text = needs(answer, "is ingevuld wat de melding volledig maakte", "R-049")
    _resume(change, EventType.COMPLETE, PauseReason.INCOMPLETE_REPORT, at, {"answer": text}, "R-049")


async def confirm_clarifying(change: Change, why: str) -> None:
    """A supervisor confirms that the time since the report went to clarifying: it is added (R-048, A-09)."""
    change.by.must_supervise("A-09")
    if not change.has(EventType.INCOMPLETE):
        raise Refused("Kan nadat de melding als onvolledig is aangemerkt", "A-09")
    reason = needs(why, "de reden is ingevuld", "A-09")
    change.happen(change.event(EventType.CLARIFYING_CONFIRMED), "A-09", reason)


async def excuse(
    change: Change,
    reason: PauseReason,
    evidence: str,
    why: str,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> None:
    """Force majeure, a component, a third party, maintenance, from `begins_at` to before `ends_at`, also in the past;
    without an end it still goes on. Counts in the net clock once a supervisor confirms it (R-047, A-07)."""
    change.by.must_be_ours("R-047")
    if not reason.is_excuse:
        raise Refused("Kan met wachten op de klant of melding onvolledig, niet als overmacht", "A-07")
    texts = {"evidence": needs(evidence, "het bewijs is ingevuld", "A-07")}
    explained = needs(why, "de reden is ingevuld", "A-07")
    _refuse_twice(change, reason, "A-07", begins_at)
    if ends_at is not None and change.moment(ends_at) <= change.moment(begins_at):
        raise Refused("Kan nadat een einde na het begin is ingevuld", "A-07")
    # What is over already tells of the past; the ticket stays where it stands.
    goes_on = ends_at is None
    change.happen(change.event(EventType.PAUSED, begins_at, reason=reason), "A-07", explained, texts, goes_on)
    if not goes_on:
        change.happen(change.event(EventType.RESUMED, ends_at, reason=reason), "A-07", explained, None, False)


async def end_excuse(change: Change, reason: PauseReason, why: str, at: datetime | None = None) -> None:
    """What held us up is over."""
    change.by.must_be_ours("R-047")
    text = needs(why, "is ingevuld waardoor het voorbij is", "A-07")
    _resume(change, EventType.RESUMED, reason, at, {"answer": text}, "A-07")


async def confirm_excuse(change: Change, reason: PauseReason, why: str) -> None:
    """A supervisor accepts the excuses of that reason so far (A-07)."""
    change.by.must_supervise("A-07")
    if not reason.is_excuse or reason not in {one.reason for one in waits(change.events)}:
        raise Refused(f"Kan nadat {REASON_NL[reason]} met bewijs is vastgelegd", "A-07")
    explained = needs(why, "de reden is ingevuld", "A-07")
    change.happen(change.event(EventType.EXCUSE_CONFIRMED, reason=reason), "A-07", explained)


def _resume(
    change: Change, type_: EventType, reason: PauseReason, at: datetime | None, texts: dict[str, str], rule: str
) -> None:
    """Ends one wait; while another one goes on the ticket keeps waiting."""
    going_on = {one.reason: one for one in waits(change.events) if one.until is None}
    if reason not in going_on:
        raise Refused(f"Kan nadat {REASON_NL[reason]} is begonnen", rule)
    if change.moment(at) < going_on[reason].since:
        raise Refused("Kan nadat een einde na het begin is ingevuld", rule)
    given = reason if type_ is EventType.RESUMED else None
    change.happen(change.event(type_, at, reason=given), rule, texts=texts, moves_state=len(going_on) == 1)


def _refuse_twice(change: Change, reason: PauseReason, rule: str, at: datetime | None = None) -> None:
    """One wait of a reason at a time, whether it goes on or holds at `at`: a second would swallow the end of the first."""
    moment = change.moment(at)
    if any(one.reason is reason and (one.until is None or one.until > moment) for one in waits(change.events)):
        raise Refused(f"Kan nadat de vorige periode van {REASON_NL[reason]} is beëindigd", rule)
