"""Reviewing: one decision by a person, its undoing, two people at once, and reports that are about the same."""

import asyncio
from datetime import timedelta

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import became_a_calamity, change_level, change_scope, confirm_category
from ari_app.desk.commands.progress import begin_work, resolve
from ari_app.desk.commands.review import merge, review, undo_review
from ari_app.desk.commands.told_facts import Fact, correct_fact, name_customer
from ari_app.desk.commands.waiting import complete, report_incomplete
from ari_app.desk.outcomes import Outcome
from ari_app.desk.queue_order import queue_key
from ari_app.desk.reading import place_of
from ari_app.desk.refusal import Refused
from ari_app.store.tables import Role, TicketRow
from sla.terms import Category, ClockKind, Kind, Scope
from sla.ticket import TicketState

SANNE, BRAM = Actor("sanne", Role.SUPERVISOR), Actor("bram", Role.ENGINEER)
WHY = "zo gehoord"


async def mark(desk, number: str) -> str:
    return (await desk.review.report(number)).last_word.mark


async def test_a_decision_names_who_what_and_why_beside_the_proposal(desk, open_ticket, look):
    """R-085: every change is on record."""
    number = await open_ticket()

    await desk.change(number, SANNE, review, Outcome.CAT_III, WHY)

    ticket = await look(number)
    assert (ticket.category, ticket.needs_review) == (Category.III, False)
    (decision,) = [one for one in ticket.work.decisions if one.what == "review"]
    assert (decision.by, decision.after, decision.why) == ("sanne", "III", WHY)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.CANNOT_JUDGE])
async def test_undoing_brings_category_kind_and_state_back(desk, open_ticket, look, outcome):
    number = await open_ticket()
    before = await look(number)

    await desk.change(number, SANNE, review, outcome, WHY)
    await desk.change(number, SANNE, undo_review)

    after = await look(number)
    told = [(one.category, one.kind, one.state, one.needs_review, one.deadlines) for one in (before, after)]
    assert told[0] == told[1]
    assert [one.what for one in after.work.decisions if one.what.startswith("review")] == ["review", "review_undone"]


async def test_each_decision_is_undone_once_and_only_by_who_took_it_or_a_supervisor(desk, open_ticket):
    number = await open_ticket()
    await desk.change(number, SANNE, review, Outcome.CAT_II, WHY)

    with pytest.raises(Refused, match="supervisor"):
        await desk.change(number, BRAM, undo_review)
    await desk.change(number, SANNE, undo_review)

    with pytest.raises(Refused, match="geen beslissing, of zij is al ongedaan gemaakt"):
        await desk.change(number, SANNE, undo_review)


async def test_who_takes_back_their_own_decision_never_takes_back_that_of_the_next_person(desk, open_ticket, look):
    number = await open_ticket()
    await desk.change(number, SANNE, review, Outcome.CAT_III, WHY)
    mine = (await desk.review.last_of("sanne")).mark
    await desk.change(number, BRAM, review, Outcome.CAT_II, WHY)

    with pytest.raises(Refused, match=r"bram besliste hier om \d\d:\d\d opnieuw: CAT II"):
        await desk.change(number, SANNE, undo_review, seen=mine)

    assert (await look(number)).category is Category.II


async def test_of_two_who_decide_at_once_one_is_refused_and_reads_who_and_what(desk, open_ticket, look):
    number = await open_ticket()
    seen = await mark(desk, number)

    found = await asyncio.gather(
        desk.change(number, SANNE, review, Outcome.CAT_II, WHY, seen),
        desk.change(number, BRAM, review, Outcome.CAT_III, WHY, seen),
        return_exceptions=True,
    )

    (refused,) = [one for one in found if one is not None]
    assert isinstance(refused, Refused)
    assert "besliste hier om 10:00 al: CAT" in str(refused)
    assert len([one for one in (await look(number)).work.decisions if one.what == "review"]) == 1


async def test_a_decision_by_another_command_counts_as_the_last_word_too(desk, open_ticket):
    number = await open_ticket()
    seen = await mark(desk, number)
    await desk.change(number, BRAM, confirm_category, Category.I, WHY)

    with pytest.raises(Refused, match=r"bram besliste hier om 10:00 al: CAT I \(R-085\)"):
        await desk.change(number, SANNE, review, Outcome.CAT_III, WHY, seen)


async def test_after_an_undo_what_was_seen_before_holds_again(desk, open_ticket, look):
    number = await open_ticket()
    seen = await mark(desk, number)
    await desk.change(number, SANNE, review, Outcome.CAT_II, WHY)
    await desk.change(number, SANNE, undo_review)

    await desk.change(number, BRAM, review, Outcome.CAT_I, WHY, seen)

    assert (await look(number)).category is Category.I


async def test_who_can_not_judge_decides_nothing_and_stops_nobody(desk, open_ticket):
    number = await open_ticket()
    seen = await mark(desk, number)

    await desk.change(number, BRAM, review, Outcome.CANNOT_JUDGE, WHY)

    assert (await desk.review.report(number)).passed_by == "bram"
    assert await mark(desk, number) == seen
    assert (await desk.review.queue("agreement", 9, "sanne")).numbers == (number,)
    assert (await desk.review.queue("agreement", 9, "sanne")).done_today == 0


async def test_only_our_own_people_review(desk, open_ticket):
    """R-085."""
    number = await open_ticket()

    with pytest.raises(Refused, match="R-085"):
        await desk.change(number, Actor("Piet Proefrit"), review, Outcome.CAT_III, WHY)


async def test_what_is_done_today_counts_from_midnight_and_without_what_was_undone(desk, open_ticket, clock):
    first, second, third = [await open_ticket() for _ in range(3)]
    for number in (first, second):
        await desk.change(number, SANNE, review, Outcome.CAT_II, WHY)
    await desk.change(second, SANNE, undo_review)

    today = await desk.review.queue("agreement", 9, "sanne")
    clock.at += timedelta(days=1)
    tomorrow = await desk.review.queue("agreement", 9, "sanne")

    assert (today.done_today, set(today.numbers)) == (1, {second, third})
    assert tomorrow.done_today == 0


async def test_the_last_decision_of_somebody_is_what_they_can_take_back(desk, open_ticket):
    first, second = await open_ticket(), await open_ticket()
    await desk.change(first, SANNE, review, Outcome.CAT_II, WHY)
    await desk.change(second, BRAM, review, Outcome.CAT_III, WHY)

    last = await desk.review.last_of("sanne")
    assert (last.number, last.outcome) == (first, "II")
    await desk.change(first, SANNE, undo_review)
    assert await desk.review.last_of("sanne") is None


async def test_each_outcome_tells_the_deadline_that_it_would_give(desk, open_ticket, look):
    """R-012, R-013, R-014, R-015: Premium, Monday 10:00."""
    number = await open_ticket()

    told = {one.outcome: one.deadline for one in (await desk.review.report(number)).outcomes}

    assert {name: deadline.target_seconds / 3600 for name, deadline in told.items()} == {
        "III": 2.0,
        "II": 4.0,
        "I": 8.0,
        "service_request": 8.0,
    }
    await desk.change(number, SANNE, review, Outcome.CAT_III, WHY)
    assert (await look(number)).next_deadline.due_at == told["III"].due_at


# Two reports about one thing.


async def test_a_later_report_is_merged_into_the_first_whose_clock_goes_on(desk, open_ticket, look, clock):
    """R-040: the promise of the first report is the one to keep."""
    first = await open_ticket()
    clock.at += timedelta(minutes=20)
    second = await open_ticket()
    due = (await look(first)).next_deadline.due_at

    await desk.change(second, SANNE, merge, first, WHY)

    merged, kept = await look(second), await look(first)
    assert (merged.state, merged.next_deadline) == (TicketState.CLOSED, None)
    assert kept.next_deadline.due_at == due
    assert merged.work.history[-1].texts["merged_into"] == first
    assert [one.after.split(":")[0] for one in kept.work.decisions if one.what == "joined"] == [second]


async def test_a_graver_report_makes_the_first_one_stricter_and_asks_for_a_look(desk, store, open_ticket, look, clock):
    """A-19: no merging hides what a message says."""
    first = await open_ticket()
    await desk.change(first, SANNE, review, Outcome.CAT_I, WHY)
    clock.at += timedelta(minutes=20)
    second = await open_ticket()
    async with store.session() as session:
        (await session.get_one(TicketRow, int(second[2:]) - 1000)).proposal = "cat3"

    await desk.change(second, SANNE, merge, first, WHY)

    kept = await look(first)
    assert (kept.proposal, kept.needs_review, kept.category) == ("cat3", True, Category.I)
    assert second in kept.why_proposed
    assert first in (await desk.review.queue("agreement", 9, "sanne")).numbers


async def test_merging_is_undone_on_both_tickets(desk, open_ticket, look):
    first, second = await open_ticket(), await open_ticket()
    await desk.change(second, SANNE, merge, first, WHY)

    await desk.change(second, SANNE, undo_review)

    assert (await look(second)).state == TicketState.NEW
    assert (await look(second)).next_deadline is not None
    assert [one.what for one in (await look(first)).work.decisions if "join" in one.what] == ["joined", "unjoined"]


async def test_what_can_not_be_merged_says_why(desk, open_ticket, clock):
    first = await open_ticket()
    garage = await open_ticket(customer_id=2)
    done = await open_ticket()
    await desk.change(done, SANNE, resolve, "opgelost")
    clock.at += timedelta(minutes=5)
    second = await open_ticket()

    for number, into, why in (
        (second, garage, r"dezelfde klant \(R-113\)"),
        (second, second, r"deze zelf"),
        (second, "T-9999", r"bestaat niet"),
        (second, done, r"is heropend"),
        (first, second, r"alleen bij een eerdere melding"),
    ):
        with pytest.raises(Refused, match=why):
            await desk.change(number, SANNE, merge, into, WHY)


# Facts, and who waits.


async def test_naming_the_customer_gives_the_level_that_held_when_it_was_reported(desk, open_ticket, look):
    """R-071."""
    number = await open_ticket(customer_id=None)
    assert (await look(number)).next_deadline is None

    await desk.change(number, SANNE, name_customer, "garage nepstra", WHY)

    ticket = await look(number)
    assert (ticket.customer_name, ticket.level) == ("Garage Nepstra", "standard")
    assert next(one for one in ticket.deadlines if one.clock is ClockKind.FIRST_RESPONSE).target_seconds == 8 * 3600
    with pytest.raises(Refused, match="niet bekend"):
        await desk.change(number, SANNE, name_customer, "Niemand BV", WHY)


async def test_a_fact_that_is_put_right_stands_with_who_did_it(desk, open_ticket):
    number = await open_ticket()

    await desk.change(number, SANNE, correct_fact, Fact.SINCE, "acht uur vanmorgen")

    (since,) = [one for one in (await desk.review.report(number)).facts if one.name == "since"]
    assert (since.value, since.by) == ("acht uur vanmorgen", "sanne")
    with pytest.raises(Refused, match="geen aantal"):
        await desk.change(number, SANNE, correct_fact, Fact.PEOPLE, "veel")


async def test_a_report_that_waits_for_the_customer_is_not_in_the_queue(desk, open_ticket):
    """R-049."""
    number = await open_ticket()

    await desk.change(number, SANNE, report_incomplete, "wie belt", "Namens welk bedrijf belt u?", "020 1234567")

    queue = await desk.review.queue("agreement", 9, "sanne")
    assert (queue.numbers, queue.asked) == ((), 1)
    report = await desk.review.report(number)
    assert (report.asked, report.asked_as_incomplete) == ("Namens welk bedrijf belt u?", True)


async def test_what_was_judged_is_not_in_the_queue_and_a_problem_that_nobody_looked_at_is(desk, open_ticket):
    judged, problem = await open_ticket(), await open_ticket(kind=Kind.PROBLEM)
    await desk.change(judged, SANNE, review, Outcome.CAT_I, WHY)

    assert (await desk.review.queue("agreement", 9, "sanne")).numbers == (problem,)


async def test_the_order_by_kept_clocks_is_the_order_by_clocks_told_again(desk, report, clock):
    """R-073, A-16: after waits, judgements, their undoing and other kinds and levels the kept rows tell the same."""
    numbers = []
    for place in range(12):
        clock.at += timedelta(minutes=25)
        caller = ("+31850004120", "+31850004130", "+31612345678")[place % 3]
        numbers.append(
            await desk.close_call(report(call_id=f"c{place}", caller_number=caller, recording=f"call/{place}.wav"))
        )
    outcomes = (Outcome.CAT_III, Outcome.CAT_I, Outcome.REQUEST, Outcome.CAT_II)
    for number, outcome in zip(numbers, outcomes, strict=False):
        await desk.change(number, SANNE, review, outcome, WHY)
        await desk.change(number, SANNE, undo_review)
    await desk.change(numbers[4], SANNE, report_incomplete, "wie", "wie bent u?", "de balie")
    clock.at += timedelta(hours=3)
    await desk.change(numbers[4], SANNE, complete, "de magazijnchef")
    await desk.change(numbers[5], SANNE, change_level, "standard", WHY)
    await desk.change(numbers[6], SANNE, became_a_calamity, WHY)
    await desk.change(numbers[7], SANNE, change_scope, Scope.BEST_EFFORT, WHY)
    await desk.change(numbers[8], SANNE, begin_work)

    for order in ("agreement", "deadline"):
        kept = await desk.review.queue(order, 99, "sanne")
        queue = await desk.queue()
        told = {view.number: place_of(view, desk.days.terms) for view in (*queue.strip, *queue.queue)}
        by = desk.days.terms.agreement.settings.queue_order if order == "agreement" else "deadline"
        assert set(kept.numbers) == set(numbers)
        assert [queue_key(told[number], by) for number in kept.numbers] == sorted(
            queue_key(told[number], by) for number in numbers
        )
        assert [row.number for row in kept.rows] == list(kept.numbers)
