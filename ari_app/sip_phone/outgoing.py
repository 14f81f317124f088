"""A call that we make: INVITE, its replies, CANCEL."""

from typing import Literal

from ari_app.sip_phone import sdp
from ari_app.sip_phone.call import Call, CallFailed, Ended, first_of
from ari_app.sip_phone.dialog import Dialog, new_branch
from ari_app.sip_phone.message import Headers, NameAddress, Request, Response
from ari_app.sip_phone.stream import Stream
from ari_app.sip_phone.timers import Repeated


class OutgoingCall(Call):
    """Made by `Phone.call`. The first 2xx is the call; a proxy that forks is not supported."""

    def __init__(self, dialog: Dialog, called_number: str, from_number: str, from_name: str) -> None:
        super().__init__(dialog, called_number, from_number, from_name)
        #: (seconds since the INVITE, status code) of every reply to it, in order of arrival.
        self.status_log: list[tuple[float, int]] = []
        #: Where a 3xx says the call should go; "" if there was none. It is not followed.
        self.redirected_to = ""
        self._invite: Request | None = None
        self._inviting: Repeated | None = None
        self._cancelling: Repeated | None = None
        self._cancelled = False
        self._ack = b""

    def start(self, stream: Stream, headers: Headers) -> None:
        """Send the INVITE. `Phone.call` does this."""
        self._stream = stream
        offer = sdp.describe(self._dialog.wire.ip, stream.port)
        described = [*headers, ("Content-Type", "application/sdp")]
        self._invite = self._dialog.next_request("INVITE", described, offer)
        message = self._invite.encode()
        self._inviting = Repeated(lambda: self._dialog.send(message), self._dialog.wire.timers, self._nobody)

    async def answered(self, within: float = 10.0) -> None:
        """CallFailed(code, reason) when refused or cancelled, or nobody is there; TimeoutError after `within` seconds."""
        await first_of(self._answered, self._ended, timeout=within)
        if self.is_answered:
            return
        if self.is_over:
            ended = self._ended.result()
            raise CallFailed(ended.code, ended.phrase)
        last = self.status_log[-1][1] if self.status_log else "none"
        raise TimeoutError(f"{self.called_number} did not answer within {within:g} s; last status: {last}")

    def cancel(self) -> None:
        """Stop ringing; `ended()` tells when it is so. After the answer it raises CallFailed: hang up instead."""
        if self.is_over or self._cancelled:
            return
        if self.is_answered:
            raise CallFailed(200, "it is answered already; use hangup()")
        self._cancelled = True
        # RFC 3261 section 9.1: not before the other side has shown that it has the INVITE.
        if self.status_log:
            self._send_cancel()

    def on_response(self, response: Response) -> None:
        number, method = response.cseq
        if method == "INVITE" and self._invite and number == self._invite.cseq[0]:
            self._on_reply(response)
        elif method == "CANCEL" and response.code >= 200 and self._cancelling:
            self._cancelling.hush()
        else:
            super().on_response(response)

    def _give_up_unanswered(self) -> None:
        self.cancel()

    def _on_reply(self, response: Response) -> None:
        if self._inviting:
            self._inviting.stop()
        self.status_log.append((self._loop.time() - self._began, response.code))
        if response.code < 200:
            if self._cancelled and not self._cancelling:
                self._send_cancel()
            return
        if self._cancelling:
            self._cancelling.stop()
        if response.code < 300:
            self._on_answer(response)
        else:
            self._on_refusal(response)

    def _on_answer(self, response: Response) -> None:
        """A repeated 200 means that our ACK was lost: the same one goes out again."""
        assert self._invite is not None
        if not self._ack:
            self._dialog.meet(response.header("To"), response, response.routes[::-1])
            self._ack = self._dialog.request("ACK", self._invite.cseq[0], new_branch()).encode()
        self._dialog.send(self._ack)
        if self.is_answered or self.is_over:
            return
        try:
            self._begin_audio(sdp.read(response.body))
        except ValueError as error:
            self._fail_after_answer(str(error))
            return
        if self._cancelled:
            self._send_bye("")

    def _fail_after_answer(self, why: str) -> None:
        self._send_bye("")
        self._finish(Ended("us", 488, "", why))

    def _on_refusal(self, response: Response) -> None:
        assert self._invite is not None
        self._dialog.remote = response.header("To")
        self._dialog.send(self._dialog.request("ACK", self._invite.cseq[0], self._invite.branch).encode())
        if 300 <= response.code < 400 and (contact := response.header("Contact")):
            self.redirected_to = NameAddress.read(contact).uri
        by: Literal["us", "remote"] = "us" if self._cancelled else "remote"
        self._finish(Ended(by, response.code, response.header("Reason"), response.phrase))

    def _send_cancel(self) -> None:
        assert self._invite is not None
        # The same branch and number as the INVITE: that is how the other side finds it.
        cancel = self._dialog.request("CANCEL", self._invite.cseq[0], self._invite.branch)
        message = Request(cancel.headers, "", "CANCEL", self._invite.uri).encode()
        nobody = Ended("us", 408, "", "nobody confirmed our CANCEL")
        self._cancelling = Repeated(
            lambda: self._dialog.send(message), self._dialog.wire.timers, lambda: self._finish(nobody)
        )

    def _nobody(self) -> None:
        host, port = self._dialog.peer
        patience = self._dialog.wire.timers.patience
        why = f"nothing at {host}:{port} replied within {patience:g} s; does Asterisk (or the phone) run there?"
        self._finish(Ended("us", 408, "", why))

    def _stop_timers(self) -> None:
        super()._stop_timers()
        for repeated in (self._inviting, self._cancelling):
            if repeated:
                repeated.stop()
