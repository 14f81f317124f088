"""Sounds that can be told apart in a fraction of a second: each name is a noise of its own. Mono 16-bit PCM, 8 kHz."""

import wave
import zlib
from pathlib import Path

import numpy as np

from ari_app.setting_up import PROMPTS as SHIPPED_PROMPTS
from ari_app.sip_phone.listening import contains

RATE = 8000
PROMPT_SECONDS = 0.4
MESSAGE_SECONDS = 0.8
#: So much of a sound is enough to know it, so that a person can act in the middle of it.
HEAD_SECONDS = 0.2
#: Two different noises score below 0.15, the same one through A-law above 0.9; a lost packet costs a tenth.
SAME = 0.6

#: Those of the flows, those of the dialplan, and the name that a caller speaks.
PROMPTS = (*SHIPPED_PROMPTS, "spoken-name", "fallback-leave-message", "fallback-thanks")
#: What callers say unless a scenario says otherwise, and what they hear when it is played to them.
MESSAGE = "Niemand kan bellen"
OWN_MESSAGE = "own message"


def noise(name: str, seconds: float) -> np.ndarray:
    """The noise that belongs to a name, always the same: band-limited, so that it survives the telephone."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    samples = round(seconds * RATE)
    spectrum = np.fft.rfft(random.standard_normal(samples))
    frequencies = np.fft.rfftfreq(samples, 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 3400)] = 0
    sound = np.fft.irfft(spectrum, samples)
    loud: np.ndarray = np.rint(sound / np.max(np.abs(sound)) * 20000).astype(np.int16)
    return loud


def prompt_audio(name: str) -> np.ndarray:
    return noise(f"prompt {name}", PROMPT_SECONDS)


def voice_audio(who: str) -> np.ndarray:
    """What somebody says over and over while they talk; each takes breath in a time of their own, so that of two who talk at
    once each can be told in time."""
    breath = 0.2 + zlib.crc32(who.encode()) % 7 * 0.05
    return np.concatenate([noise(f"voice {who}", PROMPT_SECONDS), np.zeros(round(breath * RATE), np.int16)])


def message_audio(message: str) -> np.ndarray:
    return noise(f"message {message}", MESSAGE_SECONDS)


def write_prompts(folder: Path) -> None:
    """One file for each prompt, as Asterisk plays them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROMPTS:
        write_wav(folder / f"{name}.wav", prompt_audio(name))


def write_wav(file: Path, pcm: np.ndarray) -> None:
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(pcm.tobytes())


def read_wav(file: Path) -> np.ndarray:
    with wave.open(str(file)) as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), dtype=np.int16)


def was_recorded(file: Path | None, message: str) -> bool:
    """The file holds the message from beginning to end."""
    if file is None or not file.exists():
        return False
    return contains(read_wav(file), message_audio(message)).score > SAME
