"""What people choose a channel for: the kinds of the outbox in a few subjects, and what holds for each."""

from dataclasses import dataclass
from enum import StrEnum

from ari_app.desk.telling import MAINTENANCE
from ari_app.store.outbox_tables import NoticeKind


class Subject(StrEnum):
    """In the order in which pages show them."""

    URGENT = "urgent"
    PROMISE = "promise"
    PLAN = "plan"
    LINE = "line"
    DUTY = "duty"
    ROTA = "rota"
    RECORDING = "recording"
    TEST = "test"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Nature:
    """`may_wait`: quiet hours hold it back. `asks`: told on and on until somebody takes it up, not only until it is
    delivered. `next_person`: after the last channel of the first ones it goes to others. `name` is Dutch."""

    name: str
    may_wait: bool
    asks: bool
    next_person: bool


NATURES = {
    # Urgent messages go from person to person by themselves: see desk/urgent.py.
    Subject.URGENT: Nature("Dringende berichten en calamiteiten", may_wait=False, asks=True, next_person=False),
    Subject.PROMISE: Nature("Termijnen die aflopen of om zijn", may_wait=False, asks=True, next_person=True),
    Subject.PLAN: Nature("Resolution Plans die ontbreken", may_wait=True, asks=False, next_person=False),
    Subject.LINE: Nature("Storing van de lijn zelf", may_wait=False, asks=True, next_person=True),
    Subject.DUTY: Nature("Dienst nemen en gemiste diensten", may_wait=False, asks=False, next_person=True),
    Subject.ROTA: Nature("Ruilen en gaten in het rooster", may_wait=True, asks=False, next_person=False),
    Subject.RECORDING: Nature("Opnamen om te beluisteren", may_wait=True, asks=False, next_person=False),
    Subject.TEST: Nature("Proefmelding", may_wait=False, asks=False, next_person=False),
    Subject.CUSTOMER: Nature("Bericht aan een klant", may_wait=False, asks=False, next_person=False),
}
#: What a person chooses; a test goes by every channel, and what goes to customers is not ours to choose.
CHOSEN = tuple(subject for subject in Subject if subject not in (Subject.TEST, Subject.CUSTOMER))

_SUBJECTS = {
    "urgent": Subject.URGENT,
    "cat_iii_proposed": Subject.URGENT,
    NoticeKind.AT_RISK: Subject.PROMISE,
    NoticeKind.OVERDUE: Subject.PROMISE,
    NoticeKind.BREACHED: Subject.PROMISE,
    NoticeKind.NO_PLAN: Subject.PLAN,
    NoticeKind.NOT_PLANNED: Subject.PLAN,
    "self_call_failed": Subject.LINE,
    "dial_budget_spent": Subject.LINE,
    "duty_to_take": Subject.DUTY,
    "duty_not_taken": Subject.DUTY,
    "rota_nobody": Subject.DUTY,
    "rota_no_second": Subject.ROTA,
    "rota_no_number": Subject.ROTA,
    "rota_low_line": Subject.ROTA,
    "rota_long_run": Subject.ROTA,
    "swap_asked": Subject.ROTA,
    "swap_accepted": Subject.ROTA,
    "swap_refused": Subject.ROTA,
    "swap_withdrawn": Subject.ROTA,
    "message_parked": Subject.RECORDING,
    "test": Subject.TEST,
    MAINTENANCE: Subject.CUSTOMER,
}
#: Kinds that let what is urgent go first, however long they wait.
UNHURRIED = tuple(
    kind for kind, subject in _SUBJECTS.items() if NATURES[subject].may_wait or subject is Subject.CUSTOMER
)


def subject_of(kind: str) -> Subject:
    """What nobody knows is told as a fault of the line: it never waits."""
    return _SUBJECTS.get(kind, Subject.LINE)
