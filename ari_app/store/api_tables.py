"""Tables of the API: tokens of programs, and answers that are kept for who asks the same again."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

#: An answer holds what the ticket said; after this nobody gets it any more.
ANSWERS_KEPT_FOR = timedelta(days=1)


class ApiTokenRow(SQLModel, table=True):
    """A program that may ask for an account. Of the token itself only a hash stands here."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    #: What its owner calls it.
    name: str = Field(max_length=100)
    #: The first letters of the token, for people to know it by.
    prefix: str = Field(max_length=16, unique=True)
    #: SHA-256 of the whole token, which is random enough to need no slow hash.
    token_hash: str = Field(max_length=64)
    scopes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    made_by: str = Field(max_length=200)
    made_at: datetime
    expires_at: datetime
    #: Within a minute.
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = Field(default="", max_length=200)


class ApiAnswerRow(SQLModel, table=True):
    """A request with an Idempotency-Key. `status` None: nobody knows yet what becomes of it."""

    __tablename__ = "api_answer"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    key: str = Field(max_length=200, primary_key=True)
    #: Of method, address and body, keyed with the token: says whether it is the same request, and nothing of its content.
    request_hash: str = Field(max_length=64)
    asked_at: datetime = Field(index=True)
    status: int | None = None
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    body: str = ""
