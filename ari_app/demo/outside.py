"""The world outside in demo mode: engineers' mobiles behind the trunk and the phones of the desk, all real SIP phones."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from ari_app.phone_settings import AsteriskSettings
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.call import CallEnded
from ari_app.sip_phone.incoming import IncomingCall
from ari_app.sip_phone.listening import tone
from ari_app.sip_phone.phone import Phone

#: What each side plays while two people talk, so that it can be shown who hears whom.
CALLER_HZ, PICKED_UP_HZ = 440.0, 700.0

RATE = 8000


@dataclass
class PickedUp:
    """A phone that was picked up: who, and all that it heard (mono 16-bit PCM, 8 kHz)."""

    number: str
    shown_number: str
    heard: Pcm = field(default_factory=lambda: np.zeros(0, np.int16))


class Outside:
    """Answers the phones of the demo; keeps what each of them heard."""

    def __init__(self, voicemail_boxes: frozenset[str], talk_for: float) -> None:
        #: Engineers (E.164) whose mobile is picked up by a voicemail box.
        self.voicemail_boxes = voicemail_boxes
        self.talk_for = talk_for
        self.picked_up: list[PickedUp] = []

    async def engineer(self, call: IncomingCall) -> None:
        """A mobile: either its voicemail box answers and nobody presses anything, or a person presses 1 and talks."""
        await call.ring()
        with self._listening(call) as hears:
            await call.answer()
            if f"+{call.called_number}" in self.voicemail_boxes:
                await call.say(tone(300, 1.0))  # "this is the voicemail of ..."
                hears()
                await call.ended()
                return
            await call.say(np.zeros(int(2.5 * RATE), np.int16))  # listens to who calls
            await call.press("1")
            await call.say(tone(PICKED_UP_HZ, self.talk_for))
            hears()
            await call.hangup()

    async def desk_phone(self, call: IncomingCall) -> None:
        """A colleague at the desk picks up and talks."""
        await call.ring()
        with self._listening(call) as hears:
            await call.answer()
            await call.say(tone(PICKED_UP_HZ, self.talk_for))
            hears()
            await call.hangup()

    def _listening(self, call: IncomingCall) -> "_Listening":
        return _Listening(self.picked_up, call)


class _Listening:
    """Keeps what a phone heard, also when the other side ends the call first."""

    def __init__(self, kept: list[PickedUp], call: IncomingCall) -> None:
        self._call = call
        self._entry = PickedUp(call.called_number, call.from_number)
        kept.append(self._entry)

    def __enter__(self) -> Callable[[], None]:
        return self._keep

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        self._keep()
        return isinstance(error, CallEnded)

    def _keep(self) -> None:
        self._entry.heard = self._call.heard()


@asynccontextmanager
async def outside_world(settings: AsteriskSettings, outside: Outside) -> AsyncIterator[Phone]:
    """Opens the carrier's side of the trunk and the desk's phones; yields the trunk's phone, from which callers call."""
    proxy = (settings.sip_host, settings.sip_port)
    async with AsyncExitStack() as open_phones:
        trunk_ip, trunk_port = address(settings.trunk_contact)
        trunk = await open_phones.enter_async_context(Phone.open(ip=trunk_ip, port=trunk_port, proxy=proxy))
        trunk.on_call(outside.engineer)
        for contact in settings.desk_phones.values():
            ip, port = address(contact)
            desk = await open_phones.enter_async_context(Phone.open(ip=ip, port=port, proxy=proxy))
            desk.on_call(outside.desk_phone)
        yield trunk


def address(contact: str) -> tuple[str, int]:
    """ "127.0.0.2:5080" as host and port."""
    host, _, port = contact.rpartition(":")
    return host, int(port)
