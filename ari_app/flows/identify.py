"""Who calls the calamity line, beyond the number: what the network says of it, and customer number and PIN (A-25)."""

from dataclasses import replace

from ari_app.asterisk.errors import AsteriskError
from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import entered
from routing.attestation import attestation_in
from routing.caller import Caller, Pin


async def hear_the_network(call: OpenCall) -> None:
    """Shows what the trunk says of the number; one that may be forged is doubted. Raises Hangup."""
    name = call.settings.attestation_header
    if not name or call.caller.number is None:
        return
    try:
        header = await call.call.rest.variable(call.call.id, f"PJSIP_HEADER(read,{name})")
    except AsteriskError as failure:
        call.note("attestation", f"not read: {type(failure).__name__}")
        return
    if found := attestation_in(header):
        call.note("attestation", f"{found.result} {found.level}".strip())
        call.because(found.why)
        take_for(call, replace(call.caller, is_doubted=found.is_forged))


async def identify(call: OpenCall) -> None:
    """Some tries; then `call.caller` is who proved to call, or is known not to have proved it. Raises Hangup."""
    for number in range(1, call.settings.pin_tries + 1):
        customer_number = await entered(call, "pin-customer-number")
        if not customer_number:
            return _unproven(call, "Geen klantnummer ingetoetst (A-25).")
        pin = await entered(call, "pin-code")
        result = await call.line.check_pin(call.caller.number, customer_number, pin, call.clock.now())
        if result.is_limited:
            return _unproven(call, "Te veel onjuiste pincodes in korte tijd: niet meer nagekeken (A-25).")
        if result.caller:
            call.note("pin", f"right at try {number}")
            call.because(f"Klantnummer en pincode klopten bij poging {number} (A-25).")
            return take_for(call, replace(result.caller, is_doubted=call.caller.is_doubted))
        call.note("pin", f"wrong at try {number}")
        await call.say("pin-wrong")
    return _unproven(call, f"Na {call.settings.pin_tries} pogingen geen juiste pincode (A-25).")


def take_for(call: OpenCall, caller: Caller) -> None:
    """From now on this is who calls; the ticket will be theirs."""
    call.caller = call.report.caller = caller


def _unproven(call: OpenCall, why: str) -> None:
    call.note("pin", "not given")
    call.because(why)
    take_for(call, replace(call.caller, pin=Pin.NOT_GIVEN))
