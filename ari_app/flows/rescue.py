"""Callers whose service died in the middle of their call: what is still going on goes on, nobody is left in silence."""

from ari_app.asterisk.call import Call
from ari_app.asterisk.channel import Channel
from ari_app.asterisk.conversation import LONGEST_TALK, take_apart
from ari_app.desk.recordings import could_be_written
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import recording_name, voicemail


async def rescued_call(call: OpenCall, bridges: list[str]) -> None:
    """The script for a caller from before our start; `bridges` are those that Asterisk still holds. Raises Hangup.

    A message that still records is waited for; people who talk are left alone; anybody else gets an apology and voicemail.
    """
    call.because("De dienst is tijdens dit gesprek herstart.")
    name = recording_name(call.call.id)
    if await call.call.rest.is_recording(name):
        return await _message(call, name)
    if could_be_written(call.line.recordings / f"{name}.wav"):
        return await _message_is_over(call, name)
    bridge = f"talk-{call.call.id}"
    if bridge in bridges and await _talks(call, bridge):
        return None
    await call.call.fall_silent()
    return await voicemail(call, "sorry-error")


async def _message(call: OpenCall, name: str) -> None:
    call.report.route, call.report.recording = "voicemail", f"{name}.wav"
    recording = await call.call.recorded(name, within=call.settings.message_max_seconds + 10)
    call.report.ended_by = "caller"
    if recording.ended_by != "caller":
        await call.say("voicemail-thanks")


async def _talks(call: OpenCall, bridge: str) -> bool:
    """Until one side is gone; then nobody is left in the bridge. False: the caller talked with nobody."""
    caller = call.call
    members = await caller.rest.bridge_members(bridge)
    legs = _watched(caller, [member for member in members if member != caller.id])
    talked = bool(legs) and (caller.id in members or await _is_away(caller))
    try:
        if talked:
            await _conversation(call, legs, is_over=caller.id not in members)
    finally:
        if not caller.client.is_stopping:  # else they talk on, and the next start sees to them
            for leg in legs:
                await leg.hang_up()
                caller.client.forget(leg.id)
            await take_apart(bridge, caller)
    return talked


async def _message_is_over(call: OpenCall, name: str) -> None:
    """The recorder stopped while nobody of us was there; since then the caller hears nothing."""
    call.report.route, call.report.recording = "voicemail", f"{name}.wav"
    await call.say("voicemail-thanks")


async def _is_away(caller: Call) -> bool:
    """Who hangs up while we look is in no bridge any more, and talked all the same."""
    return all(channel["id"] != caller.id for channel in await caller.rest.channels())


async def _conversation(call: OpenCall, legs: list[Channel], *, is_over: bool) -> None:
    call.report.route, call.report.talked_with = "on_duty", "onbekend (herstart)"
    call.report.talk_started_at = call.report.received_at
    caller = call.call
    if not is_over:
        await caller.signal.until(lambda: caller.is_gone or all(leg.is_gone for leg in legs) or None, LONGEST_TALK)
    call.report.talk_ended_at = call.clock.now()
    call.report.ended_by = "caller" if is_over or caller.is_gone else "engineer"


def _watched(caller: Call, members: list[str]) -> list[Channel]:
    legs = [Channel(caller.rest, member, caller.signal) for member in members]
    for leg in legs:
        caller.client.watch(leg)
    return legs
