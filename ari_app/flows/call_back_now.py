"""The caller asked to be called back (`*5`) and hung up: the engineer who stays on the line calls back with one key."""

from ari_app.asterisk.call import Leg
from ari_app.asterisk.channel import Hangup
from ari_app.flows.call_back import call_customer
from ari_app.flows.open_call import OpenCall
from ari_app.flows.whisper import asked

CALL_BACK = "1"


async def call_back_now(call: OpenCall, leg: Leg) -> None:
    """Only to the number that will stand on the ticket. What became of it goes there; who was reached is no task any more."""
    number = call.report.call_back_number or call.caller.number
    wanted = [one for one in call.report.keyed_in if one.what == "call_back"]
    if not wanted or number is None:
        return
    leg.is_on_its_own = True
    leg.digits.clear()
    try:
        if await asked(leg, [call.line.media("engineer-press-1-call-back")], keys=CALL_BACK) != CALL_BACK:
            return
        outcome = await call_customer(leg, number, call.line, call.clock)
    except Hangup:
        call.note("engineer", f"{leg.target.who}: hung up before the customer was reached")
        return
    if outcome.began_at:
        call.report.keyed_in = [one for one in call.report.keyed_in if one not in wanted]
    call.key_in(leg, "called_back", outcome.why)
