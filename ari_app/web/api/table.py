"""All operations: routes, document, checks and tests are made from this one table."""

from ari_app.web.api.operation import Operation
from ari_app.web.api.operations.agreement import agreement
from ari_app.web.api.operations.calling import calling
from ari_app.web.api.operations.contracts import contracts
from ari_app.web.api.operations.customers import customers
from ari_app.web.api.operations.engineers import engineers
from ari_app.web.api.operations.feed import feed
from ari_app.web.api.operations.line import line
from ari_app.web.api.operations.me import me
from ari_app.web.api.operations.rota import rota
from ari_app.web.api.operations.ticket_commands import command_operations
from ari_app.web.api.operations.tickets import tickets

_GROUPS = (tickets, calling, feed, customers, contracts, engineers, rota, line, agreement, me)

OPERATIONS: tuple[Operation, ...] = (
    *tickets.operations,
    *command_operations(),
    *(operation for group in _GROUPS[1:] for operation in group.operations),
)
