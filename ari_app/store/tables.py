"""All tables. Only `store` and `desk` see them; others see values.

Table models do not validate: a row is made from values that were checked before. Every instant is aware UTC.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ari_app.store.money import Euro
from sla.terms import Category, ClockKind, Kind, Scope
from sla.ticket import EventType, TicketState

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class VoicemailState(StrEnum):
    """How far a message is on its way to text. Only PENDING waits for the worker."""

    PENDING = "pending"
    TRANSCRIBED = "transcribed"
    NO_SPEECH = "no_speech"
    #: The recording has no sound in it at all: a header only, or no file.
    EMPTY = "empty"
    #: The recording could not be read, or the engine failed; `error` says why. The ticket stands.
    FAILED = "failed"


class TicketSource(StrEnum):
    """By which way a report came in (R-112)."""

    PHONE = "phone"
    VOICEMAIL = "voicemail"
    MAIL = "mail"
    FORM = "form"
    PORTAL = "portal"
    MONITORING = "monitoring"
    ENGINEER = "engineer"


class Impediment(StrEnum):
    """How far the customer's business is hindered, as far as our services go (R-083, R-084)."""

    NONE = "none"
    BUSINESS = "business"
    COMPANY = "company"


class Role(StrEnum):
    """What an account is for; what each may do in the pages stands in `ari_app.web.permissions`."""

    SUPERVISOR = "supervisor"
    #: Of line 1, 2 or 3: that of the engineer of the rota whom the account is linked to (R-142).
    ENGINEER = "engineer"
    #: Looks at figures, contracts and tickets; changes nothing.
    MANAGER = "manager"
    #: Looks at everything but what callers said; changes nothing.
    AUDITOR = "auditor"
    #: A supervisor who also decides who may log in and what becomes of a person's data.
    ADMINISTRATOR = "administrator"


def by_value(kind: type[StrEnum]) -> sa.Enum:
    """The enum as text, stored by value: PostgreSQL's own enum types survive a downgrade and then block the upgrade."""
    return sa.Enum(
        kind, native_enum=False, length=32, validate_strings=True, values_callable=lambda enum: [e.value for e in enum]
    )


class Customer(SQLModel, table=True):
    """Klant, opdrachtgever: an organisation."""

    __tablename__ = "customer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)


class Contract(SQLModel, table=True):
    """What was agreed with a customer: the rows that `sla.contract.Contract` is made from. Dates are inclusive."""

    __tablename__ = "contract"
    # No contract without its framework agreement and its version of the general terms.
    __table_args__ = (
        sa.CheckConstraint("framework_agreement <> '' AND terms_version <> ''", name="names_its_terms"),
        sa.CheckConstraint("period_months >= 1", name="has_a_period"),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    #: What it is for; any SLA of ours opens the calamity line (R-051), only "voip" gives a level of this agreement.
    kind: str = Field(default="voip", max_length=32)
    #: "" = no level named, which is level 0 (R-071).
    level: str = Field(default="", max_length=32)
    #: Version of the SLA document that holds for it (R-023).
    agreement_version: str = Field(max_length=32)
    framework_agreement: str = Field(max_length=64)
    #: Version of the general terms.
    terms_version: str = Field(max_length=64)
    starts_on: date
    #: The last day, when it is fixed: the framework agreement ends, or a younger contract takes its place.
    ends_on: date | None = None
    period_months: int = 12
    #: None = as long as the period (R-065).
    renewal_months: int | None = None
    #: The last day that is paid for; an unpaid contract is valid until a supervisor decides otherwise (R-064, A-14).
    paid_until: date | None = None
    #: The day that notice was received (R-066).
    notice_on: date | None = None
    #: A supervisor's decision, with its reason (A-14).
    level_0_from: date | None = None
    why_level_0: str = ""
    #: The agreed number of users and the price of one for a month, for a buy-out (R-067, A-15).
    users: int = 0
    price_per_user: Decimal | None = Field(default=None, sa_type=Euro)


class PhoneNumber(SQLModel, table=True):
    """A number that calls us, and whose it is."""

    __tablename__ = "phone_number"
    id: int | None = Field(default=None, primary_key=True)
    e164: str = Field(max_length=16, unique=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    contact_name: str = Field(default="", max_length=200)
    #: That this contact chose by key, or that one of us wrote down; "": the language of the line.
    language: str = Field(default="", max_length=8)


class EngineerRow(SQLModel, table=True):
    """An engineer of ours."""

    __tablename__ = "engineer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    number: str = Field(max_length=16)
    line: int = 1
    #: Works here no longer since then; the name stays with what is past.
    left_at: datetime | None = None


class DutyRow(SQLModel, table=True):
    """[starts_at, ends_at); position 1 rings first."""

    __tablename__ = "duty"
    __table_args__ = (sa.Index(None, "ends_at", "starts_at"),)
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: int = Field(foreign_key="engineer.id", index=True)
    starts_at: datetime
    ends_at: datetime
    position: int = 1
    is_override: bool = False


class TicketRow(SQLModel, table=True):
    """A report that came in (melding). Its number is `T-` and 1000 + id: see `ari_app.desk.numbers`."""

    __tablename__ = "ticket"
    __table_args__ = (
        sa.Index("ix_ticket_next_look_at", "next_look_at", sqlite_where=sa.text("next_look_at IS NOT NULL"),
                 postgresql_where=sa.text("next_look_at IS NOT NULL")),
        sa.Index("ix_ticket_state", "state"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    kind: Kind = Field(sa_type=by_value(Kind))
    source: TicketSource = Field(sa_type=by_value(TicketSource))
    state: TicketState = Field(default=TicketState.NEW, sa_type=by_value(TicketState))
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    #: As they were at the moment of reporting: a later contract changes nothing here (R-023).
    level: str = Field(max_length=32)
    agreement_version: str = Field(max_length=32)
    scope: Scope = Field(default=Scope.IN_SCOPE, sa_type=by_value(Scope))
    #: What a person confirmed; the machine only proposes.
    category: Category | None = Field(default=None, sa_type=by_value(Category))
    #: As the assessment named it: cat1, cat2, cat3, service_request, user_change, other or unclear.
    proposal: str | None = Field(default=None, max_length=32)
    why_proposed: str = ""
    needs_review: bool = False
    summary: str = ""
    reported_at: datetime = Field(index=True)
    next_look_at: datetime | None = None
    #: The contract that held when it was reported; changes count in its month (A-02).
    contract_id: int | None = Field(default=None, foreign_key="contract.id", index=True)
    #: 1, 2 or 3: the engineers' line that the work needs (R-142).
    engineer_line: int = 1
    assignee_id: int | None = Field(default=None, foreign_key="engineer.id", index=True)
    #: None = nobody has judged it yet (R-083, A-19).
    impediment: Impediment | None = Field(default=None, sa_type=by_value(Impediment))
    is_crucial_place: bool | None = None
    #: Is there, or did we offer, another way to work (R-080, R-147)?
    has_alternative: bool | None = None
    #: The service bought from us that the impediment concerns (R-084).
    service_concerned: str = Field(default="", max_length=200)
    #: A calamity although it is about one or a few persons (R-054).
    is_exception: bool = False
    #: A calamity that the customer caused is charged (R-058).
    is_caused_by_customer: bool = False


class TicketEventRow(SQLModel, table=True):
    """What happened to a ticket. Rows are only added, never changed, but that retention blots out phone numbers in their
    texts: `at` is when it happened, `recorded_at` when we heard.

    A row that a `CorrectionRow` names no longer counts.
    """

    __tablename__ = "ticket_event"
    __table_args__ = (
        sa.Index("ix_ticket_event_no_calamity", "at", sqlite_where=sa.text("type = 'not_a_calamity'"),
                 postgresql_where=sa.text("type = 'not_a_calamity'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    type: EventType = Field(sa_type=by_value(EventType))
    at: datetime
    recorded_at: datetime
    #: An engineer, an account, or "" for the line itself.
    actor: str = Field(default="", max_length=200)
    #: What goes with the event: `reason`, `category`, `level` or `scope`, by value; `before`; texts such as `question`.
    detail: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    why: str = ""
    #: False: it tells of the past and leaves the state of the ticket as it is.
    moves_state: bool = True


class SlaClockRow(SQLModel, table=True):
    """The last plan of one clock of a ticket: a cache that can be made again from the events at any time."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        sa.Index("ix_sla_clock_runs", "due_at", sqlite_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
                 postgresql_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL")),
    )  # fmt: skip
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    clock: ClockKind = Field(sa_type=by_value(ClockKind), primary_key=True)
    state: str = Field(max_length=32)
    #: Service time; None when nothing is promised.
    target_seconds: float | None = None
    elapsed_seconds: float
    started_at: datetime | None = None
    due_at: datetime | None = None
    met_until: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    #: Without confirmed excuses and waits (A-07); None also for a clock that was last planned before this was kept.
    gross_breached_at: datetime | None = None
    #: That the target is of; None where the clock has none, and for a clock that was last planned before this was kept.
    category: Category | None = Field(default=None, sa_type=by_value(Category))
    rule: str = Field(max_length=64)
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class CallRow(SQLModel, table=True):
    """One call, as its report told. `call_id` makes filing it twice harmless."""

    __tablename__ = "call"
    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(max_length=64, unique=True)
    #: What the caller's side calls it; "" when the call came in by no SIP channel of ours.
    sip_call_id: str = Field(default="", max_length=255, index=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    line: str = Field(max_length=32)
    caller_number: str | None = Field(default=None, max_length=16)
    caller_id_raw: str = ""
    route: str = Field(max_length=32)
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    #: `[{"at": ISO 8601, "what": ..., "detail": ...}]` in order of happening.
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    received_at: datetime
    answered_at: datetime | None = None
    talked_with: str | None = Field(default=None, max_length=200)
    talk_started_at: datetime | None = None
    talk_ended_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = Field(max_length=32)
    error: str | None = None
    origin: str = Field(max_length=32)


class CallLegRow(SQLModel, table=True):
    """One phone that we rang for a call."""

    __tablename__ = "call_leg"
    id: int | None = Field(default=None, primary_key=True)
    call_row_id: int = Field(foreign_key="call.id", index=True)
    who: str = Field(max_length=200)
    number: str = Field(max_length=64)
    rang_at: datetime
    result: str = Field(max_length=32)
    ended_at: datetime | None = None
    sip_code: int | None = None
    why: str = ""
    engineer_id: int | None = Field(default=None, foreign_key="engineer.id")


class StartedCallRow(SQLModel, table=True):
    """A call that came in and is not filed yet: what is left of it when the service is killed."""

    __tablename__ = "started_call"
    call_id: str = Field(max_length=64, primary_key=True)
    sip_call_id: str = Field(default="", max_length=255)
    line: str = Field(max_length=32)
    caller_number: str | None = Field(default=None, max_length=16)
    recording: str | None = Field(default=None, max_length=200)
    received_at: datetime


class VoicemailRow(SQLModel, table=True):
    """A recorded message and what was heard in it."""

    __tablename__ = "voicemail"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", unique=True)
    #: File name relative to the recordings folder.
    recording: str = Field(max_length=200, unique=True)
    state: VoicemailState = Field(default=VoicemailState.PENDING, sa_type=by_value(VoicemailState), index=True)
    seconds: float | None = None
    transcript: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    #: `Assessment.because` as plain values; words count from 0, the end is not included.
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    sure: float | None = None
    #: `Assessment.told`: who, how to reach, what is missing, what each voice proposed and why a person has to look.
    told: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    model: str = Field(default="", max_length=200)
    #: 0..1, equally spaced over the recording; for the drawing of the sound.
    peaks: list[float] = Field(default_factory=list, sa_type=sa.JSON)
    error: str = ""


class AccessEntryRow(SQLModel, table=True):
    """Who took access to what of a customer, when and for which ticket (R-113, R-114). Rows are only added."""

    __tablename__ = "access_entry"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    account: str = Field(max_length=200)
    at: datetime
    #: What was done: "listened", "opened", "changed" ...
    purpose: str = Field(max_length=64)
    #: The file or folder; "" for the recording of the ticket itself.
    path: str = ""
    #: The task that needs it (R-113).
    why: str = ""
