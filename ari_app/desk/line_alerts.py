"""What is wrong with the line itself, told to the supervisor once an hour at most."""

from ari_app.clock import Clock
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.database import Store

DIAL_BUDGET = "dial_budget_spent"


class LineAlerts:
    """Rows of the outbox, so that they are told whatever becomes of this service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def dial_budget_spent(self, which: str, why: str) -> None:
        """`which` budget: "legs", "rate" or "duration"; `why` is Dutch. Phones are not rung any more; callers leave a message."""
        now = self._clock.now()
        text = f"Een grens van het uitbellen is bereikt. {why} Bellers spreken een bericht in. Kijk of dit misbruik is."
        async with self._store.session() as session:
            await tell_once(session, f"{DIAL_BUDGET}:{which}:{now:%Y-%m-%dT%H}", DIAL_BUDGET, SUPERVISOR, text, now)
