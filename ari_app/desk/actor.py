"""Who gives a command to the desk, and what only some may do."""

from dataclasses import dataclass

from ari_app.desk.refusal import Refused
from ari_app.store.tables import Role

#: Who works on tickets. Managers and auditors only look.
WORKING = frozenset({Role.SUPERVISOR, Role.ENGINEER, Role.ADMINISTRATOR})
#: Whose decision counts where the agreement asks for a supervisor.
DECIDING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """`role` None: not one of us (a customer, a supplier, or the line itself)."""

    name: str
    role: Role | None = None
    #: Who this is in the rota, when the account says so.
    engineer_id: int | None = None

    def must_be_ours(self, rule: str) -> None:
        """Only our own people judge and act (R-085, R-100). Raises Refused."""
        if self.role is None:
            raise Refused("Kan alleen door een medewerker van CNE: de klant bepaalt dit niet", rule)
        if self.role not in WORKING:
            raise Refused("Kan door een supervisor of engineer: een manager of auditor kijkt alleen mee", rule)

    def must_belong(self, rule: str) -> None:
        """Any account of ours may look. Raises Refused."""
        if self.role is None:
            raise Refused("Kan alleen door een medewerker van CNE", rule)

    def must_supervise(self, rule: str) -> None:
        """Raises Refused."""
        if self.role not in DECIDING:
            raise Refused("Kan nadat een supervisor dit beslist", rule)


#: The line itself: what no person did.
THE_LINE = Actor("")
