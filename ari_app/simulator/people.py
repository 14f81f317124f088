"""Who is at the virtual phones, and what they do: the caller, the desk, the engineers."""

from collections import deque
from collections.abc import Iterable
from typing import Literal, Protocol

EngineersDo = Literal["no-answer", "accept", "decline", "busy", "voicemail-box"]
DeskDoes = Literal["no-answer", "answer"]

#: Seconds until somebody picks up, presses a key, has said a message, has talked.
PICK_UP_AFTER, KEY_AFTER, MESSAGE_SECONDS, TALK_SECONDS = 3.0, 0.3, 10.0, 60.0
#: A mobile's voicemail takes the call before our own timer ends the ringing.
BOX_AFTER = 15.0


class AtPhone(Protocol):
    """What a person can do with a phone of the exchange. `after`: one thing at a time, undone when the line says or does something."""

    def after(self, seconds: float, act: "Act") -> None: ...
    def pick_up(self) -> None: ...
    def press(self, key: str) -> None: ...
    def hang_up(self, cause: int = 16, sip_code: int | None = None) -> None: ...
    def was_asked(self, key: str) -> None: ...


class Act(Protocol):
    def __call__(self) -> None: ...


class Person:
    """Does nothing at all: the phone rings on."""

    def is_called(self, phone: AtPhone) -> None:
        """It rings."""

    def hears_silence(self, phone: AtPhone) -> None:
        """The line said all it had to say, and waits."""

    def records(self, phone: AtPhone, silence_seconds: float) -> None:
        """The line records what is said."""

    def talks(self, phone: AtPhone) -> None:
        """Somebody else is in the same conversation."""


class Caller(Person):
    """Answers each question with the next of `keys`; `#` at a recording ends it. Without keys left hangs up after the message."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = deque(keys)

    def hears_silence(self, phone: AtPhone) -> None:
        phone.after(KEY_AFTER, lambda: self._answers(phone))

    def records(self, phone: AtPhone, silence_seconds: float) -> None:
        if self._keys and self._keys[0] == "#":
            phone.after(MESSAGE_SECONDS, lambda: phone.press(self._keys.popleft()))
        elif not self._keys:
            phone.after(MESSAGE_SECONDS, phone.hang_up)

    def talks(self, phone: AtPhone) -> None:
        phone.after(TALK_SECONDS, phone.hang_up)

    def _answers(self, phone: AtPhone) -> None:
        key = self._keys.popleft() if self._keys else ""
        phone.was_asked(key)
        if key:
            self.hears_silence(phone)  # a number has more than one digit; a question that follows undoes this
            phone.press(key)


class DeskPhone(Person):
    """Picks up."""

    def is_called(self, phone: AtPhone) -> None:
        phone.after(PICK_UP_AFTER, phone.pick_up)


class Engineer(DeskPhone):
    """Picks up, hears who calls, and presses a key once."""

    def __init__(self, key: str) -> None:
        self._key = key

    def hears_silence(self, phone: AtPhone) -> None:
        if self._key:
            key, self._key = self._key, ""
            phone.after(KEY_AFTER, lambda: phone.press(key))


class VoicemailBox(Person):
    """Of a mobile: picks up late and never presses a key."""

    def is_called(self, phone: AtPhone) -> None:
        phone.after(BOX_AFTER, phone.pick_up)


class Busy(Person):
    """486."""

    def is_called(self, phone: AtPhone) -> None:
        phone.after(0.1, lambda: phone.hang_up(17, 486))


def engineer(does: EngineersDo) -> Person:
    """Each call to a phone has a person of its own."""
    match does:
        case "accept":
            return Engineer("1")
        case "decline":
            return Engineer("2")
        case "busy":
            return Busy()
        case "voicemail-box":
            return VoicemailBox()
    return Person()


def desk_phone(does: DeskDoes) -> Person:
    return DeskPhone() if does == "answer" else Person()
