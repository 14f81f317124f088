"""A small SIP phone for demo calls, tests, and the line calling itself: calls, talks, listens and presses keys.

It is a phone for loopback or a trusted trunk: UDP and IPv4 only, G.711 A-law and RFC 4733 keys. It is not more than
that: no TLS, no SRTP, no registration and no passwords (the other side knows it by its address), no DNS, no forking.
"""

from ari_app.sip_phone.call import Call, CallEnded, CallFailed, Ended, PhoneError
from ari_app.sip_phone.incoming import IncomingCall
from ari_app.sip_phone.outgoing import OutgoingCall
from ari_app.sip_phone.phone import Phone
from ari_app.sip_phone.timers import Timers

__all__ = [
    "Call",
    "CallEnded",
    "CallFailed",
    "Ended",
    "IncomingCall",
    "OutgoingCall",
    "Phone",
    "PhoneError",
    "Timers",
]
