"""Studio takes of prompts: kept beside the spoken ones with who made them and of which text, heard from the next call on."""

import asyncio
import json
import re
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.audit import AuditLog
from ari_app.desk.refusal import Refused
from ari_app.desk.studio_sound import MOST_BYTES, RULE, studio_sound
from ari_app.speech.prompts import BEEP, PROMPT_TEXTS, STUDIO, PromptMistake, Prompts, build, read_prompts
from ari_app.speech.synth import SpeechFailed

__all__ = ["MOST_BYTES", "RULE", "KeptTake", "PromptTakes", "PromptView"]

log = structlog.get_logger()
#: Two who press at once: one after the other.
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class KeptTake:
    """`text`: what the prompt said when the take was made, None for a tone. `level` and `peak` in dB below full scale;
    `came_as`: the file as it was sent, "" when it was kept bit for bit."""

    text: str | None
    by: str
    at: datetime
    seconds: float
    level: float
    peak: float
    came_as: str

    def facts(self) -> str:
        """In Dutch."""
        shown = f"{self.seconds:.1f} s, niveau {self.level:.0f} dB, piek {self.peak:.0f} dB".replace(".", ",")
        return f"{shown}, omgezet uit {self.came_as}" if self.came_as else shown


@dataclass(frozen=True, slots=True)
class PromptView:
    """`text` None: a tone. `is_studio`: a take replaces the spoken one; `is_there`: callers hear something. `take` None:
    there is none, or it was put there by hand."""

    language: str
    name: str
    text: str | None
    is_studio: bool
    is_there: bool
    take: KeptTake | None = None

    @property
    def is_stale(self) -> bool:
        """The text was changed after the take was made: callers hear the old one."""
        return self.take is not None and self.take.text != self.text


class PromptTakes:
    """Of one line: `sounds` is the folder that Asterisk plays from."""

    def __init__(self, sounds: Path, audit: AuditLog, clock: Clock) -> None:
        self._sounds = sounds
        self._audit = audit
        self._clock = clock

    def all(self) -> list[PromptView]:
        """By language and name. Raises PromptMistake."""
        prompts = read_prompts(PROMPT_TEXTS)
        return [
            self._view(language.code, name, language.texts.get(name))
            for language in prompts.languages
            for name in sorted({*language.texts, BEEP})
        ]

    def sound(self, language: str, name: str) -> Path | None:
        """What is played now; None for a name that is no prompt or has no sound."""
        if _text_of(language, name) is None:
            return None
        file = self._spoken(language, name)
        return file if file.is_file() else None

    async def keep(self, language: str, name: str, file: bytes, by: Actor) -> KeptTake:
        """The take replaces what is spoken. Raises Refused, and then all stays."""
        by.must_supervise(RULE)
        (text,) = _known(language, name)
        sound = await asyncio.to_thread(studio_sound, file)
        kept = KeptTake(text, by.name, self._clock.now(), sound.seconds, sound.level, sound.peak, sound.came_as)
        await asyncio.to_thread(self._put, language, name, sound.wav, _written(kept))
        await self._audit.note_here(f"{language}/{name}: {kept.facts()}")
        log.info("A studio take was kept", action="prompt_take", prompt=f"{language}/{name}", by=by.name)
        return kept

    async def remove(self, language: str, name: str, by: Actor) -> None:
        """The text is spoken again. Raises Refused, and then all stays."""
        by.must_supervise(RULE)
        _known(language, name)
        if not self._take(language, name).is_file():
            raise Refused(f"{language}/{name} heeft geen studio-opname", RULE)
        await asyncio.to_thread(self._put, language, name, None, None)
        await self._audit.note_here(f"{language}/{name}")
        log.info("A studio take was removed", action="prompt_take_removed", prompt=f"{language}/{name}", by=by.name)

    def _put(self, language: str, name: str, wav: bytes | None, about: bytes | None) -> None:
        """Both files of a take, None for away, and all prompts made anew; what was there comes back when that fails."""
        take = self._take(language, name)
        files = (take, take.with_suffix(".json"))
        with _WRITING:
            before = [file.read_bytes() if file.is_file() else None for file in files]
            _write_all(files, (wav, about))
            try:
                build(read_prompts(PROMPT_TEXTS), self._sounds)
            except (PromptMistake, SpeechFailed) as failure:
                _write_all(files, before)
                raise Refused(f"De teksten konden niet worden gemaakt: {failure}", RULE) from failure

    def _view(self, language: str, name: str, text: str | None) -> PromptView:
        take = self._take(language, name)
        is_studio = take.is_file()
        about = _read(take.with_suffix(".json")) if is_studio else None
        return PromptView(language, name, text, is_studio, self._spoken(language, name).is_file(), about)

    def _spoken(self, language: str, name: str) -> Path:
        return self._sounds / language / f"{name}.wav"

    def _take(self, language: str, name: str) -> Path:
        return self._sounds / STUDIO / language / f"{name}.wav"


def _text_of(language: str, name: str) -> tuple[str | None] | None:
    """The text in a tuple, (None,) for the tone; None for what is no prompt."""
    prompts: Prompts = read_prompts(PROMPT_TEXTS)
    found = next((one for one in prompts.languages if one.code == language), None)
    if found is None or name not in prompts.names or not re.fullmatch(r"[a-z0-9-]+", name):
        return None
    return (found.texts.get(name),)


def _known(language: str, name: str) -> tuple[str | None]:
    found = _text_of(language, name)
    if found is None:
        raise Refused(f"Er is geen gesproken tekst {language}/{name}", RULE)
    return found


def _written(kept: KeptTake) -> bytes:
    return json.dumps({**asdict(kept), "at": kept.at.isoformat()}, ensure_ascii=False, indent=1).encode()


def _read(file: Path) -> KeptTake | None:
    """None for a take that was put there by hand, and for a note that somebody damaged."""
    try:
        stored: dict[str, Any] = json.loads(file.read_bytes())
        return KeptTake(**{**stored, "at": datetime.fromisoformat(stored["at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write_all(files: tuple[Path, Path], contents: tuple[bytes | None, ...] | list[bytes | None]) -> None:
    for file, content in zip(files, contents, strict=True):
        if content is None:
            file.unlink(missing_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f"{file.suffix}.new")
        unfinished.write_bytes(content)
        unfinished.replace(file)
