"""Where a bench puts its lines: addresses on loopback that nothing else of ours uses, free ports, and short sounds."""

import socket
from pathlib import Path

from ari_app.speech.synth import tone
from transcription.audio import write_wav

#: Callers, our Asterisk and the other one each have an address: their ports can't clash with those of a line in service.
CALLERS_IP, OURS_IP, BARE_IP = "127.0.0.53", "127.0.0.51", "127.0.0.52"
RTP_PORTS = (40000, 44000)
SHORT_SOUND_SECONDS = 0.3
#: The beep has a tone of its own, so that callers know when it is their turn.
BEEP_HZ, PROMPT_HZ = 1000, 1300


def free_port(kind: socket.SocketKind, ip: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((ip, 0))
        return int(probe.getsockname()[1])


def write_short_sounds(folder: Path, names: tuple[str, ...]) -> None:
    """In the place of prompts: a bench measures the line, not the length of what it says."""
    for name in names:
        hertz = BEEP_HZ if name == "beep" else PROMPT_HZ
        write_wav(folder / f"{name}.wav", tone(hertz, SHORT_SOUND_SECONDS))
