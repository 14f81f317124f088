"""Processes and ports of this machine, as far as an Asterisk of our own needs them. Standard library only."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

#: Asterisk hangs up, closes its files and goes within a second; a stuck one is killed after this time (seconds).
STOP_WITHIN = 8.0
LET_GO_WITHIN = 1.0
LOOK_EVERY = 0.02

#: Gives one process a host name of its own, known to /etc/hosts everywhere; this machine's name stays as it is.
_NAMED_LOCALHOST = ("unshare", "--uts", "sh", "-c", 'echo localhost >/proc/sys/kernel/hostname && exec "$@"', "sh")


def process_with(pid_file: Path, word: str) -> int | None:
    """The living process whose number is in `pid_file`, when `word` is on its command line: a stale number may be anybody's."""
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if word.encode() in words else None


def end_process(pid: int, is_alive: Callable[[], bool]) -> None:
    """Asks it to end, and kills it when it does not. Returns when `is_alive` is false."""
    number = signal.SIGTERM
    deadline = time.monotonic() + STOP_WITHIN
    while is_alive():
        if number is signal.SIGTERM or time.monotonic() > deadline:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            number = signal.SIGKILL
        time.sleep(LOOK_EVERY)


def taken_ports(wanted: Iterable[tuple[str, int, socket.SocketKind]]) -> list[str]:
    """Why nobody can listen on some of these; empty when all are free. A process that is just ending gets a moment to let go."""
    wanted = tuple(wanted)
    deadline = time.monotonic() + LET_GO_WITHIN
    while taken := [why for why in (_taken(*one) for one in wanted) if why]:
        if time.monotonic() > deadline:
            break
        time.sleep(LOOK_EVERY)
    return taken


def _taken(ip: str, port: int, kind: socket.SocketKind) -> str | None:
    with socket.socket(socket.AF_INET, kind) as probe:
        # A TCP port that waits out its last connection is free; a UDP port with this option would look free when it is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))
        try:
            probe.bind((ip, port))
        except OSError as taken:
            return f"{ip}:{port}: {taken.strerror}"
    return None


def with_known_host_name(command: list[str]) -> list[str]:
    """`command`, run under the host name localhost where this machine's own name has no address.

    Asterisk looks its host name up for each call; a name that nobody knows makes every call wait for DNS.
    """
    try:
        socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return [*_NAMED_LOCALHOST, *command] if _may_name_itself() else command
    return command


def _may_name_itself() -> bool:
    """Only root may, and not in every container."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run([*_NAMED_LOCALHOST, "true"], capture_output=True, check=False).returncode == 0
