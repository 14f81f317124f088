"""The clock cases that came with the agreement, and what the batch does with cases that are not well made."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from sla.batch import run_batch

EXAMPLES = json.loads(Path(__file__).with_name("sla-clock-examples.json").read_text(encoding="utf-8"))
RESULTS = {result["id"]: result for result in run_batch(EXAMPLES)}
GOOD = {
    "id": "X",
    "calendar": "svc",
    "target_hours": 8,
    "events": [{"at": "2026-03-02T16:00:00+01:00", "type": "start"}],
}


def batch(*cases: object) -> list[dict[str, object]]:
    return list(run_batch({"calendars": EXAMPLES["calendars"], "cases": list(cases)}))


def with_event(**event: object) -> dict[str, object]:
    return {**GOOD, "events": [*GOOD["events"], {"at": "2026-03-02T17:00:00+01:00", **event}]}


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=lambda case: f"{case['id']} {case['description']}")
def test_the_example_comes_out_as_expected(case):
    """R-043, R-044, R-045, R-047, R-048, R-049"""
    result = RESULTS[case["id"]]

    assert {key: result[key] for key in case["expected"]} == case["expected"]


def test_there_are_fifteen_examples_and_each_has_one_result():
    assert list(RESULTS) == [case["id"] for case in EXAMPLES["cases"]]
    assert len(RESULTS) == 15


def test_a_result_has_exactly_the_agreed_fields():
    assert list(RESULTS["A01"]) == ["id", "due", "met_until", "elapsed_seconds", "breached", "breached_ever"]


def test_instants_have_the_offset_of_the_calendar_and_null_where_there_is_none():
    summer = {**GOOD, "events": [{"at": "2026-07-06T14:00:00Z", "type": "start"}]}

    [due, none] = batch(summer, {**GOOD, "id": "Y", "target_hours": None})

    assert due["due"] == "2026-07-07T15:00:00+02:00"
    assert none["due"] is none["met_until"] is None
    assert none["breached"] is none["breached_ever"] is False


def test_without_as_of_a_clock_is_read_at_its_last_event():
    [result] = batch(with_event(type="stop"))

    assert result["elapsed_seconds"] == 3600


def test_a_case_without_events_never_started():
    [result] = batch({**GOOD, "events": []})

    assert result == {
        "id": "X",
        "due": None,
        "met_until": None,
        "elapsed_seconds": 0,
        "breached": False,
        "breached_ever": False,
    }


@pytest.mark.parametrize(
    ("event", "due"),
    [
        ({"type": "set_target", "hours": 1}, "2026-03-02T17:00:00+01:00"),
        ({"type": "set_target", "seconds": 5400}, "2026-03-02T17:30:00+01:00"),
        ({"type": "set_target", "target_hours": 0.5, "target_seconds": 1800}, "2026-03-02T16:30:00+01:00"),
        ({"type": "set_target", "hours": 0.33333}, "2026-03-02T16:20:00+01:00"),
        ({"type": "set_target", "hours": None}, None),
        ({"type": "set_calendar", "calendar": "calamity", "mode": "forward"}, "2026-03-03T14:00:00+01:00"),
        ({"type": "reopen", "policy": "restart"}, "2026-03-03T16:00:00+01:00"),
        ({"type": "reopen", "policy": "continue"}, "2026-03-03T15:00:00+01:00"),
    ],
)
def test_an_event_changes_the_deadline(event, due):
    assert batch(with_event(**event))[0]["due"] == due


def test_an_event_without_a_policy_takes_the_one_of_the_case():
    case = with_event(type="reopen") | {"policy": "category_change=retroactive, reopen=restart"}

    assert batch(case)[0]["due"] == "2026-03-03T16:00:00+01:00"


@pytest.mark.parametrize(
    ("case", "mistake"),
    [
        (5, "case number 1: case is 5: give an object"),
        ({**GOOD, "id": ""}, "case number 1: id is '': give a text"),
        ({**GOOD, "calendar": "nl"}, "case X: calendar is 'nl': choose one of svc, calamity"),
        ({**GOOD, "events": {}}, "case X: events is {}: give a list"),
        ({**GOOD, "events": [3]}, r"case X: events\[0\] is 3: give an object"),
        ({**GOOD, "as_of": "2026-03-02T16:00:00"}, "case X: as_of is '2026-03-02T16:00:00': give an instant with its"),
        ({**GOOD, "as_of": "2300-03-02T16:00:00Z"}, "case X: the year 2300 lies outside"),
        ({**GOOD, "target_hours": "8"}, "case X: target_hours is '8': give a number"),
        ({**GOOD, "target_hours": -1}, "case X: target_hours is -1"),
        ({**GOOD, "target_hours": True}, "case X: target_hours is True"),
        ({**GOOD, "target_hours": float("nan")}, "case X: target_hours is nan"),
        ({**GOOD, "target_seconds": 3600}, "case X: target_seconds is 3600: it contradicts target_hours = 8"),
        ({**GOOD, "target_seconds": None}, "case X: target_seconds is None: it contradicts target_hours = 8"),
        ({k: v for k, v in GOOD.items() if k != "target_hours"}, "case X: target_hours is None: give target_hours or"),
        (with_event(type="begin"), r"case X: events\[1\].type is 'begin': choose start, pause"),
        (with_event(type="pause"), r"case X: events\[1\].reason is None: every pause has a reason"),
        (with_event(type="resume", reason=""), r"case X: events\[1\].reason is ''"),
        (with_event(type="reopen"), r"case X: events\[1\].policy is None: choose continue or restart"),
        (with_event(type="set_calendar", calendar="svc"), r"events\[1\].mode is None: choose retroactive or forward"),
        (with_event(type="set_calendar", calendar="x"), r"events\[1\].calendar is 'x'"),
        (with_event(type="set_target"), r"events\[1\].hours is None: give hours or seconds"),
        ({**GOOD, "events": [{"type": "start"}]}, r"case X: events\[0\].at is None: give an instant"),
    ],
)
def test_a_malformed_case_is_refused_by_id_and_field(case, mistake):
    with pytest.raises(ValueError, match=mistake):
        batch(case)


def test_good_cases_get_their_result_and_all_bad_ones_are_named_at_the_end():
    cases = [{**GOOD, "id": "A", "calendar": 0}, GOOD, {**GOOD, "id": "B", "events": 0}, GOOD, {**GOOD, "id": "Z"}]

    results = run_batch({"calendars": EXAMPLES["calendars"], "cases": cases})

    assert [next(results)["id"], next(results)["id"]] == ["X", "Z"]
    with pytest.raises(ValueError, match=r"(?s)3 of 5 cases.*case A: calendar.*case B: events.*case X: id is 'X'"):
        next(results)


@pytest.mark.parametrize(
    ("data", "mistake"),
    [
        ([], "the batch is no object"),
        ({"cases": []}, "calendars: give an object with at least one"),
        ({"calendars": {"svc": 5}, "cases": []}, "calendar svc: give an object"),
        ({"calendars": {"svc": {"tz": "X"}}, "cases": []}, "calendar svc: time zone 'X' is unknown"),
        ({"calendars": {"svc": {"tz": "UTC"}}}, "cases: give a list"),
    ],
)
def test_a_malformed_batch_is_refused(data, mistake):
    with pytest.raises(ValueError, match=mistake):
        list(run_batch(data))


def test_the_batch_does_not_change_its_input():
    before = deepcopy(EXAMPLES)

    list(run_batch(EXAMPLES))

    assert before == EXAMPLES
