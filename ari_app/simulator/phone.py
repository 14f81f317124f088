"""One phone of the virtual exchange: what plays, records and rings there, told as events to the script."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ari_app.asterisk.errors import Gone
from ari_app.asterisk.events import Event
from ari_app.simulator.people import MESSAGE_SECONDS, Person

Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Sound:
    """What a medium says. Spoken texts that no prompt holds have an empty name."""

    prompt: str
    text: str

    @property
    def seconds(self) -> float:
        """About as long as somebody needs to read it aloud."""
        return 0.3 + 0.06 * len(self.text)


@dataclass(slots=True)
class Heard:
    """`at`: seconds since the call came in. `by`: "caller", or the endpoint of a phone that was rung."""

    at: float
    by: str
    sound: Sound


@dataclass(slots=True)
class Asked:
    """The line waited for a key behind these prompts; `keys` is what was pressed, "" for nothing."""

    at: float
    prompts: tuple[str, ...]
    keys: str


@dataclass(slots=True)
class _Playing:
    id: str
    media: Sequence[str]
    sounds: Sequence[Sound]
    began: float
    timer: asyncio.TimerHandle


class Phone:
    """`heard` and `asked` are those of the whole call."""

    def __init__(self, channel_id: str, name: str, person: Person, tell: Tell, call_began: float) -> None:
        self.id = channel_id
        self.name = name
        self.person = person
        self.heard: list[Heard] = []
        self.asked: list[Asked] = []
        self.is_gone = False
        self.is_leg = name != "caller"
        self._tell_client = tell
        self._loop = asyncio.get_running_loop()
        self._began = call_began
        self._playing: _Playing | None = None
        self._recording = ""
        self._media_timer: asyncio.TimerHandle | None = None
        self._person_timer: asyncio.TimerHandle | None = None
        self._last: tuple[str, ...] = ()

    # --- the person
    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self._undo_person()
        self._person_timer = self._loop.call_later(seconds, act)

    def pick_up(self) -> None:
        self._stop_media()
        self._tell("ChannelStateChange", state="Up")

    def press(self, key: str) -> None:
        self._tell("ChannelDtmfReceived", digit=key)
        if key == "#" and self._recording:
            self._recorded()

    def hang_up(self, cause: int = 16, sip_code: int | None = None) -> None:
        if self.is_gone:
            return
        self._tell("ChannelHangupRequest", cause=cause if sip_code else 0)
        if self._playing:
            self.stop(self._playing.id)
        if self._recording:
            self._recorded()
        self.end(cause, sip_code)

    def was_asked(self, key: str) -> None:
        if key and self.asked and self.asked[-1].prompts == self._last and self.asked[-1].keys:
            self.asked[-1].keys += key
        else:
            self.asked.append(Asked(self._now, self._last, key))

    # --- the exchange
    def play(self, playback: str, media: Sequence[str], sounds: Sequence[Sound]) -> None:
        """One after another, which is all that our calls ask for."""
        self.is_busy()
        if self._playing:
            raise NotImplementedError(
                f"The virtual phone plays {self._playing.media} and can't play {media} behind it."
            )
        timer = self._loop.call_later(sum(sound.seconds for sound in sounds), self._played)
        self._playing = _Playing(playback, media, sounds, self._now, timer)

    def stop(self, playback: str) -> None:
        """Raises Gone when it is over."""
        if self._playing is None or self._playing.id != playback:
            raise Gone(playback)
        self._played(is_cut=True)

    def record(self, name: str, max_seconds: float, silence_seconds: float) -> None:
        self.is_busy()
        self._recording = name
        self._media_timer = self._loop.call_later(min(max_seconds, MESSAGE_SECONDS + silence_seconds), self._recorded)
        self.person.records(self, silence_seconds)

    def ring(self, seconds: float) -> None:
        self._media_timer = self._loop.call_later(seconds, lambda: self.end(19, 480))
        self.person.is_called(self)

    def talk(self) -> None:
        self.is_busy()
        self.person.talks(self)

    def is_busy(self) -> None:
        """Something begins: whoever was about to act listens again. Raises Gone."""
        if self.is_gone:
            raise Gone(self.id)
        self._undo_person()

    def end(self, cause: int = 16, sip_code: int | None = None) -> None:
        """Hung up, by whomever."""
        if self.is_gone:
            return
        self.is_gone = True
        self.let_go()
        self._tell("ChannelDestroyed" if self.is_leg else "StasisEnd", cause=cause, sip_code=sip_code)

    def let_go(self) -> None:
        """Nothing more happens here by itself."""
        self._undo_person()
        self._stop_media()
        if self._playing:
            self._playing.timer.cancel()

    def started(self) -> None:
        self._tell("StasisStart", args=("leg",))

    def _played(self, *, is_cut: bool = False) -> None:
        assert self._playing is not None
        done, self._playing = self._playing, None
        done.timer.cancel()
        at, last = done.began, done.media[0]
        begun = []
        for medium, sound in zip(done.media, done.sounds, strict=True):
            if is_cut and at > self._now:
                break
            begun.append(sound.prompt)
            self.heard.append(Heard(at, self.name, sound))
            at, last = at + sound.seconds, medium
        self._last = tuple(begun)
        if not is_cut:
            self.person.hears_silence(self)
        self._tell("PlaybackFinished", state="done", playback_id=done.id, medium=last)

    def _recorded(self) -> None:
        name, self._recording = self._recording, ""
        self._stop_media()
        self._tell("RecordingFinished", state="done", recording_name=name)

    def _tell(self, event_type: str, **fields: object) -> None:
        self._tell_client(Event(event_type, self.id, **fields))  # type: ignore[arg-type]

    def _undo_person(self) -> None:
        if self._person_timer:
            self._person_timer.cancel()
            self._person_timer = None

    def _stop_media(self) -> None:
        if self._media_timer:
            self._media_timer.cancel()
            self._media_timer = None

    @property
    def _now(self) -> float:
        return self._loop.time() - self._began
