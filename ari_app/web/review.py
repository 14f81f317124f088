"""The review inbox: what waits for a decision, one report with its recording and words, and the decision."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import name_service
from ari_app.desk.commands.review import merge, review, undo_review
from ari_app.desk.commands.told_facts import Fact, correct_call_back_number, correct_fact, name_customer
from ari_app.desk.commands.waiting import ask_customer, complete, customer_answered, report_incomplete
from ari_app.desk.outcomes import Outcome, hides_danger
from ari_app.desk.refusal import Refused
from ari_app.desk.review import Inbox, first_of
from ari_app.desk.review_queue import Order
from ari_app.desk.review_views import ReviewQueue, ReviewView
from ari_app.desk.ticket_lines import TicketLine
from ari_app.store.tables import Role
from ari_app.web import deadlines, reading, review_words
from ari_app.web.accounts import VISITOR
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of
from ari_app.web.languages import mark
from ari_app.web.looking import Looking
from ari_app.web.pages import TICKET_NUMBER
from ari_app.web.rendering import TEMPLATES
from ari_app.web.seeing import MAY_HEAR
from sla.ticket import TicketState

ROWS, MOST_ROWS = 40, 400
ON_STRIP, NAMES = 6, 12
#: Headings of the queue beside the levels.
URGENT, PASSED = mark("Dringend"), mark("Voor een ander")
_WHY_NAMED = "Zo gezegd in het bericht."
_MISSING = {"who": "wie belt", "how_to_reach": "hoe wij de melder bereiken"}

_TYPED = ("name", "value", "question", "sent_to", "answer")

Form = Mapping[str, Any]


class ReviewPages:
    """`GET /review`, `GET /review/{number}` and what can be done there. A request of htmx gets the inbox without its page."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._looking = Looking()

    def routes(self) -> list[web.RouteDef]:
        one = f"/review/{{number:{TICKET_NUMBER}}}"
        return [
            web.get("/review", self.inbox, name="review"),
            web.get("/review/queue", self.queue, name="review-queue"),
            web.get("/review/customers", self.customers, name="review-customers"),
            web.get(one, self.report, name="review-report"),
            web.post(f"{one}/decide", self.decide, name="review-decide"),
            web.post(f"{one}/undo", self.undo, name="review-undo"),
            web.post(f"{one}/merge", self.merge, name="review-merge"),
            web.post(f"{one}/facts", self.correct, name="review-facts"),
            web.post(f"{one}/ask", self.ask, name="review-ask"),
            web.post(f"{one}/answer", self.answer, name="review-answer"),
        ]

    async def inbox(self, request: web.Request) -> web.Response:
        """The first report of the queue beside the queue; on a phone the queue alone."""
        return await self._page(request, None)

    async def report(self, request: web.Request) -> web.Response:
        return await self._page(request, request.match_info["number"])

    async def queue(self, request: web.Request) -> web.Response:
        """The queue alone, for a page that is open."""
        number, visitor, order = request.query.get("at", ""), request[VISITOR], _order(request)
        if number:
            self._looking.opens(visitor.username, number, self._clock.now())
        queue = await self._desk.review.queue(order, _rows(request), visitor.username)
        context = {**self._of_queue(request, queue, order), "number": number}
        return request.app[TEMPLATES].page(request, "review_queue.html", context)

    async def customers(self, request: web.Request) -> web.Response:
        """Names to choose from while somebody types."""
        names = await self._desk.review.customers_like(request.query.get("value", ""), NAMES)
        return request.app[TEMPLATES].page(request, "review_customers.html", {"names": names})

    async def decide(self, request: web.Request) -> web.Response:
        """One key: what it is. Below a proposal of CAT III a reason is asked first."""
        number, form = request.match_info["number"], await form_of(request)
        proposal = await self._desk.review.proposal_of(number)
        try:
            outcome = Outcome(_text(form, "outcome"))
        except ValueError:
            raise web.HTTPBadRequest from None
        given = review_words.REASONS.get(_text(form, "why"), "")
        if hides_danger(proposal, outcome) and not given:
            return await self._page(request, number, status=422, lower=outcome)
        why = given or review_words.reason(outcome, proposal)

        async def give(by: Actor) -> None:
            await self._desk.change(number, by, review, outcome, why, _text(form, "seen") or None)

        return await self._given(request, number, form, give, chosen=outcome)

    async def undo(self, request: web.Request) -> web.Response:
        number, form = request.match_info["number"], await form_of(request)

        async def give(by: Actor) -> None:
            await self._desk.change(number, by, undo_review, seen=_text(form, "seen") or None)

        return await self._given(request, number, form, give, stays=True)

    async def merge(self, request: web.Request) -> web.Response:
        number, form = request.match_info["number"], await form_of(request)
        into = _text(form, "into")

        async def give(by: Actor) -> None:
            why = f"Gaat over hetzelfde als {into}."
            await self._desk.change(number, by, merge, into, why, _text(form, "seen") or None)

        return await self._given(request, number, form, give)

    async def correct(self, request: web.Request) -> web.Response:
        """One fact. What the machine heard stays beside it."""
        number, form = request.match_info["number"], await form_of(request)
        name, value = _text(form, "name"), _text(form, "value")

        async def give(by: Actor) -> None:
            if name == "call_back":
                await self._desk.change(number, by, correct_call_back_number, value)
            elif name == "customer":
                await self._desk.change(number, by, name_customer, value, _WHY_NAMED)
            elif name == "service":
                await self._desk.change(number, by, name_service, value)
            else:
                await self._desk.change(number, by, correct_fact, Fact(name), value)

        if name not in review_words.FACTS:
            raise web.HTTPBadRequest
        return await self._given(request, number, form, give, stays=True)

    async def ask(self, request: web.Request) -> web.Response:
        """The question went to the customer: the report waits, and comes back with the answer (R-048, R-049)."""
        number, form = request.match_info["number"], await form_of(request)
        found = await self._desk.review.report(number)
        if found is None:
            raise web.HTTPNotFound
        question, sent_to = _text(form, "question"), _text(form, "sent_to")
        missing = ", ".join(_MISSING[one] for one in found.missing) or "wat er aan de hand is"

        async def give(by: Actor) -> None:
            if found.has_response:
                await self._desk.change(number, by, ask_customer, question, sent_to)
            else:
                await self._desk.change(number, by, report_incomplete, missing, question, sent_to)

        return await self._given(request, number, form, give)

    async def answer(self, request: web.Request) -> web.Response:
        number, form = request.match_info["number"], await form_of(request)
        found = await self._desk.review.report(number)
        if found is None:
            raise web.HTTPNotFound
        command = complete if found.asked_as_incomplete else customer_answered

        async def give(by: Actor) -> None:
            await self._desk.change(number, by, command, _text(form, "answer"))

        return await self._given(request, number, form, give, stays=True)

    async def _given(
        self,
        request: web.Request,
        number: str,
        form: Form,
        give: Callable[[Actor], Awaitable[None]],
        *,
        stays: bool = False,
        chosen: Outcome | None = None,
    ) -> web.Response:
        """Gives the command, and then shows the next report, or this one when it `stays`; a refusal stands with the report."""
        visitor, order = request[VISITOR], _order(request, form)
        try:
            await give(Actor(visitor.username, Role(visitor.role), visitor.engineer_id))
        except Refused as refused:
            return await self._page(
                request, number, status=409, refused=sentence(refused), chosen=chosen, typed=_typed(form)
            )
        if "HX-Request" in request.headers:
            if stays:
                return await self._page(request, number, order=order)
            return await self._page(request, None, order=order, done=number, prefer=_text(form, "next"))
        following = number if stays else await self._following(form, order, visitor.username)
        raise web.HTTPSeeOther(_address(following, order, "" if stays else number))

    async def _following(self, form: Form, order: Order, who: str) -> str | None:
        """The one that came next on the page, when it still waits; else the first; None: nothing waits."""
        return first_of(await self._desk.review.numbers(order, who), _text(form, "next"))

    async def _page(
        self,
        request: web.Request,
        number: str | None,
        *,
        status: int = 200,
        order: Order | None = None,
        done: str | None = None,
        prefer: str | None = None,
        **more: Any,
    ) -> web.Response:
        """`number` None: `prefer` when it still waits, else the first that waits."""
        order, visitor, now = order or _order(request), request[VISITOR], self._clock.now()
        inbox = await self._desk.review.inbox(order, _rows(request), visitor.username, number, prefer)
        queue, shown, found = inbox.queue, inbox.number, inbox.report
        if number and found is None:
            raise web.HTTPNotFound
        if found is not None:
            found = request.app[MAY_HEAR].report_seen_by(request[VISITOR].listener, found)
            self._looking.opens(visitor.username, found.ticket.number, now)
        context: dict[str, Any] = {
            "page": "review",
            "view": "list" if number is None and prefer is None else "item",
            "number": shown or "",
            "refused": "",
            "typed": _typed(None),
            "lower": None,
            "chosen": None,
            "done": request.query.get("done", "") if done is None else done,
            "last": _last(inbox),
            **self._of_queue(request, queue, order),
            **(_of_report(found, queue) if found else {"review": None}),
            **more,
        }
        is_piece = "HX-Request" in request.headers
        response = request.app[TEMPLATES].page(
            request, "review_inbox.html" if is_piece else "review.html", context, status=status
        )
        if is_piece:
            response.headers["HX-Push-Url"] = _address(shown, order)
        return response

    def _of_queue(self, request: web.Request, queue: ReviewQueue, order: Order) -> dict[str, Any]:
        now, hours = self._clock.now(), self._desk.days.hours
        urgent = [row for row in queue.strip if deadlines.due(row.next_deadline, now, hours).comes_first]
        return {
            "queue": queue,
            "order": order,
            "groups": _groups([_as_seen(request, row) for row in queue.rows], order, request[VISITOR].username),
            "strip": urgent[:ON_STRIP],
            "more_on_strip": len(urgent) - ON_STRIP,
            "more_rows": min(_rows(request) + ROWS, MOST_ROWS) if len(queue.numbers) > len(queue.rows) else 0,
            "others": self._looking.others(request[VISITOR].username, now),
            "words": review_words,
        }


def _last(inbox: Inbox) -> dict[str, str] | None:
    """What U takes back."""
    if inbox.last is None:
        return None
    return {
        "number": inbox.last.number,
        "what": review_words.outcome_name(inbox.last.outcome),
        "mark": inbox.last.mark,
    }


def _of_report(found: ReviewView, queue: ReviewQueue) -> dict[str, Any]:
    numbers = queue.numbers
    place = numbers.index(found.ticket.number) if found.ticket.number in numbers else -1
    voicemail, proposed = found.ticket.voicemail, found.ticket.proposed_category
    doubtful = reading.doubtful_word(voicemail, proposed) if voicemail and proposed else None
    return {
        "review": found,
        "ticket": found.ticket,
        "place": place + 1,
        "following": numbers[place + 1] if 0 <= place + 1 < len(numbers) else "",
        "before": numbers[place - 1] if place > 0 else "",
        "doubtful": doubtful,
        "silences": reading.silences(voicemail) if voicemail else (),
    }


def _as_seen(request: web.Request, row: TicketLine) -> TicketLine:
    """The row is shown, its quote is not."""
    why = request.app[MAY_HEAR].why_not(request[VISITOR].listener, row)
    return replace(row, voicemail=None, summary="", hidden_because=why) if why else row


def _groups(rows: list[TicketLine], order: Order, who: str) -> list[tuple[str, list[TicketLine]]]:
    """By level, in the order of the agreement; before them what is urgent, behind them what `who` left to somebody else."""

    def name(row: TicketLine) -> str:
        if row.passed_by == who:
            return PASSED
        if row.is_urgent and not row.claimed_by and row.state == TicketState.NEW:
            return URGENT
        return row.level if order == "agreement" else ""

    return [(group, list(found)) for group, found in groupby(rows, key=name)]


def _order(request: web.Request, form: Form | None = None) -> Order:
    asked = _text(form, "order") if form is not None else request.query.get("order", "")
    return "deadline" if asked == "deadline" else "agreement"


def _rows(request: web.Request) -> int:
    asked = request.query.get("rows", "")
    return min(max(int(asked), ROWS), MOST_ROWS) if asked.isdecimal() and len(asked) < 5 else ROWS


def _address(number: str | None, order: Order, done: str = "") -> str:
    query = [f"order={order}"] if order == "deadline" else []
    query += [f"done={done}"] if done else []
    path = f"/review/{number}" if number else "/review"
    return f"{path}?{'&'.join(query)}" if query else path


def _typed(form: Form | None) -> dict[str, str]:
    """What stands there still after a refusal."""
    return {name: _text(form, name) for name in _TYPED}


def _text(form: Form | None, name: str) -> str:
    field = form.get(name) if form is not None else None
    return field if isinstance(field, str) else ""
