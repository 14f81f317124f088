"""Sounds that can be told apart in a fraction of a second: each name is a noise of its own. Mono 16-bit PCM, 8 kHz."""

import wave
import zlib
from pathlib import Path

import numpy as np

from ari_app.sip_phone.listening import contains

RATE = 8000
PROMPT_SECONDS = 0.4
MESSAGE_SECONDS = 0.8
#: So much of a sound is enough to know it, so that a person can act in the middle of it.
HEAD_SECONDS = 0.2
#: Two different noises score below 0.15, the same one through A-law above 0.9; a lost packet costs a tenth.
SAME = 0.6

PROMPTS = (
    "welcome",
    "desk-connecting",
    "desk-no-answer",
    "closed-hours",
    "calamity-connecting",
    "calamity-no-sla",
    "calamity-nobody-free",
    "closed-mail",
    "calamity-checking",
    "calamity-what",
    "calamity-question",
    "calamity-excluded",
    "calamity-no-sla-costs",
    "pin-customer-number",
    "pin-code",
    "pin-wrong",
    "voicemail-instructions",
    "voicemail-thanks",
    "voicemail-not-saved",
    "beep",
    "engineer-announce",
    "engineer-press-1",
    "engineer-no-longer-needed",
    "sorry-error",
    "duty-press-1",
    "duty-taken",
    "line-restarted",
    "engineer-urgent-keys",
    "engineer-urgent-yours",
    "engineer-press-1-call-back",
    "engineer-urgent-taken",
    "engineer-keys-failed",
    "duty-call-me",
    "urgent-call-me",
    "we-call-you-now",
    "spoken-name",
    "calamity-trying-next",
    "engineer-already-taken",
    "talk-is-recorded",
    "engineer-caller-left",
    "talk-other-left",
    "not-a-calamity",
    "engineer-keys-noted",
    "engineer-keys-unknown",
    "engineer-second-line-called",
    "engineer-second-line-nobody",
    "engineer-wrap-up-category",
    "engineer-wrap-up-minutes",
    "engineer-wrap-up-note",
    "engineer-wrap-up-thanks",
    "engineer-call-back",
    "engineer-customer-no-answer",
    "calamity-still-trying",
    "desk-all-busy",
    "desk-press-for-message",
    "desk-message",
    "language-choice",
    "announcement-join",
    "announcement-joined",
    "message-menu",
    "message-urgent",
    "message-again",
    "voicemail-user-forms",
    "call-back-on",
    "call-back-agree",
    "call-back-agreed",
    "call-back-type",
    "call-back-no-number",
    "fallback-leave-message",
    "fallback-thanks",
)
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
    """What somebody says over and over while they talk."""
    return noise(f"voice {who}", PROMPT_SECONDS)


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
