"""The ladder of one thing to tell: each person's channels one after another, then the next persons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ari_app.channel_settings import AddressKind
from ari_app.desk.notify.people import Person
from ari_app.desk.notify.subjects import NATURES, Subject

#: Who comes after the first ones: more would be told in the middle of the night of what one can do.
MOST_NEXT = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Not before `at`. `rank` counts persons from 0 (the first ones), `step` the channels of a person."""

    person: str
    channel: str
    rank: int
    step: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """`ways`: channels in the order of the settings; `after`: how long a step has before the next one."""

    ways: Mapping[str, AddressKind]
    after: timedelta
    zone: ZoneInfo


def ladder(
    subject: Subject, first: Sequence[Person], later: Sequence[Person], rules: Rules, now: datetime
) -> list[Step]:
    """All steps, in order of time for each person. What may not wait and nobody wants to hear goes to the first ones
    whatever they chose."""
    nature = NATURES[subject]
    steps = _side_by_side(subject, first, rules, now)
    if not steps and not nature.may_wait:
        steps = _side_by_side(subject, first, rules, now, all_of_them=True)
    if not nature.next_person:
        return steps
    told, next_at = {person.key for person in first}, _after(steps, rules, now)
    for rank, person in enumerate([one for one in later if one.key not in told][:MOST_NEXT], 1):
        mine = _of(person, rank, person.channels(subject, rules.ways), rules, next_at)
        steps += mine
        next_at = mine[-1].at + rules.after if mine else next_at
    return steps


def _side_by_side(
    subject: Subject, people: Sequence[Person], rules: Rules, now: datetime, *, all_of_them: bool = False
) -> list[Step]:
    steps = []
    for person in people:
        begin = person.wakes_at(now, rules.zone) if NATURES[subject].may_wait else now
        channels = person.channels(subject, rules.ways, all_of_them=all_of_them)
        if subject is Subject.TEST:  # a test tries all of them at once
            steps += [Step(person.key, channel, 0, place, now) for place, channel in enumerate(channels)]
        else:
            steps += _of(person, 0, channels, rules, begin)
    return steps


def _of(person: Person, rank: int, channels: Sequence[str], rules: Rules, begin: datetime) -> list[Step]:
    return [Step(person.key, channel, rank, n, begin + n * rules.after) for n, channel in enumerate(channels)]


def _after(steps: Sequence[Step], rules: Rules, now: datetime) -> datetime:
    return max((step.at + rules.after for step in steps), default=now)
