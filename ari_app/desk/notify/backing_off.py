"""How long after a failed try the next one comes. `jitter` in [0, 1) spreads the tries of many over time. Pure."""

from datetime import timedelta

#: A person should know soon, by this channel or the next: given up after about four hours.
FOR_PEOPLE = tuple(timedelta(seconds=s) for s in (15, 60, 120, 300, 900, 1800, 3600, 7200))
#: What Standard Webhooks proposes: given up after about three days.
FOR_WEBHOOKS = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
_SPREAD = 0.2


def wait_after(attempt: int, *, is_webhook: bool, jitter: float, asked: timedelta | None = None) -> timedelta | None:
    """From the end of try `attempt` (counts from 1); None: that was the last one. Never shorter than the receiver asked."""
    waits = FOR_WEBHOOKS if is_webhook else FOR_PEOPLE
    if attempt > len(waits):
        return None
    wait = waits[attempt - 1] * (1 - _SPREAD + 2 * _SPREAD * jitter)
    return max(wait, asked) if asked else wait
