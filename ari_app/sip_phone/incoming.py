"""A call that comes in: what the person who is called may do with it."""

import asyncio

from ari_app.sip_phone import sdp
from ari_app.sip_phone.call import Call, CallEnded, CallFailed, Ended, first_of
from ari_app.sip_phone.dialog import Dialog
from ari_app.sip_phone.message import PHRASES, Headers, NameAddress, Request, user_of
from ari_app.sip_phone.stream import Stream
from ari_app.sip_phone.timers import Repeated


class IncomingCall(Call):
    """Handed to the behaviour of the phone, which may ring, answer, reject or redirect, and then talk."""

    def __init__(self, dialog: Dialog, invite: Request) -> None:
        caller = NameAddress.read(invite.header("From"))
        # Asterisk names its own host behind the @ when the caller is anonymous, so only the user part is sure.
        number = "" if caller.user.lower() == "anonymous" else caller.user
        super().__init__(dialog, user_of(invite.uri), number, caller.name)
        #: The INVITE as it came, for who wants to look at its headers.
        self.invite = invite
        self._last = b""
        self._final: Repeated | None = None
        self._acknowledged: asyncio.Future[bool] = self._loop.create_future()
        self._offer_was_ours = False

    async def ring(self) -> None:
        """180 Ringing."""
        self._undecided()
        self._tell(180)

    async def answer(self) -> None:
        """Returns when the other side confirmed, and audio flows. CallFailed when it offers no A-law, or never confirms."""
        self._undecided()
        try:
            theirs = sdp.read(self.invite.body) if self.invite.body else None
        except ValueError as error:
            await self.reject(488)
            raise CallFailed(488, str(error)) from error
        self._stream = await Stream.open(self._dialog.wire.ip)
        if self.is_over:
            self._stream.close()
            raise CallEnded(self._ended.result())
        self._offer_was_ours = theirs is None
        ours = self._description(theirs)
        if theirs is not None:
            self._begin_audio(theirs)
        self._decide(200, body=ours)
        await self._confirmed()

    async def reject(self, code: int = 486, reason: str = "", headers: Headers = ()) -> None:
        """Any final status from 300 on; `reason` defaults to the usual words for the code."""
        if not 300 <= code < 700:
            raise ValueError(f"{code} does not refuse a call; use 300 to 699, such as 486 (busy) or 603 (declined)")
        self._undecided()
        self._decide(code, reason, headers)
        self._finish(Ended("us", code, "", reason or PHRASES.get(code, "")))
        await self._confirmed()

    async def redirect(self, uri: str) -> None:
        """302: "try this address instead", such as `sip:0612345678@127.0.0.1`."""
        await self.reject(302, headers=[("Contact", f"<{uri}>")])

    def on_repeat(self) -> None:
        """The same INVITE once more: our reply was lost. The phone calls this."""
        self._dialog.send(self._last)

    def trying(self) -> None:
        """100: stops the repeats of the INVITE. The phone does this for every call."""
        self._tell(100)

    def on_cancel(self, cancel: Request) -> None:
        """The caller gave up. Too late after our final reply: then it only gets its 200. The phone calls this."""
        self._reply(cancel, 200)
        if self._final is None:
            self._decide(487)
            self._finish(Ended("remote", 487, cancel.header("Reason"), "Request Terminated"))

    def on_request(self, request: Request) -> None:
        if request.method == "ACK":
            self._on_ack(request)
        else:
            super().on_request(request)

    def _on_ack(self, request: Request) -> None:
        if self._final is None or self._acknowledged.done():
            return
        self._final.stop()
        self._acknowledged.set_result(True)
        if self._offer_was_ours and not self.is_over:
            self._take_late_description(request)

    def _take_late_description(self, ack: Request) -> None:
        try:
            self._begin_audio(sdp.read(ack.body))
        except ValueError as error:
            self._send_bye("")
            self._finish(Ended("us", 488, "", str(error)))

    def _give_up_unanswered(self) -> None:
        if self._final is None:
            self._decide(603)
            self._finish(Ended("us", 603, "", "Decline"))
        else:
            self._send_bye("")

    def _undecided(self) -> None:
        if self.is_over:
            raise CallEnded(self._ended.result())
        if self._final is not None:
            raise CallFailed(0, "this call was answered or refused already")

    def _tell(self, code: int) -> None:
        self._last = self._response(self.invite, code)
        self.on_repeat()

    def _decide(self, code: int, reason: str = "", headers: Headers = (), body: str = "") -> None:
        """A final reply, sent again until the ACK."""
        self._last = self._response(self.invite, code, reason, headers, body)
        self._final = Repeated(self.on_repeat, self._dialog.wire.timers, self._nobody)

    async def _confirmed(self) -> None:
        """Wait for the ACK to our final reply."""
        # A refused call is over while its ACK is on the way; an answered one may end before it.
        await first_of(self._acknowledged, *([] if self.is_over else [self._ended]))
        if not self._acknowledged.done():
            raise CallEnded(self._ended.result())
        if not self._acknowledged.result():
            raise CallFailed(408, f"nobody confirmed our reply within {self._dialog.wire.timers.patience:g} s")

    def _nobody(self) -> None:
        self._acknowledged.set_result(False)
        self._finish(Ended("us", 408, "", "nobody confirmed our answer"))

    def _stop_timers(self) -> None:
        super()._stop_timers()
        if self._final:
            self._final.stop()
