"""An engineer of ours calls in, with a duty to take or an urgent message that waits: the line calls back on the rota's number.

A caller id can be forged, so a key in this call takes nothing. It makes our own call to a number of the rota, where the key
counts; that also shows that the phone can be reached. Whoever forges the number makes a phone ring, a few times an hour.
"""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.desk.report import DUTY_ROUTE
from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import ask
from ari_app.store.engineer_call_tables import Purpose

log = structlog.get_logger()

CALL_ME = "1"
ANSWER_WITHIN = 4.0
_QUESTIONS = {Purpose.DUTY: "duty-call-me", Purpose.URGENT: "urgent-call-me"}
_WHAT = {Purpose.DUTY: "de dienst", Purpose.URGENT: "een dringend bericht"}


async def was_one_of_us(call: OpenCall) -> bool:
    """True: an engineer who is called back now. False: a caller as any other, also of us. Raises Hangup."""
    number = call.caller.number
    if number is None or call.caller.is_known:
        return False
    try:
        wanted = await call.line.for_engineers.wanted_from(number, call.clock.now())
        if wanted is None or await ask(call, _QUESTIONS[wanted.purpose], within=ANSWER_WITHIN) != CALL_ME:
            return False
        if not await call.line.for_engineers.ask(wanted):
            call.because(f"Zo vaak om een oproep van {wanted.name} gevraagd dat de lijn nu niet meer belt (A-25).")
            return False
    except SQLAlchemyError:  # the database is away: a caller like any other then
        log.exception("An engineer could not be looked up", action="engineer_not_called", call=call.call.id)
        return False
    call.report.route = DUTY_ROUTE
    call.because(f"Belde met het nummer van {wanted.name} en vroeg om {_WHAT[wanted.purpose]}.")
    call.because("De lijn belt terug op het nummer in het rooster: een nummer kan vervalst zijn (A-25).")
    await call.say("we-call-you-now")
    return True
