"""An engineer calls the line from a registered phone at the start of a shift, and takes the duty by pressing 1."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.desk.refusal import Refused
from ari_app.desk.report import DUTY_ROUTE, Step
from ari_app.flows.open_call import OpenCall

log = structlog.get_logger()

TAKE = "1"
ANSWER_WITHIN = 4.0


async def took_duty(call: OpenCall) -> bool:
    """False: not an engineer with a duty to take, or 1 was not pressed; then the call goes on as any other. Raises Hangup.

    A caller id can be forged. What that gains here is little: the engineer is rung first, as the rota says, and the
    second when nobody presses 1.
    """
    number = call.caller.number
    if number is None or call.caller.is_known:
        return False
    now = call.clock.now()
    try:
        offer = await call.line.handshake.offer_to(number, now)
        if offer is None or offer.is_taken or await _answer(call) != TAKE:
            return False
        await call.line.handshake.take(offer.shift.engineer.id, "keypad", now)
    except (SQLAlchemyError, Refused):  # the database is away, or the rota changed: a caller like any other then
        log.exception("A duty could not be taken", action="duty_not_taken", call=call.call.id)
        return False
    call.report.route = DUTY_ROUTE
    call.because(f"{offer.shift.engineer.name} nam de dienst met een toets.")
    await call.say("duty-taken")
    return True


async def _answer(call: OpenCall) -> str | None:
    """The key that is pressed during the question or soon after it."""
    call.call.digits.clear()
    asked_at = call.clock.now()
    await call.call.play(call.line.media("duty-press-1"))
    call.report.steps.append(Step(asked_at, "prompt", "duty-press-1"))
    return await call.call.key(ANSWER_WITHIN)
