"""Secret addresses: a calendar to subscribe to, and the page on which an engineer takes the duty. Whoever has one may use it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.rota_reading import RULE, engineer_named
from ari_app.store.database import Store
from ari_app.store.rota_tables import LinkPurpose, RotaChangeRow, RotaLinkRow
from ari_app.store.tables import EngineerRow


@dataclass(frozen=True, slots=True)
class LinkView:
    """An address that opens something now. The address itself is not known any more. `engineer` "": the whole rota."""

    purpose: LinkPurpose
    engineer: str
    made_by: str
    made_at: datetime


class RotaLinks:
    """One address of a kind for each engineer, and one calendar of the whole rota. A newer one ends the older."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def make(self, purpose: LinkPurpose, engineer: str | None, by: Actor) -> str:
        """The token, shown once: only its hash is kept. `engineer` None: the whole rota. Raises Refused."""
        by.must_supervise(RULE)
        needs(by.name, "bekend is wie dit beslist", RULE)
        if engineer is None and purpose is LinkPurpose.DUTY:
            raise Refused("Kan nadat een engineer is gekozen: een dienst neemt één mens", RULE)
        token, now = secrets.token_urlsafe(32), self._clock.now()
        async with self._store.session() as session:
            engineer_id = None if engineer is None else (await engineer_named(session, engineer)).id
            for older in await session.exec(_standing(purpose, engineer_id)):
                older.revoked_at = now
            row = RotaLinkRow(
                token_hash=_hash(token), purpose=purpose, engineer_id=engineer_id, made_by=by.name, made_at=now
            )
            detail = {"purpose": purpose.value, "engineer": engineer}
            session.add_all([row, RotaChangeRow(at=now, actor=by.name, what="link", detail=detail)])
        return token

    async def revoke(self, purpose: LinkPurpose, engineer: str | None, by: Actor) -> None:
        """The address opens nothing any more, and no other takes its place. Raises Refused when there is none."""
        by.must_supervise(RULE)
        needs(by.name, "bekend is wie dit beslist", RULE)
        now = self._clock.now()
        async with self._store.session() as session:
            engineer_id = None if engineer is None else (await engineer_named(session, engineer)).id
            found = (await session.exec(_standing(purpose, engineer_id))).all()
            if not found:
                raise Refused("Er is geen adres meer om in te trekken", RULE)
            for one in found:
                one.revoked_at = now
            detail = {"purpose": purpose.value, "engineer": engineer}
            session.add(RotaChangeRow(at=now, actor=by.name, what="link_revoked", detail=detail))

    async def list(self) -> list[LinkView]:
        """Those that open something now, newest first."""
        standing = select(RotaLinkRow, EngineerRow.name).join(
            EngineerRow, col(EngineerRow.id) == RotaLinkRow.engineer_id, isouter=True
        )
        is_valid = col(RotaLinkRow.revoked_at).is_(None)
        async with self._store.reading() as session:
            rows = await session.exec(standing.where(is_valid).order_by(col(RotaLinkRow.made_at).desc()))
            return [LinkView(row.purpose, name or "", row.made_by, row.made_at) for row, name in rows]

    async def opened(self, token: str, purpose: LinkPurpose) -> tuple[bool, int | None]:
        """Whether this token opens such a page, and whose it is; None: the whole rota."""
        async with self._store.reading() as session:
            row = await session.get(RotaLinkRow, _hash(token))
        if row is None or row.revoked_at is not None or row.purpose is not purpose:
            return False, None
        return True, row.engineer_id


def _standing(purpose: LinkPurpose, engineer_id: int | None) -> SelectOfScalar[RotaLinkRow]:
    theirs = col(RotaLinkRow.engineer_id)
    is_theirs = theirs.is_(None) if engineer_id is None else theirs == engineer_id
    return select(RotaLinkRow).where(col(RotaLinkRow.revoked_at).is_(None), RotaLinkRow.purpose == purpose, is_theirs)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
