"""The prompts: each spoken text by name, made into wav files that Asterisk plays.

`build` speaks only what is new or changed. A recording in `<out>/studio/<lang>/<name>.wav` replaces the spoken one and
is never written to.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ari_app.speech.synth import CALM, speak, tone
from transcription.audio import Samples, audio_facts, write_wav

#: What the prompts say.
PROMPT_TEXTS = Path(__file__).parents[2] / "dialplan" / "sounds" / "prompts.toml"
MANIFEST = "manifest.json"
STUDIO = "studio"
BEEP = "beep"
BEEP_HERTZ = 1000
BEEP_SECONDS = 0.25
#: The machine of a small line has two cores, and espeak-ng is a process of its own.
SPEAKERS = 2
#: Change it when the way of speaking changes; every prompt is then spoken again.
_RECIPE = "2"


class PromptMistake(ValueError):
    """prompts.toml or a studio recording is wrong; the message names the prompt."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    voice: str
    #: Words a minute.
    speed: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Prompts:
    languages: tuple[Language, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every prompt that can be played, the beep included."""
        return frozenset(name for language in self.languages for name in language.texts) | {BEEP}

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that lack a text in one of the languages, as "lang/name"."""
        return sorted(
            f"{language.code}/{name}"
            for language in self.languages
            for name in set(names) - {BEEP}
            if name not in language.texts
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, as "lang/name"."""

    spoken: tuple[str, ...]
    kept: tuple[str, ...]
    studio: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    key: str
    #: None is the beep.
    text: str | None
    language: Language
    digest: str


def read_prompts(path: Path) -> Prompts:
    """Read prompts.toml. Raises `PromptMistake` when a text is empty or stands in one language only."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as cause:
        raise PromptMistake(f"the prompts in {path} can't be read: {cause}") from cause
    languages = tuple(
        Language(code, table.get("voice", code), table.get("speed", CALM), table.get("texts", {}))
        for code, table in raw.items()
    )
    mistakes = [
        f"{language.code}/{name} has no text"
        for language in languages
        for name, text in language.texts.items()
        if not str(text).strip()
    ]
    prompts = Prompts(languages)
    mistakes += [f"{lacking} is missing" for lacking in prompts.missing(prompts.names)]
    if mistakes:
        raise PromptMistake(f"the prompts in {path} have mistakes: " + "; ".join(mistakes))
    return prompts


def build(prompts: Prompts, out_dir: Path, studio_dir: Path | None = None) -> Built:
    """Write `<out_dir>/<lang>/<name>.wav` (8 kHz mono 16-bit) for what is new or changed.

    Safe to break off: the manifest is written last, and what it does not name is spoken again. Raises
    `ari_app.speech.synth.SpeechFailed` or `PromptMistake`.
    """
    studio_dir = studio_dir or out_dir / STUDIO
    before = _read_manifest(out_dir)
    jobs = [_job(language, name, studio_dir) for language in prompts.languages for name in sorted(prompts.names)]
    due = [job for job in jobs if before.get(job.key) != job.digest or not _file(out_dir, job.key).is_file()]
    from_studio = [job.key for job in jobs if _file(studio_dir, job.key).is_file()]
    with ThreadPoolExecutor(SPEAKERS) as speakers:
        for _ in speakers.map(lambda job: _make(job, out_dir, studio_dir), due):
            pass
    _write_manifest(out_dir, {job.key: job.digest for job in jobs})
    made = {job.key for job in due}
    return Built(
        spoken=tuple(sorted(made - set(from_studio))),
        kept=tuple(job.key for job in jobs if job.key not in made),
        studio=tuple(from_studio),
    )


def missing(names: Iterable[str], out_dir: Path, languages: Iterable[str] = ("nl",)) -> list[str]:
    """Prompts without a sound file in `out_dir`, as "lang/name"."""
    wanted = sorted(set(names))
    return [f"{code}/{name}" for code in languages for name in wanted if not _file(out_dir, f"{code}/{name}").is_file()]


def _job(language: Language, name: str, studio_dir: Path) -> _Job:
    key = f"{language.code}/{name}"
    text = language.texts.get(name)
    recording = _file(studio_dir, key)
    content = recording.read_bytes() if recording.is_file() else b""
    facts = json.dumps([_RECIPE, language.voice, language.speed, text]).encode()
    return _Job(key, text, language, hashlib.sha256(facts + content).hexdigest())


def _make(job: _Job, out_dir: Path, studio_dir: Path) -> None:
    target, recording = _file(out_dir, job.key), _file(studio_dir, job.key)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".wav.new")
    if recording.is_file():
        _check_studio(recording)
        shutil.copyfile(recording, unfinished)
    else:
        write_wav(unfinished, _sound(job))
    unfinished.replace(target)


def _sound(job: _Job) -> Samples:
    if job.text is None:
        return tone(BEEP_HERTZ, BEEP_SECONDS)
    return speak(job.text, job.language.voice, job.language.speed)


def _check_studio(recording: Path) -> None:
    facts = audio_facts(recording)
    if (facts.rate, facts.channels, facts.coding) != (8000, 1, "PCM_16"):
        raise PromptMistake(
            f"the studio recording {recording} is {facts.rate} Hz, {facts.channels} channels, {facts.coding}; "
            "Asterisk plays 8000 Hz, mono, PCM_16: save it so"
        )


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key}.wav"


def _read_manifest(out_dir: Path) -> dict[str, str]:
    path = out_dir / MANIFEST
    if not path.is_file():
        return {}
    try:
        stored = json.loads(path.read_text())
    except json.JSONDecodeError:
        return {}  # half a manifest says nothing; every prompt is spoken again
    return {str(key): str(digest) for key, digest in stored.items()} if isinstance(stored, dict) else {}


def _write_manifest(out_dir: Path, digests: Mapping[str, str]) -> None:
    out_dir.mkdir(parents=True, exist_ok=True)
    unfinished = out_dir / f"{MANIFEST}.new"
    unfinished.write_text(json.dumps(digests, indent=1, sort_keys=True))
    unfinished.replace(out_dir / MANIFEST)
