"""Secret addresses: a calendar to subscribe to, and the page on which an engineer takes the duty. Whoever has one may use it."""

import hashlib
import secrets

from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.rota_reading import RULE, engineer_named
from ari_app.store.database import Store
from ari_app.store.rota_tables import LinkPurpose, RotaChangeRow, RotaLinkRow


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
            same = select(RotaLinkRow).where(
                col(RotaLinkRow.revoked_at).is_(None),
                RotaLinkRow.purpose == purpose,
                col(RotaLinkRow.engineer_id).is_(None)
                if engineer_id is None
                else RotaLinkRow.engineer_id == engineer_id,
            )
            for older in await session.exec(same):
                older.revoked_at = now
            row = RotaLinkRow(
                token_hash=_hash(token), purpose=purpose, engineer_id=engineer_id, made_by=by.name, made_at=now
            )
            detail = {"purpose": purpose.value, "engineer": engineer}
            session.add_all([row, RotaChangeRow(at=now, actor=by.name, what="link", detail=detail)])
        return token

    async def opened(self, token: str, purpose: LinkPurpose) -> tuple[bool, int | None]:
        """Whether this token opens such a page, and whose it is; None: the whole rota."""
        async with self._store.reading() as session:
            row = await session.get(RotaLinkRow, _hash(token))
        if row is None or row.revoked_at is not None or row.purpose is not purpose:
            return False, None
        return True, row.engineer_id


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
