"""The rota over time: patterns across both changes of the clock, overrides, swaps, holes, and the first in line's shift."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.rota import Duty, Engineer, Hole, holes, is_held, on_duty, shift_at, shifts, swapped
from routing.rotation import Rotation

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",), 1)
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002",), 2)
SANNE = Engineer(3, "Sanne Schijn", ("+31612345003",), 3)
OUR_ENGINEERS = (FENNA, BRAM, SANNE)

YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
SATURDAY = (datetime(2026, 11, 21, 7, 30, tzinfo=UTC), datetime(2026, 11, 21, 11, 0, tzinfo=UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def rotation(position: int = 1, first_day: date = date(2026, 1, 5), **other: object) -> Rotation:
    given: dict[str, object] = {"engineers": OUR_ENGINEERS, "hand_over_at": time(8), "zone": AMSTERDAM, **other}
    return Rotation(position, first_day=first_day, **given)  # type: ignore[arg-type]


instants = st.integers(0, 365 * 24 * 60 - 1).map(lambda minute: YEAR[0] + timedelta(minutes=minute))
times = st.times().map(lambda at: at.replace(microsecond=0))
rotations = st.builds(
    Rotation,
    position=st.integers(1, 3),
    engineers=st.lists(st.sampled_from(OUR_ENGINEERS), min_size=1, max_size=4).map(tuple),
    first_day=st.dates(date(2024, 1, 1), date(2026, 6, 1)),
    hand_over_at=times,
    zone=st.sampled_from([AMSTERDAM, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    weeks=st.integers(1, 5),
    ends_at=st.none() | instants,
)


@st.composite
def overrides(draw: st.DrawFn) -> Duty:
    begin = draw(instants)
    length = timedelta(minutes=draw(st.integers(1, 60 * 24 * 30)))
    return Duty(
        draw(st.sampled_from(OUR_ENGINEERS)), begin, begin + length, draw(st.integers(1, 3)), draw(st.booleans())
    )


@given(rotations, st.lists(instants, min_size=1, max_size=20))
def test_a_pattern_gives_each_instant_exactly_one_holder(pattern: Rotation, moments: list[datetime]) -> None:
    duties = list(pattern.duties(*YEAR))
    begins = pattern.hand_over(0)

    for moment in moments:
        held = [duty for duty in duties if duty.starts_at <= moment < duty.ends_at]
        has_pattern = begins <= moment and (pattern.ends_at is None or moment < pattern.ends_at)
        assert len(held) == (1 if has_pattern else 0)


@given(rotations, instants)
def test_a_short_look_at_a_pattern_sees_what_a_long_one_sees(pattern: Rotation, moment: datetime) -> None:
    long = [duty for duty in pattern.duties(*YEAR) if duty.starts_at <= moment < duty.ends_at]

    assert list(pattern.duties(moment, moment + timedelta(seconds=1)))[:1] == long


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("hour", range(24))
def test_on_the_sundays_of_the_clock_the_hand_over_loses_no_minute(day: date, hour: int) -> None:
    pattern = rotation(first_day=day - timedelta(weeks=4), hand_over_at=time(hour, 30))
    midnight = datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)
    duties = list(pattern.duties(midnight, midnight + timedelta(days=2)))

    minutes = [midnight + timedelta(minutes=minute) for minute in range(60 * 26)]
    assert all(sum(duty.starts_at <= minute < duty.ends_at for duty in duties) == 1 for minute in minutes)


@pytest.mark.parametrize(
    ("first_day", "turn", "begins"),
    [
        (date(2026, 3, 23), 0, "2026-03-23T08:00+01:00"),
        (date(2026, 3, 23), 1, "2026-03-30T08:00+02:00"),
        (date(2026, 10, 19), 1, "2026-10-26T08:00+01:00"),
    ],
)
def test_the_hand_over_stays_at_its_time_on_the_wall(first_day: date, turn: int, begins: str) -> None:
    assert rotation(first_day=first_day).hand_over(turn) == datetime.fromisoformat(begins)


def test_a_hand_over_in_the_skipped_hour_is_an_hour_later_and_in_the_double_hour_the_first() -> None:
    spring = rotation(first_day=date(2026, 3, 29), hand_over_at=time(2, 30))
    autumn = rotation(first_day=date(2026, 10, 25), hand_over_at=time(2, 30))

    assert spring.hand_over(0) == datetime.fromisoformat("2026-03-29T03:30+02:00")
    assert autumn.hand_over(0) == datetime.fromisoformat("2026-10-25T02:30+02:00")


def test_engineers_take_turns_and_before_the_first_turn_nobody_has_a_duty() -> None:
    pattern = rotation(weeks=2)

    assert [duty.engineer for duty in pattern.duties(*YEAR)][:4] == [FENNA, BRAM, SANNE, FENNA]
    assert list(pattern.duties(local("2025-12-01T00:00"), local("2026-01-05T08:00"))) == []


def test_a_pattern_that_ends_gives_its_last_turn_until_then() -> None:
    pattern = rotation(ends_at=local("2026-01-14T12:00"))

    assert [(duty.engineer, duty.ends_at) for duty in pattern.duties(*YEAR)] == [
        (FENNA, local("2026-01-12T08:00")),
        (BRAM, local("2026-01-14T12:00")),
    ]


@given(st.lists(rotations, max_size=2), st.lists(overrides(), max_size=5), st.lists(instants, min_size=1, max_size=10))
def test_whatever_the_rota_holds_a_position_has_one_holder_and_the_shifts_say_the_same(
    patterns: list[Rotation], made: list[Duty], moments: list[datetime]
) -> None:
    duties = [*(duty for pattern in patterns for duty in pattern.duties(*YEAR)), *made]
    found = shifts(duties, *YEAR)

    for moment in moments:
        held = [duty for duty in found if duty.starts_at <= moment < duty.ends_at]
        assert len({duty.position for duty in held}) == len(held)
        in_order = [duty.engineer for duty in sorted(held, key=lambda duty: duty.position)]
        assert on_duty(duties, moment) == tuple(dict.fromkeys(in_order))
        assert_it_is_the_first(duties, moment)


def assert_it_is_the_first(duties: Sequence[Duty], moment: datetime) -> None:
    shift, present = shift_at(duties, moment), on_duty(duties, moment)
    if shift is None:
        assert present == ()
        return
    assert shift.engineer == present[0]
    assert shift.starts_at <= moment < shift.ends_at
    assert on_duty(duties, shift.starts_at)[0] == shift.engineer


def test_of_two_overrides_for_one_position_the_later_made_one_wins_but_no_plain_duty_wins_from_one() -> None:
    duties = [
        Duty(FENNA, *SATURDAY, is_override=True),
        Duty(BRAM, *SATURDAY, is_override=True),
        Duty(SANNE, *SATURDAY),
    ]

    assert on_duty(duties, SATURDAY[0]) == (BRAM,)


def test_an_override_cuts_a_shift_in_two() -> None:
    week = Duty(FENNA, local("2026-11-16T08:00"), local("2026-11-23T08:00"))
    evening = Duty(BRAM, local("2026-11-18T18:00"), local("2026-11-18T22:00"), is_override=True)

    assert [(duty.engineer.name, duty.starts_at) for duty in shifts([week, evening], week.starts_at, week.ends_at)] == [
        ("Fenna Fictief", week.starts_at),
        ("Bram Bedacht", evening.starts_at),
        ("Fenna Fictief", evening.ends_at),
    ]
    assert shift_at([week, evening], local("2026-11-17T12:00")) == Duty(FENNA, week.starts_at, evening.starts_at)
    assert shift_at([week, evening], local("2026-11-19T12:00")) == Duty(FENNA, evening.ends_at, week.ends_at)


def test_who_did_not_take_the_duty_is_rung_after_the_second() -> None:
    duties = [Duty(FENNA, *SATURDAY), Duty(BRAM, *SATURDAY, position=2), Duty(SANNE, *SATURDAY, position=3)]

    assert on_duty(duties, SATURDAY[0], untaken={FENNA.id}) == (BRAM, FENNA, SANNE)
    assert on_duty(duties, SATURDAY[0], untaken={BRAM.id}) == (FENNA, BRAM, SANNE)
    assert on_duty(duties[:1], SATURDAY[0], untaken={FENNA.id}) == (FENNA,)


def test_a_hole_is_where_nobody_or_only_one_is_on_duty_in_calamity_hours() -> None:
    middle = SATURDAY[0] + timedelta(hours=1)
    first = Duty(FENNA, SATURDAY[0], middle)
    again = Duty(FENNA, middle, SATURDAY[1], position=2)

    assert holes([first], [SATURDAY]) == (Hole(SATURDAY[0], middle, 1), Hole(middle, SATURDAY[1], 0))
    assert holes([first, again], [SATURDAY]) == (Hole(*SATURDAY, 1),)
    assert holes([first, again], [SATURDAY], wanted=1) == ()


def test_two_windows_have_two_holes() -> None:
    later = (SATURDAY[1] + timedelta(days=1), SATURDAY[1] + timedelta(days=1, hours=1))

    assert holes([], [SATURDAY, later]) == (Hole(*SATURDAY, 0), Hole(*later, 0))


@given(
    rotations, rotations, st.integers(0, 11), st.integers(1, 60 * 24 * 14), st.lists(instants, min_size=1, max_size=9)
)
def test_a_swap_leaves_no_moment_without_a_holder(
    giving: Rotation, returning: Rotation, turn: int, minutes: int, moments: list[datetime]
) -> None:
    duties = [*giving.duties(*YEAR), *returning.duties(*YEAR)]
    before = shifts(duties, *YEAR)
    if len(before) <= turn:
        return
    given_shift = before[turn]
    back = Duty(SANNE, given_shift.ends_at, given_shift.ends_at + timedelta(minutes=minutes), given_shift.position)

    after = [*duties, *swapped(given_shift, SANNE, back if is_held(duties, back) else None)]

    for moment in moments:
        held_before = {duty.position for duty in before if duty.starts_at <= moment < duty.ends_at}
        held_after = {duty.position for duty in shifts(after, *YEAR) if duty.starts_at <= moment < duty.ends_at}
        assert held_after == held_before


def test_a_swap_gives_the_shift_and_takes_one_in_return() -> None:
    given_shift = Duty(FENNA, *SATURDAY)
    sunday = (SATURDAY[0] + timedelta(days=1), SATURDAY[1] + timedelta(days=1))

    assert swapped(given_shift, BRAM) == (Duty(BRAM, *SATURDAY, is_override=True),)
    assert swapped(given_shift, BRAM, Duty(BRAM, *sunday, position=2)) == (
        Duty(BRAM, *SATURDAY, is_override=True),
        Duty(FENNA, *sunday, position=2, is_override=True),
    )


def test_a_shift_is_held_only_when_all_of_it_is() -> None:
    duties = [Duty(FENNA, *SATURDAY)]
    longer = Duty(FENNA, SATURDAY[0], SATURDAY[1] + timedelta(minutes=1))

    assert is_held(duties, duties[0])
    assert not is_held(duties, longer)
    assert not is_held(duties, Duty(BRAM, *SATURDAY))
    assert not is_held(duties, Duty(FENNA, *SATURDAY, position=2))
