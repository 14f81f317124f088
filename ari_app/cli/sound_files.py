"""Sound files of `meldlijn transcribe`: each gets its own result, and a faulty one holds up no other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ari_app.cli.common import fail, messages, print_json, results, settings_of

if TYPE_CHECKING:
    from ari_app.ears import Ear

Values = dict[str, Any]


def transcribe_files(
    files: list[Path], home: Path | None, *, language: str | None, engine: str, names: Collection[str], as_json: bool
) -> None:
    """Exit code 1 when a file could not be heard. One file prints one JSON object, several a list of them."""
    ear = ear_or_end(home, engine, language)
    heard = [_print(one, len(files), as_json=as_json) for one in _each(files, ear, names)]
    if as_json:
        print_json(heard[0] if len(files) == 1 else heard)
    elif ear.warning:
        messages.print(ear.warning)
    if any("error" in one for one in heard):
        raise typer.Exit(1)


def ear_or_end(home: Path | None, engine: str, language: str | None) -> Ear:
    """The engine with its model; the command ends with one message when it is not there."""
    from ari_app.ears import open_ear
    from ari_app.speech.models import NoModel
    from transcription.recognizer import RecognizerUnusable

    try:
        return open_ear(settings_of(home), engine, language)
    except (NoModel, RecognizerUnusable) as why:
        fail(str(why))


def _each(files: list[Path], ear: Ear, names: Collection[str]) -> Iterator[Values]:
    from transcription.audio import AudioError
    from transcription.hints import hint_words
    from transcription.listening import listen
    from transcription.voice import prepare

    hints = hint_words(names)
    for file in files:
        try:
            sound = prepare(file)
        except AudioError as faulty:
            yield {"file": str(file), "result": faulty.result, "error": str(faulty)}
            continue
        transcript = listen(ear.recognizer, sound, hints)
        yield {
            "file": str(file),
            "result": "transcribed" if transcript.words else "no_speech",
            **transcript.to_dict(),
            "truncated": sound.facts.truncated,
            "coding": sound.facts.coding,
            "rate": sound.facts.rate,
            "is_demo_model": ear.warning is not None,
        }


def _print(one: Values, files: int, *, as_json: bool) -> Values:
    """Text as soon as it is there; what is wrong goes to stderr, also beside JSON."""
    before = f"{one['file']}: " if files > 1 else ""
    if "error" in one:
        messages.print(one["error"], soft_wrap=True, markup=False)
    elif not as_json:
        cut_off = " (the recording was cut off)" if one["truncated"] else ""
        results.print(f"{before}{one['text'] or '(no speech)'}{cut_off}", markup=False, soft_wrap=True)
    return one
