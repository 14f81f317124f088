"""The tick of retention. Every service on a database runs it; what one has deleted the other does not find."""

from ari_app.desk.retention import Retention
from ari_app.jobs.ticks import Work

RETENTION_EVERY = 3600.0


def retaining(retention: Retention) -> Work:
    """The work of one tick."""
    return retention.erase
