"""Lists that grow are walked to their end, also while rows come in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import SQLModel

from ari_app.store.announcement_tables import AnnouncementRow
from ari_app.store.database import Store
from ari_app.store.hold_tables import HoldRow
from ari_app.store.outbox_tables import NoticeKind, NoticeRow, OutboxRow
from ari_app.store.rota_tables import RotaChangeRow, SwapRow
from ari_app.store.seed_demo import seed_demo
from ari_app.store.service_tables import MaintenanceRow
from ari_app.store.tables import TicketRow, TicketSource
from ari_app.store.telling_tables import TellingRow
from ari_app.web.api.tokens import Tokens
from sla.terms import Kind
from tests.web.api_client import Program

Rows = Callable[[int, datetime], list[SQLModel]]


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


def told(place: int, at: datetime, **more: datetime) -> list[SQLModel]:
    text = {"text": f"bericht {place}"}
    return [
        OutboxRow(id=place, key=f"k{place}", kind="rota_nobody", payload=text, created_at=at, next_try_at=at, **more)
    ]


def dead(place: int, at: datetime) -> list[SQLModel]:
    return told(place, at, dead_at=at)


def given_up(place: int, at: datetime) -> list[SQLModel]:
    way = {"person": "account:1", "channel": "mail", "next_try_at": at, "dead_at": at}
    return [*told(place, at, delivered_at=at), TellingRow(key=f"t{place}", outbox_id=place, **way)]


def announced(place: int, at: datetime) -> list[SQLModel]:
    return [AnnouncementRow(text=f"tekst {place}", starts_at=at, made_at=at, made_by="ilse")]


def changed(place: int, at: datetime) -> list[SQLModel]:
    return [RotaChangeRow(at=at, actor="ilse", what="override", why=f"reden {place}")]


def asked(place: int, at: datetime) -> list[SQLModel]:
    shift = {"position": 1, "starts_at": at, "ends_at": at + timedelta(hours=place)}
    return [SwapRow(giver_id=1, taker_id=2, asked_by="ilse", asked_at=at, **shift)]


def held(place: int, at: datetime) -> list[SQLModel]:
    return [HoldRow(number=f"+3161234567{place}", why=f"geschil {place}", placed_by="ilse", placed_at=at)]


def planned(place: int, at: datetime) -> list[SQLModel]:
    """Two and two begin together."""
    begin = at + timedelta(days=1 + place // 2)
    five = {"contact": "servicedesk", "expected_minutes": 60, "services": ["Glasvezel"], "reason": f"kaart {place}"}
    frame = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
    return [MaintenanceRow(**five, **frame, customer_ids=[1], planned_by="ilse", planned_at=at)]


def noticed(place: int, at: datetime) -> list[SQLModel]:
    """Of three kinds; two and two became true together."""
    kind = (NoticeKind.AT_RISK, NoticeKind.BREACHED, NoticeKind.NO_PLAN)[place % 3]
    facts = {
        "kind": Kind.INCIDENT,
        "source": TicketSource.PHONE,
        "level": "premium",
        "agreement_version": "voip-4.10-2023-11",
    }
    ticket, since = TicketRow(**facts, id=place, reported_at=at), at - timedelta(hours=place // 2)
    return [ticket, NoticeRow(ticket_id=place, key=f"k{place}", kind=kind, since=since, noticed_at=at)]


@pytest.mark.parametrize(
    ("path", "rows", "is_newest_first"),
    [
        ("/notifications", told, True),
        ("/notifications/given-up", given_up, True),
        ("/outbox/dead", dead, True),
        ("/outbox/waiting", told, False),
        ("/announcements", announced, True),
        ("/rota/changes", changed, True),
        ("/rota/swaps", asked, True),
        ("/holds", held, True),
        ("/maintenance", planned, True),
        ("/maintenance?customer_id=1", planned, True),
        ("/notices", noticed, False),
    ],
)
async def test_a_list_that_grows_is_walked_to_its_end(
    stranger, accounts, web_store, clock, path: str, rows: Rows, is_newest_first: bool
):
    await accounts.create("ilse", "administrator")
    program = Program(stranger, (await Tokens(web_store, clock).create("ilse", "proef", ["admin"], "ilse"))[1])

    async def comes_in(place: int) -> None:
        async with web_store.session() as session:
            for row in rows(place, clock.now()):
                session.add(row)
                await session.flush()

    for place in range(1, 6):
        await comes_in(place)
    more_asked = "&" if "?" in path else "?"
    all_of_it = (await program.get(f"{path}{more_asked}limit=200"))["items"]
    assert len(all_of_it) == 5

    seen, after = [], ""
    for more in range(6, 9):
        found = await program.get(f"{path}{more_asked}limit=2&after={after}")
        seen += found["items"]
        after = found["next"]
        if is_newest_first:
            await comes_in(more)

    assert seen == all_of_it
    assert after is None
