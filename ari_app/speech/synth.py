"""Text to speech through espeak-ng: a plain, clear voice that every Debian has."""

from __future__ import annotations

import io
import secrets
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from transcription.audio import TELEPHONE_RATE, Samples, write_wav

PROGRAM = "espeak-ng"
#: Who speaks what no prompt says, by language.
VOICES = {"nl": "nl", "en": "en-gb"}
#: Words a minute; a caller writes along.
CALM = 145
LONGEST_TEXT_SECONDS = 30


class SpeechFailed(Exception):
    """The text could not be spoken; the message says why and what to do."""


def speak(text: str, voice: str = "nl", speed: int = CALM) -> Samples:
    """Mono 16-bit PCM at 8 kHz. `speed` in words a minute; `voice` as espeak-ng names it ("nl", "nl+f2", "en-gb").

    Only formant voices: others need files that are not free to ship. Raises `SpeechFailed`.
    """
    if not text.strip():
        raise SpeechFailed("there is no text to speak; write what the caller should hear")
    if voice.startswith("mb"):
        raise SpeechFailed(f"{voice!r} is no formant voice; take one like nl, nl+f2 or en-gb")
    sound, rate = soundfile.read(io.BytesIO(_espeak(text, voice, speed)), dtype="int16")
    return np.asarray(soxr.resample(sound, rate, TELEPHONE_RATE), dtype=np.int16)


def speak_to_file(text: str, path: Path, voice: str = "nl", speed: int = CALM) -> None:
    """Speak `text` into a wav file that Asterisk plays as it is; whole or not at all. Raises `SpeechFailed`."""
    samples = speak(text, voice, speed)
    draft = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.new")
    try:
        write_wav(draft, samples)
        draft.replace(path)
    except soundfile.LibsndfileError as cause:
        raise SpeechFailed(f"{path} could not be written: {cause}; look whether the disk is full") from cause
    finally:
        draft.unlink(missing_ok=True)


def spoken_wav(text: str, language: str) -> bytes:
    """What a caller would hear of `text`, as a wav. Raises `SpeechFailed`, and KeyError for a language without a voice."""
    written = io.BytesIO()
    soundfile.write(written, speak(text, VOICES[language]), TELEPHONE_RATE, subtype="PCM_16", format="WAV")
    return written.getvalue()


def tone(hertz: float, seconds: float, loudness: float = 0.4) -> Samples:
    """A pure tone, mono 16-bit PCM at 8 kHz; 5 ms of fade at both ends keep it from clicking."""
    count = int(TELEPHONE_RATE * seconds)
    wave = np.sin(2 * np.pi * hertz * np.arange(count) / TELEPHONE_RATE) * loudness
    fade = min(count // 2, TELEPHONE_RATE // 200)
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[count - fade :] *= np.linspace(1, 0, fade)
    return np.asarray(wave * 32767, dtype=np.int16)


def _espeak(text: str, voice: str, speed: int) -> bytes:
    program = shutil.which(PROGRAM)
    if program is None:
        raise SpeechFailed(f"{PROGRAM} is not installed; install the Debian package {PROGRAM}")
    if not set(voice.split("+", 1)) <= _known_voices(program):
        raise SpeechFailed(f"{PROGRAM} has no voice {voice!r}; `{PROGRAM} --voices` lists those it has")
    command = [program, "-v", voice, "-s", str(speed), "-b", "1", "--stdin", "--stdout"]
    try:
        ran = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=LONGEST_TEXT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as cause:
        raise SpeechFailed(f"{PROGRAM} needed more than {LONGEST_TEXT_SECONDS} s for {text[:40]!r}") from cause
    if ran.returncode or len(ran.stdout) <= 44:
        problem = ran.stderr.decode(errors="replace").strip() or "it gave no sound"
        raise SpeechFailed(f"{PROGRAM} can't speak {text[:40]!r} with voice {voice!r}: {problem}")
    return ran.stdout


@cache
def _known_voices(program: str) -> frozenset[str]:
    """Languages and variants. espeak-ng takes an unknown name without a word and speaks in another language."""
    languages = subprocess.run([program, "--voices"], capture_output=True, text=True, check=True).stdout
    variants = subprocess.run([program, "--voices=variant"], capture_output=True, text=True, check=True).stdout
    return frozenset(line.split()[1] for line in languages.splitlines()[1:]) | frozenset(
        line.split("!v/", 1)[1].split()[0] for line in variants.splitlines() if "!v/" in line
    )
