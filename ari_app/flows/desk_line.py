"""Phone hours: the desk's phones ring, in turn or together."""

from ari_app.asterisk.call import Target
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import voicemail


async def desk_line(call: OpenCall) -> None:
    """Music for the caller until a desk phone is picked up; nobody within the set time: voicemail. Raises Hangup."""
    call.report.route = "desk"
    async with call.call.music():
        for phones in _turns(call):
            async with call.ring(*phones, ring_for=call.settings.desk_ring_for_seconds) as ringing:
                if ringing.answered and await call.talk(ringing.answered):
                    return None

    call.because("De servicedesk nam niet op: inspreken.")
    return await voicemail(call, "desk-no-answer")


def _turns(call: OpenCall) -> list[list[Target]]:
    phones = [Target(who=endpoint.split("/")[-1], endpoint=endpoint) for endpoint in call.settings.desk_endpoints]
    if call.settings.desk_strategy == "together":
        return [phones] if phones else []
    return [[phone] for phone in phones]
