"""Tables of who may sign in: accounts, their sessions, recovery codes, tries, and logins that are under way elsewhere."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.tables import Role, by_value


class AccountRow(SQLModel, table=True):
    """Somebody who may sign in to the pages."""

    __tablename__ = "account"
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=100, unique=True)
    #: argon2id, in the format of the argon2 library; "": signs in elsewhere (`outside_id`).
    password_hash: str = Field(max_length=200)
    role: Role = Field(default=Role.SUPERVISOR, sa_type=by_value(Role))
    created_at: datetime
    #: Which engineer of the rota this is; None: nobody of the rota. One account an engineer.
    engineer_id: int | None = Field(default=None, foreign_key="engineer.id", unique=True)
    is_disabled: bool = False
    #: Base32. Counts from `totp_since` on, when the first code was right.
    totp_secret: str | None = Field(default=None, max_length=64)
    totp_since: datetime | None = None
    #: The last step of thirty seconds whose code was taken: none is taken twice.
    totp_step: int = 0
    #: Switched off: the keys that work without Ctrl or Alt (WCAG 2.1.4).
    keys_off: bool = False
    #: Of the pages, such as "en"; "": as the browser asks.
    language: str = Field(default="", max_length=8)
    logged_in_at: datetime | None = None
    #: Issuer and subject of an OpenID provider.
    outside_id: str | None = Field(default=None, max_length=400, unique=True)


class WebSessionRow(SQLModel, table=True):
    """A browser that is signed in. The token itself is only in the cookie: here stands its SHA-256."""

    __tablename__ = "web_session"
    token_hash: str = Field(max_length=64, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    #: The password was right, the code is still to come: opens nothing but the page that asks for it.
    waits_for_code: bool = False
    #: As in `ari_app.store.acting:Act`.
    origin: str = Field(default="", max_length=100)
    #: What the browser calls itself.
    browser: str = Field(default="", max_length=200)


class RecoveryCodeRow(SQLModel, table=True):
    """A code for who lost the phone. About 79 bits by chance, so a plain SHA-256 keeps it."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("account_id", "code_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = None


class LoginTryRow(SQLModel, table=True):
    """A try that failed, or that is not decided yet. `key_hash`: of a name or an address; what was typed is kept nowhere."""

    __tablename__ = "login_try"
    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(max_length=64, index=True)
    at: datetime = Field(index=True)


class OutsideLoginRow(SQLModel, table=True):
    """Somebody went to the OpenID provider and has not come back yet."""

    __tablename__ = "outside_login"
    state_hash: str = Field(max_length=64, primary_key=True)
    nonce: str = Field(max_length=100)
    #: The secret half of PKCE.
    verifier: str = Field(max_length=128)
    #: The page that was asked for.
    target: str = Field(max_length=200)
    expires_at: datetime = Field(index=True)
