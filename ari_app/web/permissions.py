"""Who may open and change what: one table, by the name of the route. What does not stand in it is closed to everybody.

A new page adds its routes here; `python -m ari_app.web.roles_page` writes the table into docs/roles.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ari_app.desk.actor import DECIDING, WORKING
from ari_app.store.tables import Role
from ari_app.web.languages import Words, _

ROLE_NL: Mapping[Role, str] = Words(
    {
        Role.SUPERVISOR: "supervisor",
        Role.ENGINEER: "engineer",
        Role.MANAGER: "manager",
        Role.AUDITOR: "auditor",
        Role.ADMINISTRATOR: "beheerder",
    }
)

NOBODY: frozenset[Role] = frozenset()
ALL = frozenset(Role)
#: People who look at figures and contracts.
OVERSEEING = DECIDING | {Role.MANAGER, Role.AUDITOR}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
#: People who look at who did what.
AUDITING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Permission:
    """`get`: who may open it; `post`: who may change something by it (POST, PUT, PATCH, DELETE)."""

    get: frozenset[Role] = NOBODY
    post: frozenset[Role] = NOBODY
    #: Why nobody has to log in; "": everybody has to.
    without_login: str = ""


def seen_by(*roles: frozenset[Role]) -> Permission:
    """A page that changes nothing."""
    return Permission(get=frozenset().union(*roles))


def done_by(*roles: frozenset[Role]) -> Permission:
    """A button."""
    return Permission(post=frozenset().union(*roles))


PERMISSIONS: Mapping[str, Permission] = {
    # Tickets and what callers said
    "tickets": seen_by(ALL),
    "ticket": seen_by(ALL),
    # Words are left out for who may not read them.
    "ticket-voicemail": seen_by(ALL),
    "ticket-command": done_by(WORKING),
    "ticket-preview": seen_by(WORKING),
    # What customers sent is for who works with it.
    "attach": done_by(WORKING),
    "attachment": seen_by(WORKING),
    "hear-again": done_by(WORKING),
    "claim": done_by(WORKING),
    "call-back": done_by(WORKING),
    # The roles that may hear are a setting, and an engineer hears only some tickets: see docs/roles.md.
    "recording": seen_by(ALL),
    # The review inbox; sound and words are left out for who may not hear them.
    "review": seen_by(ALL),
    "review-queue": seen_by(ALL),
    "review-customers": seen_by(WORKING),
    "review-report": seen_by(ALL),
    "review-decide": done_by(WORKING),
    "review-undo": done_by(WORKING),
    "review-merge": done_by(WORKING),
    "review-facts": done_by(WORKING),
    "review-ask": done_by(WORKING),
    "review-answer": done_by(WORKING),
    # Rota
    "rota": seen_by(ALL),
    "rota-link": done_by(DECIDING),
    "rota-link-revoke": done_by(DECIDING),
    "rota-override": done_by(DECIDING),
    "rota-override-remove": done_by(DECIDING),
    # An engineer asks and answers for nobody else: the desk refuses it.
    "rota-swap": done_by(WORKING),
    "rota-swap-answer": done_by(WORKING),
    "engineers": seen_by(ALL),
    "engineer-add": done_by(DECIDING),
    "engineer-line": done_by(DECIDING),
    "engineer-phones": done_by(DECIDING),
    "engineer-leaves": done_by(DECIDING),
    "engineer-returns": done_by(DECIDING),
    "calendar": Permission(without_login="the address is the secret of one calendar"),
    "duty": Permission(without_login="the address is the secret of one engineer"),
    "duty-hand-over": Permission(without_login="the address is the secret of one engineer"),
    "duty-test": Permission(without_login="the address is the secret of one engineer"),
    "duty-ring": Permission(without_login="the address is the secret of one engineer"),
    "duty-wrap-up": Permission(without_login="the address is the secret of one engineer"),
    # The line now, and what it would do
    "live": seen_by(ALL),
    "live-wall": seen_by(ALL),
    "live-events": seen_by(ALL),
    "simulator": seen_by(ALL),
    "figures": seen_by(OVERSEEING),
    "figures-csv": seen_by(OVERSEEING),
    # Customers
    "customers": seen_by(ALL),
    "customer": seen_by(ALL),
    "customer-add": done_by(WORKING),
    "customer-rename": done_by(WORKING),
    "customer-statement": seen_by(ALL),
    "customer-number": done_by(WORKING),
    "customer-number-remove": done_by(WORKING),
    "customer-language": done_by(WORKING),
    "customer-pin": done_by(WORKING),
    "customer-pin-clear": done_by(WORKING),
    "customer-service": done_by(WORKING),
    "customer-service-remove": done_by(WORKING),
    "customer-contact": done_by(WORKING),
    "customer-contact-change": done_by(WORKING),
    "customer-contact-remove": done_by(WORKING),
    "customer-equipment": done_by(WORKING),
    "customer-equipment-remove": done_by(WORKING),
    "contract-add": done_by(WORKING),
    "contract-framework": done_by(WORKING),
    "contract-notice": done_by(WORKING),
    "contract-payment": done_by(WORKING),
    "contract-no-level": done_by(DECIDING),
    "contract-buy-out": done_by(DECIDING),
    "customer-exclude": done_by(DECIDING),
    "customer-decline": done_by(DECIDING),
    "customer-lift": done_by(DECIDING),
    # What callers hear
    "announcements": seen_by(ALL),
    "announcement-add": done_by(WORKING),
    "announcement-end": done_by(WORKING),
    "announcement-listen": done_by(WORKING),
    "maintenance-plan": done_by(WORKING),
    "maintenance-told": done_by(WORKING),
    "maintenance-mail": done_by(WORKING),
    "maintenance-cancel": done_by(WORKING),
    # What the line is set to, hours, and spoken texts
    "settings": seen_by(OVERSEEING),
    "days": seen_by(ALL),
    "days-approve": done_by(DECIDING),
    "days-revoke": done_by(DECIDING),
    "days-override": done_by(DECIDING),
    "days-effect": done_by(DECIDING),
    "prompts": seen_by(ALL),
    "prompt-sound": seen_by(ALL),
    "prompt-take": done_by(DECIDING),
    "prompt-take-remove": done_by(DECIDING),
    "phrases": seen_by(ALL),
    "phrases-effect": done_by(DECIDING),
    "phrases-save": done_by(DECIDING),
    "phrases-drop": done_by(DECIDING),
    "phrases-undo": done_by(DECIDING),
    # Telling people
    "notifications": seen_by(WORKING),
    "notifications-retry": done_by(DECIDING),
    "notification-take": done_by(WORKING),
    "channels": seen_by(ADMINISTRATORS),
    "my-notifications": seen_by(WORKING),
    "my-notifications-save": done_by(WORKING),
    "my-notifications-test": done_by(WORKING),
    # Who did what
    "audit": seen_by(AUDITING),
    "audit-csv": seen_by(AUDITING),
    # One's own
    "own-account": seen_by(ALL),
    "own-password": done_by(ALL),
    "own-totp": done_by(ALL),
    "own-totp-confirm": done_by(ALL),
    "own-totp-off": done_by(ALL),
    "own-recovery": done_by(ALL),
    "own-keys": done_by(ALL),
    "own-language": done_by(ALL),
    "own-session-end": done_by(ALL),
    "own-sessions-end": done_by(ALL),
    # An administrator sees those of everybody; others make and revoke their own only.
    "tokens": seen_by(ALL),
    "token-create": done_by(ALL),
    "token-revoke": done_by(ALL),
    "logout": done_by(ALL),
    "login": Permission(without_login="the login itself"),
    "language": Permission(without_login="what a browser speaks before anybody is known"),
    "login-code": Permission(without_login="the second step of the login"),
    "login-outside": Permission(without_login="off to the OpenID provider"),
    "login-outside-back": Permission(without_login="back from it; the answer is checked"),
    # Who may log in
    "accounts": seen_by(ADMINISTRATORS),
    "account-create": done_by(ADMINISTRATORS),
    "account-role": done_by(ADMINISTRATORS),
    "account-engineer": done_by(ADMINISTRATORS),
    "account-disable": done_by(ADMINISTRATORS),
    "account-enable": done_by(ADMINISTRATORS),
    "account-end-sessions": done_by(ADMINISTRATORS),
    "account-reset": done_by(ADMINISTRATORS),
    "account-revoke-tokens": done_by(ADMINISTRATORS),
    # What is held on a person, and what must stay
    "persons": seen_by(ADMINISTRATORS),
    "person-export": done_by(ADMINISTRATORS),
    "person-erase": done_by(ADMINISTRATORS),
    "hold-place": done_by(ADMINISTRATORS),
    "hold-lift": done_by(ADMINISTRATORS),
    # Programs; what stands behind /api/v1 asks for a token by itself
    "api-document": Permission(without_login="says what programs may ask, nothing of anybody"),
    "api-docs": Permission(without_login="the same for people"),
    "api-docs-part": Permission(without_login="the same for people"),
    # Machines
    "static": Permission(without_login="styles and script, nothing of anybody"),
    "healthz": Permission(without_login="says that the process lives"),
    "readyz": Permission(without_login="says what is missing, nothing else"),
}


def is_open(name: str | None) -> bool:
    """Whether this route asks for no login."""
    return PERMISSIONS.get(name or "", Permission()).without_login != ""


def roles_for(name: str | None, method: str = "GET") -> frozenset[Role]:
    """Who may; nobody where the table has no such route."""
    permission = PERMISSIONS.get(name or "", Permission())
    return permission.get if method in _READING else permission.post


def may(role: str | None, name: str, method: str = "GET") -> bool:
    """For templates: whether somebody of this role may. Raises KeyError for a route that the table does not know."""
    permission = PERMISSIONS[name]
    return permission.without_login != "" or role in (permission.get if method in _READING else permission.post)


def why_not(role: str | None, name: str, method: str = "GET") -> str:
    """In Dutch, for a locked button: the condition, as in "Kan door een supervisor of beheerder."; "": it may."""
    return "" if may(role, name, method) else _("Kan door een %(roles)s.", roles=in_words(roles_for(name, method)))


def in_words(roles: Iterable[Role]) -> str:
    """ "supervisor of beheerder", always in the same order; "niemand" for no role."""
    names = [ROLE_NL[role] for role in Role if role in set(roles)]
    if not names:
        return _("niemand")
    return _(" of ").join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
