"""Channels of the fake Asterisk: each event that the real one sends, in its order (asterisk-live, sections 1-5 and 8)."""

import asyncio
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.calls.sounds import OWN_MESSAGE
from tests.fakes.handset import VOICE, FakeHandset

if TYPE_CHECKING:
    from tests.fakes.switch import Switch

PROMPT_SECONDS = 0.4
#: A prompt that is stopped sooner was not heard.
RECOGNISED_AFTER = 0.1
RATE = 8000
#: Q.850 cause by SIP code, as Asterisk 22.10.1 reports them.
CAUSE_TEXTS = {16: "Normal Clearing", 17: "User busy", 19: "User alerting, no answer", 21: "Call Rejected"}
_SOFT = {"cause": 32, "soft": True}
CAUSES = {486: 17, 600: 17, 603: 21, 480: 19, 408: 18, 404: 1, 484: 28, 503: 34, 302: 23}


@dataclass
class FakePlayback:
    id: str
    media: list[str]
    state: str = "queued"
    at: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class FakeRecording:
    name: str
    file: Path
    max_seconds: int
    max_silence: int
    terminate_on: str
    started_at: float = 0.0
    state: str = "queued"
    #: (loop time, PCM) of what was said meanwhile.
    said: list[tuple[float, np.ndarray]] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def quiet_since(self) -> float:
        return max((at + len(pcm) / RATE for at, pcm in self.said), default=self.started_at)


class FakeChannel:
    """One channel. Calls of `FakeHandset` come in here; requests come in through `FakeAsterisk`."""

    def __init__(self, switch: "Switch", channel_id: str, name: str, handset: FakeHandset, state: str) -> None:
        self.switch = switch
        self.id = channel_id
        self.name = name
        self.handset = handset
        self.state = state
        self.args: list[str] = []
        self.caller = ""
        self.connected = ""
        self.exten = "s"
        self.app_data = ""
        self.in_stasis = False
        self.is_leg = False
        self.was_dialled = False
        self.is_gone = False
        self.has_music = False
        #: Its bridge was deleted with it inside.
        self.fell_out = False
        self.playbacks: list[FakePlayback] = []
        self.recording: FakeRecording | None = None
        #: Prompts, recordings, answer and addChannel wait for each other, as on the real one.
        self.media = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        handset.channel = self

    # --- the person at the phone
    def rings(self) -> None:
        self.state = "Ringing"
        self.emit("ChannelStateChange")
        self.switch.emit(
            {"type": "Dial", "peer": self.to_json(), "dialstring": "", "dialstatus": "RINGING", "forward": ""}
        )

    def goes_up(self) -> None:
        if self._timer:
            self._timer.cancel()
        self.state = "Up"
        self.emit("ChannelStateChange")
        if self.is_leg:
            self.switch.emit(
                {"type": "Dial", "peer": self.to_json(), "dialstring": "", "dialstatus": "ANSWER", "forward": ""}
            )
        self.handset.was_answered()

    def refused(self, code: int) -> None:
        self.end(CAUSES.get(code, 0), code, by_phone=True)

    def redirected(self, number: str) -> None:
        """Equal Dial events, then the refusal; nobody is called (asterisk-live, section 3)."""
        forward = {"dialstring": "", "dialstatus": "CANCEL", "forward": number}
        for _ in range(2):
            self.switch.emit({"type": "Dial", "peer": self.to_json(), **forward})
        self.refused(302)

    def pressed(self, key: str) -> None:
        self.emit("ChannelDtmfReceived", digit=key, duration_ms=120)
        if self.recording and self.recording.terminate_on == key:
            self._finish_recording()

    def said(self, pcm: np.ndarray) -> None:
        if self.recording:
            self.recording.said.append((self.switch.now, pcm))

    def voice_begins(self) -> None:
        """Who is in the same bridge hears it."""
        if bridge := self.switch.bridge_of(self):
            for other in bridge.members:
                if other is not self:
                    other.handset.hears(VOICE + self.handset.name)

    def hung_up_by_phone(self) -> None:
        if self.state == "Up":
            self.end(16, None, by_phone=True)
        else:
            self.end(127, 487, by_phone=True)  # CANCEL

    # --- Asterisk
    def enters_stasis(self, *args: str) -> None:
        self.in_stasis, self.args = True, list(args)
        self.emit("StasisStart", args=self.args)

    def dial(self, seconds: int) -> None:
        """A second dial hangs the leg up."""
        if self.was_dialled:
            self.end(16, 603)
            return
        self.was_dialled = True
        self.switch.emit(
            {"type": "Dial", "peer": self.to_json(), "dialstring": self._dialled, "dialstatus": "", "forward": ""}
        )
        if seconds:
            self._timer = self.switch.loop.call_later(seconds, self._gives_up)
        self.switch.person_acts(self.handset)

    async def play(self, playback: FakePlayback) -> None:
        """One playback, after those before it. The media are `sound:` only; a missing file ends as on the real one."""
        self.playbacks.append(playback)
        self.has_music = False  # a prompt breaks it off, for good
        async with self.media:
            if not self.is_gone and not playback.stop.is_set():
                await self._play_through(playback)
        if playback in self.playbacks:
            self.playbacks.remove(playback)
            self._playback_event(playback, "PlaybackFinished", playback.state if playback.state == "failed" else "done")

    async def record(self, recording: FakeRecording) -> None:
        async with self.media:
            if self.is_gone:
                return
            recording.started_at, recording.state = self.switch.now, "recording"
            self.recording = recording
            self._recording_event("RecordingStarted")
            while self.recording is recording and (left := self._recording_left(recording)) > 0:
                await _either(recording.stop, left)
            if self.recording is recording:
                self._finish_recording()

    def end(self, cause: int, sip_code: int | None = None, *, by_phone: bool = False) -> None:
        """Hang-up, by whomever: what still ran ends first, then StasisEnd, then (for a leg) ChannelDestroyed."""
        if self.is_gone:
            return
        if self._timer:
            self._timer.cancel()
        technical = {} if sip_code is None else {"tech_cause": sip_code}
        # A plain BYE names no cause; what we end ourselves is 32 until ChannelDestroyed says more.
        shown: dict[str, Any] = ({"cause": cause} | technical if sip_code else {}) if by_phone else _SOFT
        self.emit("ChannelHangupRequest", **shown)
        self._fail_playbacks()
        if self.recording:
            self._finish_recording()
        self.is_gone = True
        self.switch.leave_bridge(self)
        self.emit("StasisEnd")
        if self.is_leg:
            self.emit("ChannelDestroyed", cause=cause, cause_txt=CAUSE_TEXTS.get(cause, "Unknown"), **technical)
        self.switch.channels.pop(self.id, None)
        self.handset.ended(sip_code or 200)

    def emit(self, event_type: str, **fields: Any) -> None:
        if self.in_stasis:
            self.switch.emit({"type": event_type, **fields, "channel": self.to_json()})

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "protocol_id": self.handset.sip_call_id,
            "name": self.name,
            "state": self.state,
            "caller": {"name": "", "number": self.caller},
            "connected": {"name": "", "number": self.connected},
            "accountcode": "",
            "dialplan": {
                "context": "from-trunk" if self.is_leg else "line-in",
                "exten": self.exten,
                "priority": 1 if self.is_leg else 7,
                "app_name": "Stasis",
                "app_data": self.app_data,
            },
            "creationtime": self.switch.timestamp(),
            "language": "en",
        }

    @property
    def _dialled(self) -> str:
        return self.name.removeprefix("PJSIP/")

    async def _play_through(self, playback: FakePlayback) -> None:
        for at, medium in enumerate(playback.media):
            playback.at, is_last = at, at == len(playback.media) - 1
            prompt = self._sound_of(medium)
            self._playback_event(playback, "PlaybackStarted", "playing")
            if prompt is None:
                playback.state = "failed" if is_last else playback.state
                continue
            await _either(playback.stop, RECOGNISED_AFTER)
            if playback.stop.is_set():
                return
            self.handset.hears(prompt)
            await _either(playback.stop, PROMPT_SECONDS - RECOGNISED_AFTER)
            if playback.stop.is_set():
                return
            if not is_last:
                self._playback_event(playback, "PlaybackContinuing", "continuing")

    def _sound_of(self, medium: str) -> str | None:
        """The name of the prompt, or of a recording that is there; None: a file that is missing."""
        file = Path(medium.removeprefix("sound:") + ".wav")
        if file.is_relative_to(self.switch.recordings):
            return OWN_MESSAGE if file.is_file() else None
        return file.stem if file.stem in self.switch.prompts else None

    def _gives_up(self) -> None:
        """The time to ring is over."""
        self.end(19, 480)

    def _fail_playbacks(self) -> None:
        for playback in self.playbacks:
            if playback.state == "queued":
                self._playback_event(playback, "PlaybackStarted", "playing")
            self._playback_event(playback, "PlaybackFinished", "failed")
            playback.stop.set()
        self.playbacks.clear()

    def _recording_left(self, recording: FakeRecording) -> float:
        until_silence = recording.quiet_since + recording.max_silence if recording.max_silence else float("inf")
        return min(recording.started_at + recording.max_seconds + 1, until_silence) - self.switch.now

    def _finish_recording(self) -> None:
        recording = self.recording
        assert recording is not None
        seconds = self.switch.now - recording.started_at
        if self.switch.now >= recording.quiet_since + recording.max_silence > 0:
            seconds = recording.quiet_since - recording.started_at  # the silence at the end is cut off
        _write_wav(recording, seconds)
        recording.state = "done"
        told = {"duration": round(seconds), "talking_duration": round(seconds), "silence_duration": 0}
        self._recording_event("RecordingFinished", **told)
        self.recording = None
        recording.stop.set()

    def _playback_event(self, playback: FakePlayback, event_type: str, state: str) -> None:
        playback.state = state
        shown: dict[str, Any] = {"id": playback.id, "media_uri": playback.media[playback.at]}
        if playback.at + 1 < len(playback.media):
            shown["next_media_uri"] = playback.media[playback.at + 1]
        shown |= {"target_uri": f"channel:{self.id}", "language": "en", "state": state}
        self.switch.emit({"type": event_type, "playback": shown})

    def _recording_event(self, event_type: str, **fields: int) -> None:
        recording = self.recording
        assert recording is not None
        shown = {"name": recording.name, "format": "wav", "state": recording.state, "target_uri": f"channel:{self.id}"}
        self.switch.emit({"type": event_type, "recording": shown | fields})


async def _either(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _write_wav(recording: FakeRecording, seconds: float) -> None:
    samples = np.zeros(max(0, round(seconds * RATE)), dtype=np.int16)
    for at, pcm in recording.said:
        begin = round((at - recording.started_at) * RATE)
        piece = pcm[: max(0, len(samples) - begin)]
        samples[begin : begin + len(piece)] = piece
    recording.file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(recording.file), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
