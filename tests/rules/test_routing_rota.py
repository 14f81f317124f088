"""Who is on duty: the engineers in ringing order, to the second of the hand-over; an override wins."""

from datetime import UTC, datetime

from routing.rota import Duty, Engineer, LineUp, line_ups, on_duty

FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",), 1)
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002",), 2)
SANNE = Engineer(3, "Sanne Schijn", ("+31612345003",), 3)

SATURDAY_0830 = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
SATURDAY_1000 = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SATURDAY_1200 = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
SUNDAY_1200 = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def test_the_first_position_rings_first() -> None:
    duties = [Duty(BRAM, SATURDAY_0830, SATURDAY_1200, position=2), Duty(FENNA, SATURDAY_0830, SATURDAY_1200)]

    assert on_duty(duties, SATURDAY_1000) == (FENNA, BRAM)


def test_at_the_moment_of_the_hand_over_the_new_engineer_is_on_duty() -> None:
    duties = [Duty(FENNA, SATURDAY_0830, SATURDAY_1200), Duty(BRAM, SATURDAY_1200, SUNDAY_1200)]

    assert on_duty(duties, SATURDAY_0830) == (FENNA,)
    assert on_duty(duties, SATURDAY_1200) == (BRAM,)
    assert on_duty(duties, SUNDAY_1200) == ()


def test_in_a_gap_nobody_is_on_duty() -> None:
    duties = [Duty(FENNA, SATURDAY_0830, SATURDAY_1000), Duty(BRAM, SATURDAY_1200, SUNDAY_1200)]

    assert on_duty(duties, SATURDAY_1000) == ()
    assert on_duty([], SATURDAY_1000) == ()


def test_an_override_takes_the_place_of_the_same_position_while_it_lasts() -> None:
    duties = [
        Duty(FENNA, SATURDAY_0830, SUNDAY_1200),
        Duty(BRAM, SATURDAY_0830, SUNDAY_1200, position=2),
        Duty(SANNE, SATURDAY_1000, SATURDAY_1200, position=1, is_override=True),
    ]

    assert on_duty(duties, SATURDAY_0830) == (FENNA, BRAM)
    assert on_duty(duties, SATURDAY_1000) == (SANNE, BRAM)
    assert on_duty(duties, SATURDAY_1200) == (FENNA, BRAM)


def test_nobody_is_rung_twice() -> None:
    duties = [
        Duty(FENNA, SATURDAY_0830, SUNDAY_1200),
        Duty(FENNA, SATURDAY_0830, SUNDAY_1200, position=2, is_override=True),
        Duty(BRAM, SATURDAY_0830, SUNDAY_1200, position=3),
    ]

    assert on_duty(duties, SATURDAY_1000) == (FENNA, BRAM)


def test_the_first_number_of_an_engineer_rings_first_and_one_without_a_phone_has_none() -> None:
    assert Engineer(4, "Daan Denkbeeld", ("+31612345004", "+31201234504")).number == "+31612345004"
    assert Engineer(5, "Teun Toneel", ()).number == ""


def test_a_time_is_told_in_pieces_as_long_as_the_same_people_are_on_duty_also_where_nobody_is() -> None:
    duties = [
        Duty(FENNA, SATURDAY_0830, SATURDAY_1200),
        Duty(SANNE, SATURDAY_1000, SATURDAY_1200, is_override=True),
        Duty(BRAM, SATURDAY_1000, SATURDAY_1200, position=2),
    ]

    assert line_ups(duties, SATURDAY_0830, SUNDAY_1200) == (
        LineUp(SATURDAY_0830, SATURDAY_1000, (FENNA,)),
        LineUp(SATURDAY_1000, SATURDAY_1200, (SANNE, BRAM), is_override=True, replaced=FENNA),
        LineUp(SATURDAY_1200, SUNDAY_1200, ()),
    )


def test_a_hand_over_to_oneself_is_no_new_piece() -> None:
    duties = [Duty(FENNA, SATURDAY_0830, SATURDAY_1000), Duty(FENNA, SATURDAY_1000, SATURDAY_1200)]

    assert line_ups(duties, SATURDAY_0830, SATURDAY_1200) == (LineUp(SATURDAY_0830, SATURDAY_1200, (FENNA,)),)
