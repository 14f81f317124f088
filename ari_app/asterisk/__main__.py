"""`python3 -m ari_app.asterisk run|start|stop|status|cli`: one Asterisk by hand, or in a container. Standard library only."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ari_app.asterisk.hardening import Tls
from ari_app.asterisk.install import AsteriskMissing
from ari_app.asterisk.server import AsteriskServer, ServerFailed


def main() -> None:
    """Does one thing with the Asterisk of a home folder. Exits with 1 and one message when that fails."""
    asked = _parser().parse_args()
    try:
        _do(asked.what, _server(asked), " ".join(asked.words))
    except (AsteriskMissing, ServerFailed, ValueError) as failure:
        sys.exit(str(failure))


def server_of(words: Sequence[str]) -> AsteriskServer:
    """The Asterisk that this command line describes. Ends the program when it can't be understood."""
    return _server(_parser().parse_args(words))


def _do(what: str, server: AsteriskServer, words: str) -> None:
    match what:
        case "run":
            # Becomes Asterisk: signals reach it, and the container ends when it ends.
            server.write_configuration()
            command = server.command()
            os.execvp(command[0], command)
        case "start":
            server.start()
            print(f"{server.version()} answers at {server.url}")
        case "stop":
            server.stop()
        case "status":
            if not server.running():
                sys.exit("Asterisk does not run.")
            print(f"Asterisk runs, process {server.pid()}.")
        case "cli":
            print(server.cli(words), end="")


def _server(asked: argparse.Namespace) -> AsteriskServer:
    first, _, last = asked.rtp_ports.partition("-")
    return AsteriskServer(
        asked.home,
        ari_ip=asked.ari_ip,
        ari_port=asked.ari_port,
        sip_ip=asked.sip_ip,
        sip_port=asked.sip_port,
        rtp_ports=(int(first), int(last)),
        trunk_contact=asked.trunk_contact,
        trunk_addresses=tuple(asked.trunk_address or ["127.0.0.2"]),
        ari_allowed=tuple(asked.ari_allow),
        tls=Tls(*asked.tls) if asked.tls else None,
        desk_phones=dict(phone.split("=", 1) for phone in asked.desk_phone),
        prompts=asked.prompts,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m ari_app.asterisk", description=__doc__)
    parser.add_argument("what", choices=("run", "start", "stop", "status", "cli"))
    parser.add_argument("words", nargs="*", help="for cli: the command, for example: core show channels")
    parser.add_argument("--home", type=Path, default=Path(".meldlijn/asterisk"), help="folder with all of its state")
    parser.add_argument("--ari-ip", default="127.0.0.1")
    parser.add_argument("--ari-port", type=int, default=8088)
    parser.add_argument("--sip-ip", default="127.0.0.1")
    parser.add_argument("--sip-port", type=int, default=5060)
    parser.add_argument("--rtp-ports", default="10000-20000", help="first and last, for example 10000-20000")
    parser.add_argument("--trunk-contact", default="127.0.0.2:5080", help="SIP address of the carrier")
    parser.add_argument(
        "--trunk-address", action="append", help="address or network its calls come from; may be repeated"
    )
    parser.add_argument("--desk-phone", action="append", default=[], help="name=address:port; may be repeated")
    parser.add_argument(
        "--ari-allow", action="append", default=[], help="address or network the service commands from; may be repeated"
    )
    parser.add_argument(
        "--tls", nargs=3, type=Path, metavar=("CERTIFICATE", "KEY", "AUTHORITIES"), help="files of an encrypted trunk"
    )
    parser.add_argument("--prompts", type=Path, help="folder with the prompts of the fallback")
    return parser


if __name__ == "__main__":
    main()
