"""The figures against a count by hand: everything that happens on a line, by chance, counted once more in plain Python."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ari_app.desk.figures import Figures
from ari_app.desk.figures_views import FiguresView
from ari_app.desk.reviewed import REVIEW, UNDONE
from ari_app.store.tables import (
    CallLegRow,
    CallRow,
    Customer,
    EngineerRow,
    SlaClockRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
)
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, ClockKind, Kind, Scope
from sla.ticket import TicketState

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TICKETS = 80
CATEGORIES = {Category.I: "cat1", Category.II: "cat2", Category.III: "cat3"}


class Standing:
    def now(self) -> datetime:
        return NOW

    def pinned(self) -> "Standing":
        return self


class ByHand:
    """Makes a line and keeps what it made, as plain values."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.tickets: list[dict] = []

    def moment(self) -> datetime:
        """Often at the edge of a local month."""
        edge = datetime(2026, self.chance.choice((8, 9, 10, 11)), 1, tzinfo=AMSTERDAM).astimezone(UTC)
        near = timedelta(seconds=self.chance.choice((-1, 0, 1)))
        return edge + (near if self.chance.random() < 0.3 else timedelta(minutes=self.chance.randrange(9 * 24 * 60)))

    def ticket(self) -> dict:
        pick = self.chance.choice
        at = self.moment()
        return {
            "reported_at": at,
            "customer_id": pick((1, 2, None)),
            "level": pick(("premium", "standard")),
            "scope": pick((Scope.IN_SCOPE, Scope.IN_SCOPE, Scope.THIRD_PARTY)),
            "kind": pick((Kind.INCIDENT, Kind.INCIDENT, Kind.CALAMITY, Kind.SERVICE_REQUEST, Kind.USER_CHANGE)),
            "category": pick((None, *Category)),
            "proposal": pick((None, "cat1", "cat2", "cat3", "service_request", "unclear")),
            "needs_review": pick((True, False, False)),
            "found": pick(("", "", "", "no_report", "merged:T-1001", "undone")),
            "clocks": {clock: self.clock(at) for clock in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION) if pick((True, False))},
            "said": pick((True, False)),
            "calls": [self.call(at) for _ in range(pick((0, 1, 1, 2)))],
        }  # fmt: skip

    def clock(self, at: datetime) -> dict:
        late = self.chance.random() < 0.3
        return {
            "target_seconds": self.chance.choice((None, 7200.0, 7200.0)),
            "stopped_at": at if self.chance.random() < 0.7 else None,
            "breached_at": at if late else None,
            "gross_breached_at": at if late or self.chance.random() < 0.2 else None,
        }

    def call(self, at: datetime) -> dict:
        later = at + timedelta(hours=self.chance.choice((0, 0, 48)))
        kind = self.chance.choice(("desk", "engineer", "nobody", "joined"))
        return {"at": later, "kind": kind, "seconds": self.chance.randrange(60)}


async def _written(store, line: ByHand) -> None:
    async with store.session() as session:
        session.add_all([Customer(name="Een"), Customer(name="Twee"), EngineerRow(name="Fenna", number="+31612345001")])
        await session.flush()
        for number in range(TICKETS):
            made = line.ticket()
            line.tickets.append(made)
            facts = {name: made[name] for name in ("reported_at", "customer_id", "level", "scope", "kind", "category",
                                                   "proposal", "needs_review")}  # fmt: skip
            row = TicketRow(source=TicketSource.PHONE, agreement_version="v", state=TicketState.CLOSED, **facts)
            session.add(row)
            await session.flush()
            given = {"ticket_id": row.id, "at": NOW, "actor": "ilse"}
            if made["found"]:
                after = "no_report" if made["found"] == "undone" else made["found"]
                session.add(DecisionRow(what=REVIEW, after=after, **given))
                await session.flush()
            if made["found"] == "undone":
                session.add(DecisionRow(what=UNDONE, **given))
            session.add_all(
                SlaClockRow(ticket_id=row.id, clock=clock, state="met", elapsed_seconds=1, rule="R-013", **times)
                for clock, times in made["clocks"].items()
            )
            if made["said"]:
                session.add(VoicemailRow(ticket_id=row.id, recording=f"{number}.wav"))
            for place, call in enumerate(made["calls"]):
                await _add_call(session, row.id, f"{number}-{place}", call)


async def _add_call(session, ticket_id: int, name: str, call: dict) -> None:
    talked = call["at"] + timedelta(seconds=call["seconds"]) if call["kind"] in ("desk", "engineer") else None
    route = "announcement" if call["kind"] == "joined" else "on_duty"
    row = CallRow(call_id=name, ticket_id=ticket_id, line="s", route=route, ended_by="caller", origin="live",
                  received_at=call["at"], talk_started_at=talked)  # fmt: skip
    session.add(row)
    await session.flush()
    if call["kind"] == "engineer":
        rung = {"call_row_id": row.id, "who": "Fenna", "number": "+31612345001", "engineer_id": 1}
        session.add(CallLegRow(rang_at=call["at"], result="no_answer", **rung))
        session.add(CallLegRow(rang_at=call["at"] + timedelta(seconds=1), result="accepted", **rung))


def _month(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date().replace(day=1)


def _promises(tickets: list[dict], first: date, last: date) -> dict:
    found: dict = {}
    for one in tickets:
        month = _month(one["reported_at"])
        is_one = one["scope"] is Scope.IN_SCOPE and one["found"] in ("", "undone")
        for clock, times in one["clocks"].items():
            ended = times["stopped_at"] or times["breached_at"]
            if first <= month <= last and is_one and ended and times["target_seconds"]:
                key = month, clock, one["level"], one["category"]
                late = bool(times["breached_at"]), bool(times["gross_breached_at"] or times["breached_at"])
                sofar = found.get(key, (0, 0, 0))
                found[key] = (sofar[0] + 1, sofar[1] + late[0], sofar[2] + late[1])
    return found


def _decisions(tickets: list[dict], first: date, last: date) -> Counter:
    found: Counter = Counter()
    for one in tickets:
        if not first <= _month(one["reported_at"]) <= last or one["proposal"] is None or one["needs_review"]:
            continue
        if one["found"] == "no_report":
            found[one["proposal"], "no_report"] += 1
        elif one["found"].startswith("merged"):
            continue
        elif one["kind"] in (Kind.SERVICE_REQUEST, Kind.USER_CHANGE):
            found[one["proposal"], one["kind"].value] += 1
        elif one["category"]:
            found[one["proposal"], CATEGORIES[one["category"]]] += 1
    return found


def _calls(tickets: list[dict], first: date, last: date) -> tuple[dict, Counter]:
    found: dict = {}
    seconds: Counter = Counter()
    for one in tickets:
        for call in one["calls"]:
            if not first <= _month(call["at"]) <= last:
                continue
            became = call["kind"] if call["kind"] != "nobody" else "message" if one["said"] else "missed"
            found.setdefault(_month(call["at"]), Counter())[became] += 1
            seconds.update([call["seconds"]] if became == "engineer" else [])
    return found, seconds


def _same(found: FiguresView, tickets: list[dict]) -> None:
    first, last = found.first, found.last
    kept = {
        (one.month, one.clock, one.level, one.category): (one.judged, one.net_late, one.gross_late)
        for one in found.kept
    }
    assert kept == _promises(tickets, first, last)
    assert {(one.proposal, one.decision): one.count for one in found.decided} == _decisions(tickets, first, last)
    calls, seconds = _calls(tickets, first, last)
    assert dict(found.accepted) == seconds
    for month in found.calls:
        names = ("desk", "engineer", "message", "joined", "missed")
        assert {name: getattr(month, name) for name in names} == {
            name: calls.get(month.month, {}).get(name, 0) for name in names
        }
        assert month.total == sum(calls.get(month.month, {}).values())
    mine = [one for one in tickets if first <= _month(one["reported_at"]) <= last]
    assert (found.tickets, found.no_reports) == (
        len(mine),
        sum(one["found"] in ("no_report", "merged:T-1001") for one in mine),
    )


@pytest.mark.parametrize("seed", range(2))
async def test_every_figure_is_what_a_count_by_hand_gives(store, seed):
    line = ByHand(seed)
    await _written(store, line)
    figures = Figures(store, AMSTERDAM, Standing())

    for customer in (None, 1, 2):
        mine = [one for one in line.tickets if customer in (None, one["customer_id"])]
        for period, until in (
            ("year", None),
            ("month", None),
            ("month", date(2026, 10, 1)),
            ("quarter", date(2026, 9, 1)),
        ):
            _same(await figures.read(period, customer, until), mine)
