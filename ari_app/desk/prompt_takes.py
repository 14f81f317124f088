"""Studio takes of prompts: checked by ear of the machine, kept beside the spoken ones, heard from the next call on."""

import asyncio
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy
import soundfile
import structlog

from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused
from ari_app.speech.prompts import BEEP, PROMPT_TEXTS, STUDIO, PromptMistake, Prompts, build, read_prompts
from ari_app.speech.synth import SpeechFailed

log = structlog.get_logger()

#: What a caller hears belongs to how we answer the phone.
RULE = "R-075a"
RATE = 8000
LONGEST_SECONDS = 60.0
#: In dB below full scale: a softer take is not heard beside the others, a louder one is clipped.
SOFTEST, LOUDEST_PEAK = -40.0, -0.1
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PromptView:
    """`text` None: a tone. `is_studio`: a take replaces the spoken one; `is_there`: callers hear something."""

    language: str
    name: str
    text: str | None
    is_studio: bool
    is_there: bool


class PromptTakes:
    """Of one line: `sounds` is the folder that Asterisk plays from."""

    def __init__(self, sounds: Path) -> None:
        self._sounds = sounds

    def all(self) -> list[PromptView]:
        """By language and name. Raises PromptMistake."""
        prompts = self._prompts()
        return [
            PromptView(language.code, name, language.texts.get(name), self._take(language.code, name).is_file(),
                       self.sound(language.code, name) is not None)
            for language in prompts.languages
            for name in sorted({*language.texts, BEEP})
        ]  # fmt: skip

    def sound(self, language: str, name: str) -> Path | None:
        """What is played now; None for a name that is no prompt or has no sound."""
        if not self._is_known(language, name):
            return None
        file = self._sounds / language / f"{name}.wav"
        return file if file.is_file() else None

    async def keep(self, language: str, name: str, wav: bytes, by: Actor) -> str:
        """The take replaces what is spoken; gives its length and level in Dutch. Raises Refused, and then all stays."""
        by.must_supervise(RULE)
        self._must_be_known(language, name)
        facts = await asyncio.to_thread(_checked, wav)
        target = self._take(language, name)
        await asyncio.to_thread(_write, target, wav)
        await self._build()
        log.info("A studio take was kept", action="prompt_take", prompt=f"{language}/{name}", by=by.name)
        return facts

    async def remove(self, language: str, name: str, by: Actor) -> None:
        """The text is spoken again."""
        by.must_supervise(RULE)
        self._must_be_known(language, name)
        take = self._take(language, name)
        if not take.is_file():
            raise Refused(f"{language}/{name} heeft geen studio-opname", RULE)
        await asyncio.to_thread(take.unlink)
        await self._build()
        log.info("A studio take was removed", action="prompt_take_removed", prompt=f"{language}/{name}", by=by.name)

    async def _build(self) -> None:
        try:
            await asyncio.to_thread(lambda: build(self._prompts(), self._sounds))
        except (PromptMistake, SpeechFailed) as failure:
            raise Refused(f"De teksten konden niet worden gemaakt: {failure}", RULE) from failure

    def _prompts(self) -> Prompts:
        return read_prompts(PROMPT_TEXTS)

    def _is_known(self, language: str, name: str) -> bool:
        prompts = self._prompts()
        return (
            bool(re.fullmatch(r"[a-z0-9-]+", name))
            and name in prompts.names
            and language in {one.code for one in prompts.languages}
        )

    def _must_be_known(self, language: str, name: str) -> None:
        if not self._is_known(language, name):
            raise Refused(f"Er is geen gesproken tekst {language}/{name}", RULE)

    def _take(self, language: str, name: str) -> Path:
        return self._sounds / STUDIO / language / f"{name}.wav"


def _checked(wav: bytes) -> str:
    """Length and level in words. Raises Refused with what is wrong and what to do."""
    if len(wav) > MOST_BYTES:
        raise Refused("De opname is groter dan 2 MB: bewaar haar als 8000 Hz, mono, 16 bit", RULE)
    try:
        with soundfile.SoundFile(io.BytesIO(wav)) as sound:
            shape = (sound.format, sound.samplerate, sound.channels, sound.subtype)
            samples = sound.read(dtype="float64")
    except (soundfile.SoundFileError, RuntimeError) as damage:
        raise Refused("Dit is geen geluidsbestand: stuur een wav van 8000 Hz, mono, 16 bit", RULE) from damage
    if shape != ("WAV", RATE, 1, "PCM_16"):
        found = f"{shape[0]}, {shape[1]} Hz, {shape[2]} kanalen, {shape[3]}"
        raise Refused(f"De opname is {found}; Asterisk speelt wav, 8000 Hz, mono, PCM_16: bewaar haar zo", RULE)
    seconds = len(samples) / RATE
    if not 0.2 <= seconds <= LONGEST_SECONDS:
        raise Refused(f"De opname duurt {seconds:.1f} seconden; 0,2 tot {LONGEST_SECONDS:.0f} mag", RULE)
    level = _decibel(float(numpy.sqrt(numpy.mean(samples**2))))
    peak = _decibel(float(numpy.max(numpy.abs(samples))))
    if level < SOFTEST:
        raise Refused(f"De opname is te zacht ({level:.0f} dB): maak haar luider dan {SOFTEST:.0f} dB", RULE)
    if peak > LOUDEST_PEAK:
        raise Refused("De opname is te hard en vervormt: maak haar een paar dB zachter", RULE)
    return f"{seconds:.1f} s, niveau {level:.0f} dB, piek {peak:.0f} dB".replace(".", ",")


def _decibel(share: float) -> float:
    """Of full scale; silence is -100."""
    return 20 * float(numpy.log10(max(share, 1e-5)))


def _write(target: Path, wav: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".wav.new")
    unfinished.write_bytes(wav)
    unfinished.replace(target)
