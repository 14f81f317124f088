"""A carrier: a second Asterisk of the same package, to whom our line is a customer, and certificates for both."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ari_app.asterisk.hardening import Tls
from ari_app.asterisk.server import AsteriskServer

CARRIER_IP, SUBSCRIBER_IP = "127.0.0.6", "127.0.0.7"

#: Subscribers may call the line; the line may call subscribers, and its own number, which comes back to it.
_DIALPLAN = """
[from-trunk]
exten => _[+0-9]!,1,GotoIf($["${{EXTEN}}" = "{line}"]?back)
 same => n,Dial(PJSIP/${{EXTEN}}@subscribers,30)
 same => n,Hangup(${{HANGUPCAUSE}})
 same => n(back),Set(CALLERID(num)={line})
 same => n,Dial(PJSIP/{line}@trunk,30)
 same => n,Hangup(${{HANGUPCAUSE}})

[from-subscribers]
exten => _[+0-9]!,1,Dial(PJSIP/${{EXTEN}}@trunk,30)
 same => n,Hangup(${{HANGUPCAUSE}})
"""
_SUBSCRIBERS = """
[subscribers]
type = endpoint
transport = udp
context = from-subscribers
aors = subscribers
disallow = all
allow = alaw
direct_media = no
media_address = {ip}
bind_rtp_to_media_address = yes

[subscribers]
type = aor
contact = sip:{contact}

[subscribers]
type = identify
endpoint = subscribers
match = {subscriber_ip}
"""


@dataclass(eq=False)
class Carrier(AsteriskServer):
    """`line_number`: as the line dials itself. `subscribers`: SIP address of the phone that has all other numbers."""

    line_number: str = "31850004000"
    subscribers: str = ""

    def write_configuration(self) -> None:
        self.desk_phones = {"permitted": self.subscribers}
        super().write_configuration()
        etc = self.home / "etc"
        (etc / "extensions.conf").write_text(_DIALPLAN.format(line=self.line_number))
        pjsip = (etc / "pjsip.conf").read_text()
        more = _SUBSCRIBERS.format(ip=self.sip_ip, contact=self.subscribers, subscriber_ip=SUBSCRIBER_IP)
        (etc / "pjsip.conf").write_text(pjsip + more)


def make_certificates(folder: Path, *addresses: str) -> Tls:
    """One certificate for all these addresses, signed by an authority of its own."""
    folder.mkdir(parents=True)
    key, authority = folder / "key.pem", folder / "authority.pem"
    names = ",".join(f"IP:{address}" for address in addresses)
    request = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=line.example")
    files = ("-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(authority))
    subprocess.run([*request, *files], check=True, capture_output=True)
    return Tls(authority, key, authority)
