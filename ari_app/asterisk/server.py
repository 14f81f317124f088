"""One Asterisk of our own: configured, started, asked and stopped. Works as any user; all of its state is in one folder.

Standard library only: the container starts it with a bare python3, `python3 -m ari_app.asterisk run --home ...`.
"""

import contextlib
import fcntl
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ari_app.asterisk.configuration import write_files
from ari_app.asterisk.hardening import Tls, hashed, kept_password, permitted
from ari_app.asterisk.install import Asterisk, find
from ari_app.asterisk.process import end_process, process_with, taken_ports, with_known_host_name
from ari_app.asterisk.tones import write_beep, write_hold_tone

#: A cold disk and two busy cores; warm it takes half a second.
BOOT_WITHIN = 20.0
LOOK_EVERY = 0.02
#: The longest path of a socket that Linux takes is 107 bytes; `/asterisk.ctl` comes behind this folder.
LONGEST_RUN_FOLDER = 90


class ServerFailed(RuntimeError):
    """Asterisk did not do as it was told; the message has the end of its log."""


@dataclass(eq=False)
class AsteriskServer:
    """An Asterisk with its folder, its ports and the phones beside it. Everything on loopback unless set otherwise.

    `trunk_addresses`: where the carrier's calls come from, addresses or networks. `desk_phones`: endpoint to SIP address.
    """

    home: Path
    ari_port: int = 8088
    ari_ip: str = "127.0.0.1"
    sip_ip: str = "127.0.0.1"
    sip_port: int = 5060
    #: First and last port, inclusive; each call takes two.
    rtp_ports: tuple[int, int] = (10000, 20000)
    app: str = "meldlijn"
    ari_user: str = "meldlijn"
    trunk: str = "trunk"
    trunk_contact: str = "127.0.0.2:5080"
    trunk_addresses: tuple[str, ...] = ("127.0.0.2",)
    desk_phones: Mapping[str, str] = field(default_factory=dict)
    #: None: the carrier speaks plain SIP and RTP, as over a line of its own or a VPN.
    tls: Tls | None = None
    #: Where our service commands Asterisk from, beside this machine: addresses or networks.
    ari_allowed: tuple[str, ...] = ()
    #: Folder with the prompts of the fallback, in the language of the line; where they are missing it only beeps.
    prompts: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.home = self.home.absolute()

    @property
    def recordings(self) -> Path:
        """Where ARI's recordings and, in `fallback/`, the dialplan's own are."""
        return self.home / "spool/recording"

    @property
    def plan(self) -> Path:
        """Whom the dialplan rings when our service is away: written by the service (see ari_app.fallback), read for each such call."""
        return self.home / "fallback.plan"

    @property
    def url(self) -> str:
        """The base address of ARI, for example `http://127.0.0.1:8088/ari`."""
        return f"http://{self.ari_ip}:{self.ari_port}/ari"

    @cached_property
    def asterisk(self) -> Asterisk:
        """The program that runs. Raises AsteriskMissing when there is none, or only one that is too old."""
        return find()

    def version(self) -> str:
        """As it names itself, for example "Asterisk 22.10.1+dfsg". Raises AsteriskMissing."""
        return self.asterisk.version

    def password(self) -> str:
        """ARI's password: generated once, kept in the home folder, readable for this user only."""
        return kept_password(self.home / "ari-password")

    def write_configuration(self) -> None:
        """Makes all folders, sounds and files that Asterisk reads. Raises AsteriskMissing, ValueError."""
        for folder in ("etc", "lib/sounds", "cache", "log", "moh", "spool/recording/fallback"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self._run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_files(self.home / "etc", self._words(), self.desk_phones)
        for name in ("documentation", "rest-api"):
            _link(self.home / "lib" / name, self.asterisk.data / name)
        for path, write in (
            (self.home / "lib/sounds/beep.wav", write_beep),
            (self.home / "moh/hold.wav", write_hold_tone),
        ):
            if not path.exists():
                write(path)

    def command(self) -> list[str]:
        """The command line that runs Asterisk in the foreground."""
        return with_known_host_name([*self.asterisk.command, "-f", "-n", "-C", self._configuration])

    def start(self) -> None:
        """Returns when ARI answers. Raises ServerFailed: it runs already, a port is taken, or it did not come up in time."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._only_one_starter():
            if self.running():
                raise ServerFailed(
                    f"Asterisk runs already in {self.home} (process {self.pid()}). Stop it first, or use it."
                )
            self._refuse_taken_ports()
            self.write_configuration()
            with (self.home / "log/console.log").open("wb") as log:
                self._process = subprocess.Popen(
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    cwd=self.home,
                )
            self._until_it_answers()

    def stop(self) -> None:
        """Hangs all calls up and ends Asterisk, whoever started it. Nothing happens when it does not run."""
        ours, pid = self._process, self.pid()
        if ours:
            end_process(ours.pid, lambda: ours.poll() is None)
            self._process = None
        elif pid is not None:
            end_process(pid, lambda: self.pid() == pid)
        if self._run_folder.parent != self.home:
            shutil.rmtree(self._run_folder, ignore_errors=True)

    def running(self) -> bool:
        return self.pid() is not None

    def pid(self) -> int | None:
        """The process of the Asterisk in this home, whoever started it."""
        if self._process:
            self._process.poll()  # one that ended leaves the list of processes only when somebody asks
        return process_with(self._run_folder / "asterisk.pid", self._configuration)

    def cli(self, command: str) -> str:
        """What Asterisk's console answers, for example to "core show channels". Raises ServerFailed."""
        if not self.running():
            raise ServerFailed(f"No Asterisk runs in {self.home}. Start it with `meldlijn run`.")
        words = [*self.asterisk.command, "-C", self._configuration, "-rx", command]
        asked = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=20, check=False)
        if asked.returncode != 0:
            raise ServerFailed(f"Asterisk did not take {command!r}: {asked.stderr.strip() or asked.stdout.strip()}")
        return asked.stdout

    def log_end(self, lines: int = 15) -> str:
        """The last lines of the console and of the log."""
        files = [self.home / "log" / name for name in ("console.log", "messages.log")]
        ends = [file.read_text(errors="replace").splitlines()[-lines:] for file in files if file.exists()]
        return "\n".join(line for end in ends for line in end)

    @property
    def _configuration(self) -> str:
        return str(self.home / "etc/asterisk.conf")

    @property
    def _run_folder(self) -> Path:
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= LONGEST_RUN_FOLDER:
            return inside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"meldlijn-{os.geteuid()}-{name}"

    def _words(self) -> dict[str, object]:
        return {
            "home": self.home,
            "run": self._run_folder,
            "modules": self.asterisk.modules,
            "recordings": self.recordings,
            "plan": self.plan,
            "prompts": self.prompts or self.home / "no-prompts",
            "app": self.app,
            "ari_user": self.ari_user,
            "ari_password_hashed": hashed(self.password()),
            "ari_permitted": permitted(("127.0.0.1", self.ari_ip, *self.ari_allowed)),
            "ari_ip": self.ari_ip,
            "ari_port": self.ari_port,
            "sip_ip": self.sip_ip,
            "sip_port": self.sip_port,
            "rtp_first": self.rtp_ports[0],
            "rtp_last": self.rtp_ports[1],
            "trunk": self.trunk,
            "trunk_contact": self.trunk_contact,
            "trunk_addresses": ",".join(self.trunk_addresses),
            "sip_permitted": permitted((*self.trunk_addresses, self.trunk_contact, *self.desk_phones.values())),
            **(self.tls.words() if self.tls else {}),
        }

    @contextlib.contextmanager
    def _only_one_starter(self) -> Iterator[None]:
        with (self.home / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refuse_taken_ports(self) -> None:
        """Asterisk itself only logs a taken port, and runs on without calls."""
        sockets = ((self.ari_ip, self.ari_port, socket.SOCK_STREAM), (self.sip_ip, self.sip_port, socket.SOCK_DGRAM))
        taken = taken_ports(sockets)
        if taken:
            raise ServerFailed(
                f"Asterisk can't listen on {'; '.join(taken)}. Choose other ports, or stop who holds them."
            )

    def _until_it_answers(self) -> None:
        assert self._process
        deadline = time.monotonic() + BOOT_WITHIN
        while not self._answers():
            code = self._process.poll()
            if code is not None or time.monotonic() > deadline:
                self.stop()
                how = f"ended with {code}" if code is not None else f"did not answer within {BOOT_WITHIN:.0f} s"
                raise ServerFailed(f"Asterisk {how}. The end of its log, in {self.home / 'log'}:\n{self.log_end()}")
            time.sleep(LOOK_EVERY)

    def _answers(self) -> bool:
        """While its modules load, ARI says 404."""
        login = b64encode(f"{self.ari_user}:{self.password()}".encode()).decode()
        connection = http.client.HTTPConnection(self.ari_ip, self.ari_port, timeout=2)
        try:
            connection.request("GET", "/ari/asterisk/info?only=status", headers={"Authorization": f"Basic {login}"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() != target:
        link.unlink()
    if not link.is_symlink():
        link.symlink_to(target)
