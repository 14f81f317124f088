"""A real Asterisk on ports that nobody else has, as `dialplan/` ships it, with prompts that are plain tones."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ari_app.asterisk.server import AsteriskServer
from ari_app.sip_phone.listening import tone

#: What callers of the fallback hear here instead of speech: one tone for each prompt, easy to tell apart.
PROMPT_TONES = {"fallback-leave-message": 600, "fallback-thanks": 800}


def free_port(ip: str, kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((ip, 0))
        return int(probe.getsockname()[1])


def write_prompts(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, hertz in PROMPT_TONES.items():
        soundfile.write(folder / f"{name}.wav", np.asarray(tone(hertz, 0.4), dtype=np.int16), 8000, subtype="PCM_16")
    return folder


def server_in(home: Path, **chosen: object) -> AsteriskServer:
    """Not started. `trunk_contact` and `desk_phones` hold free addresses for phones of the test."""
    rtp = free_port("127.0.0.1", socket.SOCK_DGRAM) // 2 * 2
    rtp = min(rtp, 60000)
    settings: dict[str, object] = {
        "ari_port": free_port("127.0.0.1", socket.SOCK_STREAM),
        "sip_port": free_port("127.0.0.1", socket.SOCK_DGRAM),
        "rtp_ports": (rtp, rtp + 1000),
        "trunk_contact": f"127.0.0.2:{free_port('127.0.0.2', socket.SOCK_DGRAM)}",
        "desk_phones": {
            name: f"127.0.0.3:{free_port('127.0.0.3', socket.SOCK_DGRAM)}" for name in ("desk-1", "desk-2")
        },
    }
    return AsteriskServer(home, **(settings | chosen))  # type: ignore[arg-type]


@pytest.fixture
def new_server() -> Callable[[Path], AsteriskServer]:
    """Makes an Asterisk of its own for a home folder, not started."""
    return server_in


@pytest.fixture(scope="session")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskServer]:
    """Runs as long as the tests. `url`, `ari_user` and `password()` for ARI, `sip_ip` and `sip_port` for callers."""
    home = tmp_path_factory.mktemp("asterisk")
    server = server_in(home, prompts=write_prompts(home / "prompts"))
    server.start()
    yield server
    server.stop()
    assert not server.running()
