"""What a token may do, beside what the role of its account may."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ari_app.desk.actor import DECIDING
from ari_app.store.tables import Role


class Scope(StrEnum):
    """`admin` is all of them together."""

    READ = "read"
    TICKETS_WRITE = "tickets:write"
    RECORDINGS_READ = "recordings:read"
    ROTA_WRITE = "rota:write"
    CUSTOMERS_WRITE = "customers:write"
    LINE_WRITE = "line:write"
    NOTIFICATIONS_WRITE = "notifications:write"
    ADMIN = "admin"


#: In Dutch, for the page on which a token is made.
MEANING: Mapping[Scope, str] = {
    Scope.READ: "alles lezen, behalve opnames",
    Scope.TICKETS_WRITE: "meldingen openen en behandelen",
    Scope.RECORDINGS_READ: "opnames beluisteren (wordt gelogd)",
    Scope.ROTA_WRITE: "rooster, engineers en ruilen",
    Scope.CUSTOMERS_WRITE: "klanten, contracten, nummers, pincodes, diensten, uitsluitingen",
    Scope.LINE_WRITE: "mededelingen, onderhoud, feestdagen, openingstijden, gesproken teksten en woordenlijst",
    Scope.NOTIFICATIONS_WRITE: "meldingen aan mensen: oppakken, opnieuw sturen, eigen voorkeuren",
    Scope.ADMIN: "alles wat het account mag",
}
ALL = frozenset(Role)
OVERSEEING = DECIDING | {Role.MANAGER, Role.AUDITOR}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
#: Who look at who did what.
AUDITING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def parsed(names: Iterable[str]) -> tuple[Scope, ...]:
    """In the order of the enum. Raises ValueError that names what is unknown and what there is."""
    asked = set(names)
    if unknown := sorted(asked - {scope.value for scope in Scope}):
        raise ValueError(f"no scope: {', '.join(unknown)}; choose from {', '.join(Scope)}")
    if not asked:
        raise ValueError(f"a token needs a scope; choose from {', '.join(Scope)}")
    return tuple(scope for scope in Scope if scope.value in asked)


def allows(held: Iterable[str], wanted: Scope) -> bool:
    """Whether a token with these scopes may do what asks for that one."""
    return wanted.value in held or Scope.ADMIN.value in held
