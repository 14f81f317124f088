"""What both kinds of call share: the verbs of a person on the phone, the audio, and how a call ends."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from ari_app.sip_phone import sdp
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.dialog import Dialog
from ari_app.sip_phone.message import Headers, Request, Response, reply
from ari_app.sip_phone.mouth import Key, Speech
from ari_app.sip_phone.rtp import KEYS, SAMPLES
from ari_app.sip_phone.stream import Stream
from ari_app.sip_phone.timers import Repeated

_RATE = 8000
#: A key shorter than 40 ms is no key (ITU-T Q.24); a longer one than 8 s does not fit in the 16 bits of RFC 4733.
_SHORTEST_KEY, _LONGEST_KEY = 40, 8000


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    by: Literal["remote", "us"]
    #: 200 after a hangup, the refusal (486, 302, 603 ...), 487 after a cancel, 408 when nobody replied.
    code: int
    #: The Reason header of the message that ended it, such as `Q.850;cause=16`; "" if there was none.
    reason_header: str = ""
    phrase: str = ""


class PhoneError(Exception):
    """What goes wrong with calls.

    PhoneError
    ├── CallFailed   it was never answered
    └── CallEnded    it is over, so nothing can be said or pressed any more
    """


class CallFailed(PhoneError):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"call failed: {code} {reason}")
        self.code = code
        self.reason = reason


class CallEnded(PhoneError):
    def __init__(self, ended: Ended) -> None:
        super().__init__(f"the call is over: ended by {ended.by} ({ended.code} {ended.phrase})".rstrip())
        self.ended = ended


class Call(ABC):
    """Verbs return when the thing is done, and raise CallEnded when the call ends first."""

    def __init__(self, dialog: Dialog, called_number: str, from_number: str, from_name: str) -> None:
        self.called_number = called_number
        #: "" when the caller is anonymous.
        self.from_number = from_number
        self.from_name = from_name
        self._dialog = dialog
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._answered_at: float | None = None
        self._answered: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[Ended] = self._loop.create_future()
        self._stream: Stream | None = None
        self._bye: Repeated | None = None

    @property
    def call_id(self) -> str:
        """The Call-ID of its dialog: the other side knows the call by it."""
        return self._dialog.call_id

    @property
    def is_answered(self) -> bool:
        return self._answered.done()

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    @property
    def seconds(self) -> float:
        """Seconds since the answer, on the time line of `heard()`; 0.0 before it."""
        return 0.0 if self._answered_at is None else self._loop.time() - self._answered_at

    @property
    def digits_heard(self) -> str:
        return self._stream.ear.digits if self._stream else ""

    def heard(self) -> Pcm:
        """From the answer to the last packet, silence where nothing came. Can be asked during and after the call."""
        return self.heard_since(0.0)

    def heard_since(self, seconds: float) -> Pcm:
        """What was heard from `seconds` after the answer on."""
        if self._stream is None:
            return np.zeros(0, dtype=np.int16)
        return self._stream.ear.pcm()[max(0, round(seconds * _RATE)) :]

    async def say(self, pcm: Pcm) -> None:
        """Returns when it is played out: in real time, after what other tasks of the call are saying."""
        stream = self._talking()
        if not len(pcm):
            return
        said: asyncio.Future[None] = self._loop.create_future()
        speech = Speech(pcm, partial(_settle, said))
        stream.mouth.say(speech)
        try:
            await self._unless_ended(said)
        finally:
            stream.mouth.drop(speech)

    def play_forever(self, pcm: Pcm) -> None:
        """Behind everything else that is said, until `stop_playing()`."""
        self._talking().mouth.say_forever(pcm)

    def stop_playing(self) -> None:
        if self._stream:
            self._stream.mouth.say_forever(None)

    async def press(self, digits: str, milliseconds: int = 120) -> None:
        """Keys one after another, each held this long (rounded to 20 ms) and followed by 100 ms of pause.

        ValueError for a key that no phone has, for a time outside 40-8000 ms, and when the other side takes no keys.
        """
        stream = self._talking()
        if unknown := set(digits) - set(KEYS):
            raise ValueError(f"no such key: {''.join(sorted(unknown))!r}; a phone has {KEYS}")
        if not _SHORTEST_KEY <= milliseconds <= _LONGEST_KEY:
            raise ValueError(f"a key is held {_SHORTEST_KEY} to {_LONGEST_KEY} ms, not {milliseconds}")
        if stream.dtmf_type is None:
            raise ValueError("the other side did not agree on telephone-event, so it would hear no keys")
        for digit in digits:
            pressed: asyncio.Future[None] = self._loop.create_future()
            steps = round(milliseconds * _RATE / 1000 / SAMPLES)
            stream.mouth.press(Key(digit, steps, partial(_settle, pressed)))
            await self._unless_ended(pressed)

    async def hangup(self, reason_header: str = "") -> None:
        """Returns when the other side confirmed, or did not within the patience of the phone. Twice is no mistake."""
        if self.is_over:
            return
        if self.is_answered:
            self._send_bye(reason_header)
        else:
            self._give_up_unanswered()
        await self.ended()

    async def ended(self) -> Ended:
        """Waits for the end, whoever makes it."""
        return await asyncio.shield(self._ended)

    def abandon(self) -> None:
        """The phone closes: no more timers, no more audio, whatever is still on its way."""
        self._stop_timers()
        self._close_audio()

    def on_request(self, request: Request) -> None:
        """A request inside this call. The phone calls this; people use the verbs."""
        match request.method:
            case "BYE":
                self._reply(request, 200)
                self._finish(Ended("us" if self._bye else "remote", 200, request.header("Reason"), "OK"))
            case "INVITE" | "UPDATE":
                self._renegotiate(request)
            case "ACK":
                pass  # it confirms our reply to a new description; nothing waits for it
            case "INFO" | "NOTIFY":
                self._reply(request, 200)
            case _:
                self._reply(request, 501)

    def on_response(self, response: Response) -> None:
        """A response to a request of this call. The phone calls this."""
        number, method = response.cseq
        if method == "BYE" and response.code >= 200 and number == self._dialog.cseq:
            self._finish(Ended("us", response.code, response.header("Reason"), response.phrase))

    @abstractmethod
    def _give_up_unanswered(self) -> None:
        """Begin to end a call that was not answered; its end comes by `_finish`."""

    def _talking(self) -> Stream:
        if self.is_over:
            raise CallEnded(self._ended.result())
        if self._stream is None or not self.is_answered:
            raise CallFailed(0, f"call to {self.called_number} is not answered yet; await answered() or answer() first")
        return self._stream

    async def _unless_ended(self, done: asyncio.Future[None]) -> None:
        await first_of(done, self._ended)
        if not done.done():
            raise CallEnded(self._ended.result())

    def _begin_audio(self, media: sdp.Media) -> None:
        """The call is answered: second 0 of what is heard."""
        assert self._stream is not None
        self._agree(media)
        self._answered_at = self._loop.time()
        self._stream.ear.listen_from(self._answered_at)
        self._dialog.wire.pacer.add(self._stream)
        self._answered.set_result(None)

    def _agree(self, media: sdp.Media) -> None:
        assert self._stream is not None
        self._stream.peer = media.address
        self._stream.dtmf_type = media.dtmf_type
        self._stream.may_send = media.wants_audio

    def _renegotiate(self, request: Request) -> None:
        """A hold, a new address for the audio, or only a sign of life. A request without a description gets our offer."""
        if not self.is_answered or self.is_over or self._stream is None:
            self._reply(request, 481)
            return
        self._dialog.meet(self._dialog.remote, request, self._dialog.routes)
        ours = self._description(None) if request.method == "INVITE" else ""
        if request.body:
            try:
                media = sdp.read(request.body)
            except ValueError:
                self._reply(request, 488)  # the call goes on as it was
                return
            self._agree(media)
            ours = self._description(media)
        self._reply(request, 200, body=ours)

    def _description(self, theirs: sdp.Media | None) -> str:
        assert self._stream is not None
        ip = self._dialog.wire.ip
        if theirs is None:
            return sdp.describe(ip, self._stream.port)
        return sdp.describe(ip, self._stream.port, dtmf_type=theirs.dtmf_type, direction=theirs.our_direction)

    def _reply(self, request: Request, code: int, body: str = "") -> None:
        self._dialog.send(self._response(request, code, body=body))

    def _response(self, request: Request, code: int, phrase: str = "", headers: Headers = (), body: str = "") -> bytes:
        described = [("Content-Type", "application/sdp")] if body else []
        # In a 3xx Contact means another thing: where else to call.
        contact = [("Contact", self._dialog.contact)] if code < 300 else []
        own = [*contact, *headers, *described]
        return reply(request, code, phrase, tag=self._dialog.local_tag, headers=own, body=body).encode()

    def _send_bye(self, reason_header: str) -> None:
        if self._bye:
            return
        if self._stream:
            self._dialog.wire.pacer.remove(self._stream)
        headers = [("Reason", reason_header)] if reason_header else []
        bye = self._dialog.next_request("BYE", headers).encode()
        nobody = Ended("us", 408, "", "nobody confirmed our BYE")
        self._bye = Repeated(lambda: self._dialog.send(bye), self._dialog.wire.timers, lambda: self._finish(nobody))

    def _finish(self, ended: Ended) -> None:
        if self.is_over:
            return
        if self._bye:
            self._bye.stop()
        self._close_audio()
        self._ended.set_result(ended)
        self._dialog.wire.ended(self._dialog.local_tag)

    def _close_audio(self) -> None:
        if self._stream:
            self._dialog.wire.pacer.remove(self._stream)
            self._stream.close()

    def _stop_timers(self) -> None:
        if self._bye:
            self._bye.stop()


async def first_of(*awaited: asyncio.Future[Any], timeout: float | None = None) -> None:
    """Returns when one of them is done, or the time is over. Cancels none."""
    await asyncio.wait(awaited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)


def _settle(done: asyncio.Future[None]) -> None:
    """Mark as done, unless the waiter was cancelled meanwhile."""
    if not done.done():
        done.set_result(None)
