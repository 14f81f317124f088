"""`meldlijn evaluate-sound`: engines beside each other on the same recordings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of
from ari_app.cli.sound_files import ear_or_end

if TYPE_CHECKING:
    from transcription.sound_scoring import Score


def add_to(app: typer.Typer) -> None:
    app.command()(evaluate_sound)


def evaluate_sound(
    source: Annotated[
        Path, typer.Argument(help="A folder with NAME.wav and NAME.txt, or JSON lines with audio and text.")
    ],
    engines: Annotated[
        list[str] | None,
        typer.Option("--engine", help="vosk, vosk:FOLDER, pocketsphinx or whisper:FOLDER; may be repeated."),
    ] = None,
    language: Annotated[str | None, typer.Option(help="nl or en.", show_default="the language of the line")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How many words each engine hears wrong on your own recordings, and how often that changes the proposed category.

    Everything stays on this machine, and nothing is stored.
    """
    from transcription.reading import assess_text
    from transcription.sound_scoring import read_said, score

    try:
        said = read_said(source)
    except ValueError as mistakes:
        fail(str(mistakes))
    own = settings_of(home).home
    ears = [ear_or_end(home, engine, language) for engine in engines or ["vosk"]]
    scores = []
    for ear in ears:
        messages.print(f"[dim]{ear.recognizer.name}: {len(said)} recordings[/]")
        proposal = partial(assess_text, language=ear.recognizer.language, home=own)
        scores.append(score(ear.recognizer, said, proposal))
    return print_json([one.to_dict() for one in scores]) if as_json else _show(scores)


def _show(scores: list[Score]) -> None:
    table = Table("engine", "messages", "words", "wrong", "word errors", "same category", "CPU a second of sound")
    for one in scores:
        found = one.to_dict()
        table.add_row(
            one.engine,
            *(str(found[name]) for name in ("messages", "words", "wrong")),
            *("" if found[name] is None else f"{found[name]:.1%}" for name in ("word_error_rate", "same_category")),
            "" if found["cpu_per_second"] is None else f"{found['cpu_per_second']:.3f} s",
        )
    results.print(table)
    for name, why in {name: why for one in scores for name, why in one.failed.items()}.items():
        messages.print(f"not heard: {name}: {why}", soft_wrap=True, markup=False)
