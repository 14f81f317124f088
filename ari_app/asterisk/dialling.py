"""Stands before every request that makes Asterisk ring a phone."""

import asyncio
from collections.abc import Callable

import structlog

from routing.dialling import Approved, Budget, BudgetSpent, Limits, NotDialled, approved_endpoint

log = structlog.get_logger()


class DialGuard:
    """One for all calls of a line. As it is made nothing may be rung at all. `on_spent` hears of a budget that ran out."""

    def __init__(
        self,
        approved: Approved | None = None,
        limits: Limits | None = None,
        on_spent: Callable[[BudgetSpent], None] = lambda spent: None,
    ) -> None:
        self._approved = approved or Approved()
        self._budget = Budget(limits or Limits())
        self._on_spent = on_spent

    def endpoint(self, call: str, leg: str, endpoint: str, number: str) -> str:
        """The endpoint to ring for `leg` of `call`, counted. Raises NotDialled."""
        try:
            approved = approved_endpoint(endpoint, number, self._approved)
            self._budget.take(call, leg, asyncio.get_running_loop().time(), is_behind_trunk=bool(number))
        except NotDialled as why:
            log.error("A phone was not rung", action="dial_refused", call=call, why=str(why))
            if isinstance(why, BudgetSpent):
                self._on_spent(why)
            raise
        return approved

    def ended(self, leg: str) -> None:
        self._budget.ended(leg, asyncio.get_running_loop().time())

    def forget(self, call: str) -> None:
        self._budget.forget(call)
