"""Who did what, for the auditor and the administrator."""

from typing import Annotated

from pydantic import Field

from ari_app.desk import audit as trail
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.scopes import AUDITING
from ari_app.web.api.values import Id, Instant, Page, Paged, ShortText, TicketNumber

audit = Group("audit")


class EntriesWanted(Paged):
    """All that is given must hold. `since` is included, `until` is not."""

    who: ShortText = ""
    what: Annotated[ShortText, Field(description="As the entries name it: a command, a route, login.")] = ""
    ticket: TicketNumber | None = None
    customer_id: Id | None = None
    since: Instant | None = None
    until: Instant | None = None


@audit.get("/audit", roles=AUDITING)
async def list_audit(asked: Asked, query: EntriesWanted) -> Page[trail.AuditView]:
    """Entries of the audit trail, newest first: every command, play and login of a person."""
    wanted = trail.Asked(query.who, query.what, query.ticket or "", query.customer_id, query.since, query.until)
    found = await asked.desk.audit.entries(wanted, query.limit + 1, place(query.after, "audit"))
    return page(asked, "audit", [(one.id, one) for one in found], query.limit)


@audit.get("/audit/kinds", roles=AUDITING)
async def list_audit_kinds(asked: Asked) -> list[str]:
    """Every `what` that there is, by alphabet."""
    return await asked.desk.audit.kinds()
