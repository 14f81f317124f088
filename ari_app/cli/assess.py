"""`meldlijn assess`: the proposal for a text, for many texts, and training of the learned voice."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of

if TYPE_CHECKING:
    from transcription.assessment import Assessment

_DEFAULT = "message"
_HELP = "Propose a category: `meldlijn assess TEXT`, `--batch FILE`, or `-` for standard input."
#: What `--batch` prints of each message, in this order.
BATCH_FIELDS = (
    *("category", "calamity", "third_party", "customer_caused", "complete", "needs_review", "sure", "because"),
    *("company", "customer_number", "callback"),
)


class _TextFirst(TyperGroup):
    """`meldlijn assess TEXT` without the name of a command: what is no command is the text of a message."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "--help"):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=_TextFirst, no_args_is_help=False, help=_HELP)
    group.command(_DEFAULT)(message)
    group.command("train")(train)
    app.add_typer(group, name="assess")


def message(
    text: Annotated[str | None, typer.Argument(help="What the caller said; - reads it from standard input.")] = None,
    language: Annotated[str | None, typer.Option(help="nl or en; guessed when left out.")] = None,
    batch: Annotated[
        Path | None, typer.Option(help="JSON lines with id, text and perhaps language; - for standard input.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a category for a text, with the words that it rests on.

    With --batch each line of the file gives one line of JSON. A line that is wrong gives its id and an error, and the
    others go on.
    """
    own = settings_of(home).home
    if (text is None) == (batch is None):
        fail("Give a text, or --batch with a file: one of the two. Example: meldlijn assess 'de balie doet het niet'")
    if batch is not None:
        return _print_batch(batch, language, own)
    try:
        assessment = _assessed(sys.stdin.read() if text == "-" else text or "", language, own)
    except ValueError as wrong:
        fail(str(wrong))
    return print_json(assessment.to_dict()) if as_json else _print(assessment)


def train(
    files: Annotated[
        list[Path], typer.Argument(help="Labelled messages, JSON lines as `meldlijn evaluate` takes them.")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for the files; default: the line's home.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Learn from what people confirmed on this line as well.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Train the learned voice and the finder of companies anew, and write their two files.

    The service reads them at its next start. `meldlijn evaluate` tells whether they are better. Needs scikit-learn.
    """
    from ari_app.cli.labelled_files import confirmed_on, read_labelled
    from transcription.company import write_spotter
    from transcription.labelled import learn
    from transcription.learned_voice import write_voice
    from transcription.reading import SPOTTER_FILE, VOICE_FILE, ears_in

    settings = settings_of(home)
    learned_from = [*read_labelled(files), *(confirmed_on(settings) if history else [])]
    try:
        ears = learn(learned_from, ears_in(settings.home))
    except ModuleNotFoundError:
        fail("Training needs scikit-learn: pip install 'meldlijn[train]'")
    except ValueError as lacking:
        fail(str(lacking))
    folder = out or settings.home
    folder.mkdir(parents=True, exist_ok=True)
    if ears.learned is not None:
        (folder / VOICE_FILE).write_text(write_voice(ears.learned), encoding="utf-8")
    if ears.spotter is not None:
        (folder / SPOTTER_FILE).write_text(write_spotter(ears.spotter), encoding="utf-8")
    messages.print(f"Learned from {len(learned_from)} messages; {folder} holds {VOICE_FILE} and {SPOTTER_FILE}.")


def _assessed(text: str, language: str | None, home: Path) -> Assessment:
    from transcription.reading import assess_text

    return assess_text(text, language, home)


def _print_batch(file: Path, language: str | None, home: Path) -> None:
    try:
        for line in _lines(file):
            if line.strip():
                print(json.dumps(_of_line(line, language, home), ensure_ascii=False), flush=True)
    except OSError as cause:
        fail(f"{file} can't be read: {cause.strerror}. Give a file with JSON lines, or - for standard input.")


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _of_line(line: str, language: str | None, home: Path) -> dict[str, Any]:
    """The proposal with its id, or what is wrong with the line."""
    try:
        asked = json.loads(line)
    except ValueError as wrong:
        return {"id": None, "error": f"this line is no JSON: {wrong}"}
    if not isinstance(asked, dict):
        return {"id": None, "error": f"this line is no object with id and text but {type(asked).__name__}"}
    number, text = asked.get("id"), asked.get("text")
    if not isinstance(text, str):
        return {"id": number, "error": f"text is {text!r}; write what the caller said as a string"}
    spoken_in = asked.get("language") or language
    if spoken_in is not None and not isinstance(spoken_in, str):
        return {"id": number, "error": f'language is {spoken_in!r}; write "nl" or "en", or leave it out'}
    try:
        found = _assessed(text, spoken_in, home).to_dict()
    except ValueError as wrong:
        return {"id": number, "error": str(wrong)}
    return {"id": number} | {name: found[name] for name in BATCH_FIELDS}


def _print(assessment: Assessment) -> None:
    results.print(f"[bold]{assessment.category}[/], sure {assessment.sure:.2f}")
    for doubt in assessment.doubts:
        results.print(f"  a person must decide: {doubt}")
    for line in _told(assessment):
        results.print(f"  {line}")
    for one in assessment.because:
        sign, source = "against" if one.is_against else "for", one.phrase or "learned"
        results.print(f"  “{one.text}” {sign} {one.category} ({one.weight:+.1f}, {source})", markup=False)


def _told(assessment: Assessment) -> Iterable[str]:
    said = assessment.extraction
    for name in ("company", "person", "customer_number", "callback", "mail", "people", "since"):
        spot = getattr(said, name)
        if spot is not None:
            yield f"{name.replace('_', ' ')}: {spot.value}"
    if assessment.missing:
        yield f"not told: {', '.join(assessment.missing).replace('_', ' ')}"
