"""One event of ARI, reduced to what calls need. Unknown types pass by: new ones come with each minor release of Asterisk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)  # not frozen: that costs three times as much to make, and a call makes a dozen
class Event:
    """`channel_id` is the channel the event is about, for playbacks and recordings the one they play to or record from."""

    type: str
    channel_id: str | None
    application: str = ""
    state: str = ""
    playback_id: str = ""
    medium: str = ""
    recording_name: str = ""
    digit: str = ""
    cause: int = 0
    sip_code: int | None = None
    args: tuple[str, ...] = ()
    caller_number: str = ""
    caller_name: str = ""
    forward: str = ""
    sip_call_id: str = ""


class UnreadableEvent(ValueError):
    """A message of the WebSocket that is no event of ARI."""


def read_event(text: str | bytes) -> tuple[dict[str, Any], Event]:
    """The message as it came, and the event in it. Raises UnreadableEvent."""
    try:
        message = json.loads(text)
        event = parse_event(message)
    except (ValueError, TypeError, KeyError, AttributeError) as why:
        raise UnreadableEvent(f"{len(text)} characters that are no event: {why!r}") from why
    if not isinstance(event.type, str) or not isinstance(event.channel_id, str | None):
        raise UnreadableEvent(f"an event whose type is {event.type!r} and whose channel is {event.channel_id!r}")
    return message, event


def parse_event(message: Mapping[str, Any]) -> Event:
    """The event in a message of the WebSocket. Raises KeyError for a message without a type."""
    channel = message.get("channel") or message.get("peer") or {}
    playback = message.get("playback") or {}
    recording = message.get("recording") or {}
    caller = channel.get("caller") or {}
    target = playback.get("target_uri") or recording.get("target_uri") or ""
    return Event(
        type=message["type"],
        channel_id=channel.get("id") or (target.removeprefix("channel:") if target.startswith("channel:") else None),
        application=message.get("application", ""),
        state=playback.get("state") or recording.get("state") or channel.get("state", ""),
        playback_id=playback.get("id", ""),
        medium=playback.get("media_uri", ""),
        recording_name=recording.get("name", ""),
        digit=message.get("digit", ""),
        cause=int(message.get("cause") or 0),
        sip_code=message.get("tech_cause"),
        args=tuple(message.get("args") or ()),
        caller_number=caller.get("number", ""),
        caller_name=caller.get("name", ""),
        forward=message.get("forward", ""),
        sip_call_id=channel.get("protocol_id", ""),
    )
