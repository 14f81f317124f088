"""The second factor: codes of an app by the clock (TOTP), none of them twice, and recovery codes for who lost the phone."""

import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, update
from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.store.account_tables import AccountRow, RecoveryCodeRow
from ari_app.store.acting import tell
from ari_app.store.database import Store
from ari_app.web.dutch import RefusedHere
from ari_app.web.languages import _
from ari_app.web.signing_in.passwords import by_chance, sha256

RULE = "R-113"
ISSUER = "Meldlijn"
STEP = 30
#: A phone whose clock is so many steps off is still believed.
STEPS_OFF = 1
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs to know. `uri` is what the QR code holds."""

    secret: str
    uri: str


class SecondFactor:
    """Of all accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, account_id: int) -> Enrolment:
        """A new secret that counts when `confirm` has seen a code of it. Raises Refused when there is one already."""
        secret = pyotp.random_base32()
        async with self._store.session() as session:
            row = await session.get_one(AccountRow, account_id)
            if row.totp_since is not None:
                raise RefusedHere(_("Kan nadat je de tweede stap van nu hebt uitgezet"), RULE)
            row.totp_secret = secret
        return _enrolment(secret, row.username)

    async def begun(self, account_id: int) -> Enrolment | None:
        """What was begun and not confirmed yet."""
        async with self._store.reading() as session:
            row = await session.get_one(AccountRow, account_id)
        is_open = row.totp_secret is not None and row.totp_since is None
        return _enrolment(row.totp_secret or "", row.username) if is_open else None

    async def confirm(self, account_id: int, code: str) -> list[str]:
        """The first code is right: from now on it is asked for. Gives the recovery codes, shown once. Raises Refused."""
        async with self._store.session() as session:
            row = await session.get_one(AccountRow, account_id)
            if row.totp_secret is None or row.totp_since is not None:
                raise RefusedHere(_("Kan nadat je de tweede stap opnieuw hebt aangezet"), RULE)
            step = self._step_of(row.totp_secret, code)
            if step is None:
                raise RefusedHere(_("Niet aangezet: de code klopt niet, probeer de volgende die je app toont"), RULE)
            row.totp_since, row.totp_step = self._clock.now(), step
        return await self.new_recovery_codes(account_id)

    async def check(self, account_id: int, code: str) -> bool:
        """Whether this is a code of now that was not taken before, or a recovery code that was never used."""
        if await self._takes_recovery_code(account_id, code):
            return True
        async with self._store.session() as session:
            row = await session.get_one(AccountRow, account_id)
            step = self._step_of(row.totp_secret, code) if row.totp_secret and row.totp_since else None
            if step is None:
                return False
            newer = update(AccountRow).where(col(AccountRow.id) == account_id, col(AccountRow.totp_step) < step)
            return (await session.exec(newer.values(totp_step=step))).rowcount == 1

    async def turn_off(self, account_id: int) -> None:
        """With the recovery codes."""
        async with self._store.session() as session:
            row = await session.get_one(AccountRow, account_id)
            row.totp_secret, row.totp_since = None, None
            await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == account_id))

    async def new_recovery_codes(self, account_id: int) -> list[str]:
        """Ten codes in the place of those before, shown once."""
        codes = [by_chance(4, 4) for _ in range(RECOVERY_CODES)]
        async with self._store.session() as session:
            await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == account_id))
            session.add_all([RecoveryCodeRow(account_id=account_id, code_hash=sha256(_plain(one))) for one in codes])
            tell(f"herstelcodes: {len(codes)}")
        return codes

    async def recovery_codes_left(self, account_id: int) -> int:
        left = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id)
        async with self._store.reading() as session:
            return (await session.exec(left.where(col(RecoveryCodeRow.used_at).is_(None)))).one()

    async def _takes_recovery_code(self, account_id: int, code: str) -> bool:
        mine = update(RecoveryCodeRow).where(
            col(RecoveryCodeRow.account_id) == account_id,
            col(RecoveryCodeRow.code_hash) == sha256(_plain(code)),
            col(RecoveryCodeRow.used_at).is_(None),
        )
        async with self._store.session() as session:
            return (await session.exec(mine.values(used_at=self._clock.now()))).rowcount == 1

    def _step_of(self, secret: str, code: str) -> int | None:
        """The step of thirty seconds that this code belongs to, around now; None: it is no code of it."""
        app, plain = pyotp.TOTP(secret, interval=STEP), code.replace(" ", "")
        now = int(self._clock.now().timestamp()) // STEP
        near = range(now - STEPS_OFF, now + STEPS_OFF + 1)
        return next(
            (step for step in near if hmac.compare_digest(app.generate_otp(step).encode(), plain.encode())), None
        )


def _enrolment(secret: str, username: str) -> Enrolment:
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER))


def _plain(code: str) -> str:
    return code.strip().casefold().replace("-", "").replace(" ", "")
