"""The sign of life that the dialplan looks at, and the watchdog that withholds it: better no service than one that is too slow."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from ari_app.asterisk.errors import Fatal, Gone, Refused, Unreachable
from ari_app.asterisk.rest import Rest

log = structlog.get_logger()

#: The dialplan works by itself when this variable is older than ten seconds.
HEARTBEAT_VARIABLE = "LINE_HB"
HEARTBEAT_EVERY = 3.0
_WITHHELD = "0"
#: Which line gives the sign of life. One that lives gives a new one within this time (seconds).
OWNER_VARIABLE = "LINE_OWNER"
RENEWED_WITHIN, LOOK_EVERY = HEARTBEAT_EVERY * 1.5, 0.5

#: What is wrong with us apart from Asterisk, such as a database that is away; None: nothing.
Trouble = Callable[[], Awaitable[str | None]]


async def _no_trouble() -> None:
    return None


class Heartbeat:
    """Each beat is a round trip to Asterisk through our own event loop: it measures both.

    `slow_after`: seconds. After `times` beats in a row that were slow, failed or in trouble it is withheld, and the dialplan
    takes the next callers at once; after `times` good ones it is given again. Calls that are on go on. `owner` names the
    line; "": whoever it is.
    """

    def __init__(
        self,
        rest: Rest,
        *,
        slow_after: float = 1.0,
        times: int = 3,
        trouble: Trouble = _no_trouble,
        owner: str = "",
    ) -> None:
        self._rest = rest
        self._owner = owner
        self._slow_after = slow_after
        self._times = times
        self._trouble = trouble
        #: Beats in a row that speak against the present state.
        self._against = 0
        self.is_withheld = False

    async def claim(self) -> None:
        """Makes this Asterisk ours, before its callers are. Raises Fatal as long as another line lives beside it: whoever
        connects last would get its callers, and those in a call would be left alone. A line that died is waited for a moment."""
        if not self._owner:
            return
        other = await self._rest.get_global(OWNER_VARIABLE)
        if other not in (None, self._owner) and await self._is_renewed():
            raise Fatal(
                f"The line {other} takes the callers of this Asterisk already, and only one may. Stop that one first, "
                "or give this one an Asterisk of its own (asterisk.host, asterisk.ari_port)."
            )
        await self._rest.set_global(OWNER_VARIABLE, self._owner)

    async def once(self) -> None:
        """One beat. Does not raise, except Fatal."""
        why = await self._beat() or await self._trouble()
        if bool(why) is self.is_withheld:
            self._against = 0
            return
        self._against += 1
        if why:
            log.warning("A heartbeat was not good", action="heartbeat_slow", why=why, in_a_row=self._against)
        if self._against >= self._times:
            self._against = 0
            self.is_withheld = not self.is_withheld
            self._tell(why)

    async def _is_renewed(self) -> bool:
        """Somebody gives signs of life."""
        before = await self._rest.get_global(HEARTBEAT_VARIABLE)
        for _ in range(round(RENEWED_WITHIN / LOOK_EVERY)):
            await asyncio.sleep(LOOK_EVERY)
            if await self._rest.get_global(HEARTBEAT_VARIABLE) != before:
                return True
        return False

    async def _beat(self) -> str | None:
        value = _WITHHELD if self.is_withheld else str(int(time.time()))
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._slow_after * 3):
                await self._rest.set_global(HEARTBEAT_VARIABLE, value)
        except (Unreachable, Gone, Refused, TimeoutError) as failure:
            return f"not delivered: {failure!r}"
        took = loop.time() - began
        return f"Asterisk took {took:.1f} s to answer" if took > self._slow_after else None

    def _tell(self, why: str | None) -> None:
        if self.is_withheld:
            log.error("Callers go to the fallback of the dialplan", action="heartbeat_withheld", why=why)
        else:
            log.warning("The service takes callers again", action="heartbeat_given_again")
