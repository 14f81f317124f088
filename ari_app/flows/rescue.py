"""Callers whose service died in the middle of their call: what is still going on goes on, nobody is left in silence."""

from ari_app.asterisk.call import Call, quietly
from ari_app.asterisk.channel import Channel
from ari_app.asterisk.conversation import LONGEST_TALK
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import recording_name, voicemail


async def rescued_call(call: OpenCall, bridges: list[str]) -> None:
    """The script for a caller from before our start; `bridges` are those that Asterisk still holds. Raises Hangup.

    A message that still records is waited for; two people who talk are left alone; anybody else gets an apology and voicemail.
    """
    call.because("De dienst is tijdens dit gesprek herstart.")
    name = recording_name(call.call.id)
    if await call.call.rest.is_recording(name):
        return await _message(call, name)
    if leg := await _other_side(call.call, bridges):
        return await _conversation(call, leg)
    return await voicemail(call, "sorry-error")


async def _message(call: OpenCall, name: str) -> None:
    call.report.route, call.report.recording = "voicemail", f"{name}.wav"
    recording = await call.call.recorded(name, within=call.settings.message_max_seconds + 10)
    call.report.ended_by = "caller"
    if recording.ended_by != "caller":
        await call.say("voicemail-thanks")


async def _conversation(call: OpenCall, leg: Channel) -> None:
    call.report.route, call.report.talked_with = "on_duty", "onbekend (herstart)"
    call.report.talk_started_at = call.report.received_at
    caller = call.call
    await caller.signal.until(lambda: caller.is_gone or leg.is_gone or None, LONGEST_TALK)
    call.report.talk_ended_at = call.clock.now()
    call.report.ended_by = "caller" if caller.is_gone else "engineer"
    await leg.hang_up()
    call.call.client.forget(leg.id)
    await quietly(caller.rest.delete_bridge(_bridge_of(caller)))


async def _other_side(call: Call, bridges: list[str]) -> Channel | None:
    """The leg that talks with this caller, in the bridge that bears the call's name. A caller who left just now leaves nobody in it."""
    bridge = _bridge_of(call)
    if bridge not in bridges:
        return None
    members = await call.rest.bridge_members(bridge)
    others = [member for member in members if member != call.id]
    if call.id in members and others:
        leg = Channel(call.rest, others[0], call.signal)
        call.client.watch(leg)
        return leg
    for other in others:
        await quietly(call.rest.hang_up(other))
    await quietly(call.rest.delete_bridge(bridge))
    return None


def _bridge_of(call: Call) -> str:
    return f"talk-{call.id}"
