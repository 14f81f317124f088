"""The sound of a studio take: any usual file becomes what Asterisk plays, after the checks that an ear would make."""

import io
from dataclasses import dataclass

import numpy
import numpy.typing
import soundfile
import soxr

from ari_app.desk.refusal import Refused

#: What a caller hears belongs to how we answer the phone.
RULE = "R-075a"
RATE = 8000
SHORTEST_SECONDS, LONGEST_SECONDS = 0.2, 60
#: In dB below full scale: a softer take is not heard beside the others, a louder one is clipped.
SOFTEST, LOUDEST_PEAK = -40.0, -0.1
#: A minute of 48 kHz, stereo, 24 bit, with room.
MOST_BYTES = 20 * 1024 * 1024
FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3")
_RATES = range(RATE, 192_001)
_MOST_CHANNELS = 2
_AS_PLAYED = ("WAV", RATE, 1, "PCM_16")


@dataclass(frozen=True, slots=True)
class StudioSound:
    """`wav`: 8000 Hz, mono, 16 bit. `level` and `peak` in dB below full scale; `came_as`: what was converted, "" for nothing."""

    wav: bytes
    seconds: float
    level: float
    peak: float
    came_as: str


def studio_sound(file: bytes) -> StudioSound:
    """Raises Refused with what is wrong and what to do."""
    if not file:
        raise Refused("Het bestand is leeg: kies de opname opnieuw", RULE)
    if len(file) > MOST_BYTES:
        raise Refused(f"De opname is groter dan {MOST_BYTES // 1024**2} MB: bewaar haar als wav, 8000 Hz, mono", RULE)
    try:
        with soundfile.SoundFile(io.BytesIO(file)) as sound:
            _must_be_usual(sound)
            shape = (sound.format, sound.samplerate, sound.channels, sound.subtype)
            samples = sound.read((LONGEST_SECONDS + 1) * sound.samplerate, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as damage:
        raise Refused("Dit is geen geluidsbestand: stuur wav, flac, ogg of mp3", RULE) from damage
    return _checked(samples, shape, file)


def _must_be_usual(sound: soundfile.SoundFile) -> None:
    if sound.format not in FORMATS:
        raise Refused(f"Een {sound.format}-bestand kan niet worden gebruikt: stuur wav, flac, ogg of mp3", RULE)
    if sound.channels > _MOST_CHANNELS or sound.samplerate not in _RATES:
        found = f"{sound.channels} kanalen en {sound.samplerate} Hz"
        raise Refused(f"De opname heeft {found}: stuur mono of stereo, 8000 tot 192000 Hz", RULE)


def _checked(
    samples: numpy.typing.NDArray[numpy.float32], shape: tuple[str, int, int, str], file: bytes
) -> StudioSound:
    rate = shape[1]
    seconds = len(samples) / rate
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        shown = f"langer dan {LONGEST_SECONDS} seconden" if seconds > LONGEST_SECONDS else f"{seconds:.1f} seconden"
        raise Refused(f"De opname duurt {shown}; 0,2 tot {LONGEST_SECONDS} mag".replace(".", ","), RULE)
    level = _decibel(float(numpy.sqrt(numpy.mean(samples.astype("float64") ** 2))))
    peak = _decibel(float(numpy.max(numpy.abs(samples))))
    if level < SOFTEST:
        raise Refused(f"De opname is te zacht ({level:.0f} dB): maak haar luider dan {SOFTEST:.0f} dB", RULE)
    if peak > LOUDEST_PEAK:
        raise Refused("De opname is te hard en vervormt: maak haar een paar dB zachter", RULE)
    if shape == _AS_PLAYED:
        return StudioSound(file, seconds, level, peak, "")
    return StudioSound(_as_played(samples, rate), seconds, level, peak, "{}, {} Hz, {} ch, {}".format(*shape))


def _as_played(samples: numpy.typing.NDArray[numpy.float32], rate: int) -> bytes:
    """Both channels as one, without what a telephone can't carry."""
    narrow = soxr.resample(samples.mean(axis=1), rate, RATE)
    written = io.BytesIO()
    soundfile.write(written, numpy.clip(narrow, -1, 1), RATE, subtype="PCM_16", format="WAV")
    return written.getvalue()


def _decibel(share: float) -> float:
    """Of full scale; silence is -100."""
    return 20 * float(numpy.log10(max(share, 1e-5)))
