"""Small recordings for tests of what happens around the hearing."""

import subprocess
from pathlib import Path

import numpy as np
import soundfile
import soxr

from transcription.audio import write_wav

MESSAGE = "het hele bedrijf ligt plat en niemand kan bellen"


def one_second(file: Path) -> None:
    """Something that is no silence."""
    write_wav(file, (np.sin(np.arange(8000) / 5) * 8000).astype(np.int16))


def speak(file: Path) -> None:
    """A Dutch message of about four seconds, spoken by the computer."""
    wide = file.with_suffix(".wide.wav")
    subprocess.run(["espeak-ng", "-v", "nl", "-w", wide, MESSAGE], check=True)
    samples, rate = soundfile.read(wide)
    soundfile.write(file, soxr.resample(samples, rate, 8000), 8000, subtype="PCM_16")
    wide.unlink()
