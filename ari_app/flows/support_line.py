"""The script of a call to the support line, from the first word to the last."""

from ari_app.flows.calamity import calamity_line
from ari_app.flows.desk_line import desk_line
from ari_app.flows.identify import hear_the_network, identify
from ari_app.flows.no_sla import agrees_to_costs, tell_costs
from ari_app.flows.one_of_us import was_one_of_us
from ari_app.flows.open_call import OpenCall
from ari_app.flows.opening_words import first_words, why_closed
from ari_app.flows.questions import answer
from ari_app.flows.voicemail import voicemail
from routing.decision import AskCosts, AskPin, Policy, Route, ToDesk, ToNobody, ToOnDuty, ToVoicemail, decide
from routing.rota import Engineer

IT_IS, LEAVE_A_MESSAGE = "1", "2"


async def support_line(call: OpenCall) -> None:
    """Answer, welcome, and go where this moment and this caller's contract lead. Raises Hangup."""
    await call.answer()
    if await was_one_of_us(call):
        return
    if call.on_duty:
        await hear_the_network(call)
    first = await first_words(call)
    if first is not None:
        await _follow(call, _decide(call), *first)


async def _follow(call: OpenCall, route: Route, *first: str) -> None:
    match route:
        case AskPin():
            await call.say(*first, "calamity-checking")
            await identify(call)
            await _follow(call, _decide(call))
        case ToDesk():
            await call.say(*first, "desk-connecting")
            await desk_line(call)
        case AskCosts(engineers=engineers):
            await call.say(*first, "calamity-no-sla-costs")
            await _with_costs(call, engineers)
        case ToOnDuty(engineers=engineers):
            await _to_on_duty(call, engineers, *first)
        case ToVoicemail(announcement=announcement, tells_costs=True):
            await call.say(*first, announcement)
            await tell_costs(call)
            await voicemail(call)
        case ToVoicemail(announcement="closed-hours"):
            await voicemail(call, *first, await why_closed(call, "closed-hours"))
        case ToVoicemail(announcement="calamity-nobody-free"):
            call.report.found_nobody_on_duty = True
            await voicemail(call, *first, "calamity-nobody-free")
        case ToVoicemail(announcement=announcement):
            await voicemail(call, *first, announcement)
        case ToNobody(announcement=announcement):
            call.report.route = "closed"
            await call.say(*first, announcement)


async def _with_costs(call: OpenCall, engineers: tuple[Engineer, ...]) -> None:
    if await agrees_to_costs(call):
        return await _to_on_duty(call, engineers)
    return await voicemail(call)


async def _to_on_duty(call: OpenCall, engineers: tuple[Engineer, ...], *first: str) -> None:
    if call.settings.confirm_calamity and not await _confirms(call, *first):
        return await voicemail(call)
    said = () if call.settings.confirm_calamity else first
    await call.say(*said, "calamity-connecting")
    return await calamity_line(call, engineers)


async def _confirms(call: OpenCall, *first: str) -> bool:
    """Only a claim: whether it is a calamity is for us to decide (R-055). Raises Hangup."""
    await call.say(*first, "calamity-what")
    key = await answer(call, "calamity-question", keys=IT_IS + LEAVE_A_MESSAGE)
    if key == IT_IS:
        call.because("De beller zegt met een toets dat het een calamiteit is; CNE beoordeelt dat (R-053, R-055).")
    elif key == LEAVE_A_MESSAGE:
        call.because("De beller noemt het geen calamiteit: inspreken (R-053).")
    else:
        call.because("De beller zei niet met een toets of het een calamiteit is: inspreken (R-053).")
    return key == IT_IS


def _decide(call: OpenCall) -> Route:
    """By the moment of answering, however long the caller took to enter a PIN (A-26)."""
    route = decide(
        call.report.answered_at or call.clock.now(), call.caller, call.line.hours, call.on_duty, _policy(call)
    )
    call.because(*(why for why in route.why if why not in call.report.why))
    return route


def _policy(call: OpenCall) -> Policy:
    readings = call.line.agreement.settings
    return Policy(
        no_sla=readings.no_sla_in_calamity_hours,
        pin_for_costs_or_exclusion=readings.pin_asked_when_costs_or_exclusion,
        pin_for_all=call.settings.require_pin,
        voicemail_only_in_service_hours=readings.voicemail_only_in_service_hours,
        hourly_rate=call.line.agreement.level(None).hourly_rate,
    )
