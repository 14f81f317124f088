"""From the caller's mouth to the category: development messages spoken into the line by real calls, recorded, transcribed, assessed.

Every tenth message of the development set, and some that the demo model never met. A message is spoken by espeak-ng, carried as
a-law by SIP and RTP, recorded by Asterisk, and heard by the worker with the model in use.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from ari_app.bench.figure import BenchFailed, Figure, compared, tell
from ari_app.bench.our_line import our_line
from ari_app.config import Settings
from ari_app.demo.one_call import CallPlan, NotPlaced, place_call
from ari_app.setting_up import PROJECT, model_of
from ari_app.speech.synth import speak_to_file
from transcription.reading import assess_text
from transcription.vosk_engine import VoskEngine
from transcription.word_errors import WordErrors, speakable, word_errors, words_of

NAME = "accuracy"
FOLDER = PROJECT / "transcription" / "messages"
VOICES = {"nl": "nl", "en": "en-us"}
KNOWN, UNKNOWN, ENGLISH = (
    "Dutch, texts that the demo model knows",
    "Dutch, texts that it does not know",
    "English, by the Dutch model",
)
#: Every so many messages of each file are spoken; the demo model learned to speak from the first.
FILES = (("dev.jsonl", 10, KNOWN), ("composed-1.jsonl", 50, UNKNOWN), ("composed-2.jsonl", 50, UNKNOWN))
#: Callers at once: so many that a machine with two cores sends all of their sound in time.
AT_ONCE = 5
CALLER = "0851234567"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message: what is said in it, and its category by the people who labelled it."""

    number: str
    language: str
    text: str
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of it: by telephone, and of the same sound without one."""

    spoken: Spoken
    by_phone: str
    directly: str

    @property
    def text_proposal(self) -> str:
        """What the words themselves get."""
        words = " ".join(words_of(self.spoken.text, self.spoken.language))
        return assess_text(words, self.spoken.language).category

    @property
    def sound_proposal(self) -> str:
        """By the phrases of the model's language: what the line does."""
        return assess_text(self.by_phone, "nl").category


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """All figures come at the end. Raises BenchFailed or LineFailed."""
    messages = _messages()
    sounds = scratch / "spoken"
    for one in messages:
        speak_to_file(one.text, sounds / f"{one.number}.wav", VOICES[one.language])
    async with our_line(scratch / "line", workers=1) as line:
        gate = asyncio.Semaphore(AT_ONCE)
        calls = (_left(line.settings, sounds / f"{one.number}.wav", gate) for one in messages)
        texts = await asyncio.gather(*calls)
        engine = VoskEngine(model_of(line.settings).path)
    direct = [engine.transcribe(sounds / f"{one.number}.wav").text for one in messages]
    heard = [Heard(*found) for found in zip(messages, texts, direct, strict=True)]
    for group in (KNOWN, UNKNOWN, ENGLISH):
        for figure in _figures([one for one in heard if one.spoken.group == group], group):
            yield figure


def _messages() -> list[Spoken]:
    """Of the files with unknown texts only the Dutch ones: three in English tell enough."""
    found = []
    for name, every, group in FILES:
        stored = [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
        for one in stored[::every]:
            language = one["language"]
            if language == "nl" or group == KNOWN:
                text = speakable(one["spoken"], language)
                found.append(Spoken(one["id"], language, text, one["category"], group if language == "nl" else ENGLISH))
    return found


async def _left(settings: Settings, sound: Path, gate: asyncio.Semaphore) -> str:
    """What the line's own worker heard of the message."""
    plan = CallPlan(to="support", from_number=CALLER, at=None, say=None, wav=sound, dtmf="")
    async with gate:
        try:
            ticket = await place_call(settings, plan)
        except NotPlaced as why:
            raise BenchFailed(f"{sound.stem}: {why}") from why
    if ticket.voicemail is None:
        raise BenchFailed(f"{sound.stem} left no message on {ticket.number}")
    tell(f"{sound.stem}: {ticket.voicemail.state}, {len(ticket.voicemail.text.split())} words")
    return ticket.voicemail.text


def _figures(heard: list[Heard], title: str) -> list[Figure]:
    errors, direct = (_errors(heard, which) for which in ("by_phone", "directly"))
    same = sum(one.sound_proposal == one.text_proposal for one in heard)
    right_by_text = sum(one.text_proposal == one.spoken.label for one in heard)
    right_by_sound = sum(one.sound_proposal == one.spoken.label for one in heard)
    for one in heard:
        if one.sound_proposal != one.text_proposal:
            tell(f"{one.spoken.number}: {one.text_proposal} by its text, {one.sound_proposal} by its sound")
    return [
        compared(NAME, f"messages by phone with words, {title}", _with_words(heard), "messages", "calls", len(heard)),
        Figure(NAME, f"words said, {title}", errors.said, "words"),
        compared(
            NAME,
            f"word error rate by phone, {title}",
            errors.rate * 100,
            "%",
            "the same sound without a phone",
            direct.rate * 100,
        ),
        compared(NAME, f"same category as by its text, {title}", same, "messages", "calls", len(heard)),
        compared(
            NAME, f"category as labelled, {title}", right_by_sound, "messages", "by the text itself", right_by_text
        ),
    ]


def _errors(heard: list[Heard], which: str) -> WordErrors:
    found = (word_errors(one.spoken.text, getattr(one, which), one.spoken.language) for one in heard)
    return sum(found, WordErrors())


def _with_words(heard: list[Heard]) -> int:
    return sum(bool(one.by_phone) for one in heard)
