"""All operations: routes, document, checks and tests are made from this one table."""

from ari_app.web.api.operation import Operation
from ari_app.web.api.operations.accounts import accounts
from ari_app.web.api.operations.agreement import agreement
from ari_app.web.api.operations.around_tickets import around_tickets
from ari_app.web.api.operations.attachments import attachments
from ari_app.web.api.operations.audit import audit
from ari_app.web.api.operations.calling import calling
from ari_app.web.api.operations.contracts import contracts
from ari_app.web.api.operations.customer_facts import customer_facts
from ari_app.web.api.operations.customers import customers
from ari_app.web.api.operations.duty import duty
from ari_app.web.api.operations.engineers import engineers
from ari_app.web.api.operations.exclusions import exclusions
from ari_app.web.api.operations.feed import feed
from ari_app.web.api.operations.figures import figures
from ari_app.web.api.operations.line import line
from ari_app.web.api.operations.live import live
from ari_app.web.api.operations.maintenance import maintenance
from ari_app.web.api.operations.me import me
from ari_app.web.api.operations.notifications import notifications
from ari_app.web.api.operations.persons import persons
from ari_app.web.api.operations.phrases import phrases
from ari_app.web.api.operations.records import records
from ari_app.web.api.operations.review import review
from ari_app.web.api.operations.rota import rota
from ari_app.web.api.operations.rota_files import rota_files
from ari_app.web.api.operations.services import services
from ari_app.web.api.operations.settings import settings
from ari_app.web.api.operations.sounds import sounds
from ari_app.web.api.operations.ticket_commands import command_operations, preview_operations
from ari_app.web.api.operations.tickets import tickets

_GROUPS = (
    around_tickets,
    attachments,
    review,
    calling,
    feed,
    customers,
    customer_facts,
    services,
    records,
    contracts,
    exclusions,
    engineers,
    rota,
    rota_files,
    duty,
    line,
    maintenance,
    sounds,
    phrases,
    notifications,
    live,
    figures,
    agreement,
    audit,
    accounts,
    persons,
    settings,
    me,
)

OPERATIONS: tuple[Operation, ...] = (
    *tickets.operations,
    *command_operations(),
    *preview_operations(),
    *(operation for group in _GROUPS for operation in group.operations),
)
