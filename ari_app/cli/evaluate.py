"""`meldlijn evaluate`: how good the proposals are on messages that people labelled, and what would make them better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of

if TYPE_CHECKING:
    from transcription.assessment import Ears
    from transcription.labelled import Message
    from transcription.scoring import Judged

    EarsOf = Callable[[str], Ears]

SHORT = {"service_request": "service", "user_change": "user"}


def add_to(app: typer.Typer) -> None:
    app.command()(evaluate)


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled messages: JSON lines.")] = None,
    history: Annotated[bool, typer.Option("--history", help="What people confirmed on this line.")] = False,
    cross_validate: Annotated[
        bool, typer.Option("--cross-validate", help="Train anew in five folds, so that no message is judged by itself.")
    ] = False,
    also: Annotated[
        list[Path] | None,
        typer.Option(help="Messages to train with, never to test on. Without --cross-validate: these alone."),
    ] = None,
    voice: Annotated[str, typer.Option(help="both, phrases or learned: which voice proposes.")] = "both",
    try_phrases: Annotated[
        Path | None, typer.Option("--try", help="A changed list of phrases: what would it do? Nothing is saved.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How good the proposals are: confusion, recall of CAT III, macro-F1, calibration; per language and model.

    Messages that the learned voice was trained on flatter it: use --cross-validate for those, or --also with all others.
    """
    from ari_app.cli.labelled_files import confirmed_on, read_labelled
    from transcription.reading import ears_in

    settings = settings_of(home)
    tested = [*read_labelled(files or []), *(confirmed_on(settings) if history else [])]
    if not tested:
        fail("There are no messages to evaluate. Give a file, or --history when people confirmed categories here.")
    ears_of = _only(voice, ears_in(settings.home))
    judging = _judging(tested, read_labelled(also or []), cross_validate=cross_validate)
    try:
        judged = judging(ears_of)
        if try_phrases is not None:
            return _compare(judged, judging(_with(try_phrases, ears_of)), as_json=as_json)
    except ModuleNotFoundError:
        fail("To train anew needs scikit-learn: pip install 'meldlijn[train]'")
    except ValueError as wrong:
        fail(str(wrong))
    return _show(judged, as_json=as_json)


def _only(voice: str, ears_of: EarsOf) -> EarsOf:
    shares = {"both": None, "phrases": 1.0, "learned": 0.0}
    if voice not in shares:
        fail(f"--voice is {voice!r}; choose from {', '.join(shares)}.")
    share = shares[voice]
    return ears_of if share is None else lambda language: replace(ears_of(language), phrases_share=share)


def _judging(
    tested: Sequence[Message], also: Sequence[Message], *, cross_validate: bool
) -> Callable[[EarsOf], list[Judged]]:
    from transcription.labelled import cross_validated, judge, judged_after

    if cross_validate:
        return lambda ears_of: cross_validated(tested, also, ears_of)
    if also:
        return lambda ears_of: judged_after(tested, also, ears_of)
    return lambda ears_of: judge(tested, ears_of)


def _with(file: Path, ears_of: EarsOf) -> EarsOf:
    from transcription.reading import read_phrases

    phrases = read_phrases(file)
    return lambda language: (
        replace(ears_of(language), phrases=phrases) if language == phrases.language else ears_of(language)
    )


def _show(judged: Sequence[Judged], *, as_json: bool) -> None:
    from transcription.scoring import score, suggestions

    figures, helpful = score(judged), suggestions(judged)
    if as_json:
        return print_json(figures | {"suggestions": helpful})
    _print_figures(figures)
    if helpful:
        results.print("\nPhrases that would have helped (in misjudged messages of that category / in all messages):")
    for one in helpful:
        results.print(f"  “{one['phrase']}” for {one['category']} ({one['helps']} / {one['in_all']})")
    return None


def _print_figures(figures: dict[str, Any]) -> None:
    results.print(f"{figures['messages']} messages, accuracy {figures['accuracy']}, macro-F1 {figures['macro_f1']}")
    results.print(_confusion(figures))
    for name, one in figures["marks"].items():
        results.print(f"{name}: right {one['accuracy']}, recall {one['recall']}, precision {one['precision']}")
    for name, one in figures["spoken"].items():
        results.print(
            f"{name}: exact in {one['exact']} of {one['messages']}, invented in {one['invented']} of the others"
        )
    review = figures["review"]
    unseen = review["wrong_and_not_to_a_person"]
    results.print(f"to a person: {review['to_a_person']}; wrong and not to a person: {unseen} messages")
    for one in figures["calibration"]:
        results.print(f"sure {one['sure']}: right {one['right']} ({one['messages']} messages)")
    for name, bins in figures["by_agreement"].items():
        told = "; ".join(f"{one['sure']}: right {one['right']} ({one['messages']})" for one in bins)
        results.print(f"both voices {name}: sure {told}")
    for title in ("by_language", "by_model", "by_part"):
        for name, one in figures[title].items():
            results.print(
                f"{name}: {one['messages']} messages, accuracy {one['accuracy']}, "
                f"CAT III found {one['cat3_recall']}, rightly {one['cat3_precision']}, "
                f"user changes found {one['user_change_recall']}, rightly {one['user_change_precision']}"
            )


def _confusion(figures: dict[str, Any]) -> Table:
    names = list(figures["by_category"])
    table = Table("is \\ proposed", *(SHORT.get(name, name) for name in names), "recall", "precision")
    for name in names:
        counts, one = figures["confusion"].get(name, {}), figures["by_category"][name]
        row = [str(counts.get(other, "")) for other in names]
        table.add_row(name, *row, str(one["recall"]), str(one["precision"]))
    return table


def _compare(before: Sequence[Judged], after: Sequence[Judged], *, as_json: bool) -> None:
    """What a changed list would do, message by message."""
    from transcription.scoring import score

    changed = [
        {
            "id": old.number,
            "is": old.truth["category"],
            "was": old.proposed["category"],
            "would_be": new.proposed["category"],
        }
        for old, new in zip(before, after, strict=True)
        if old.proposed["category"] != new.proposed["category"]
    ]
    now, then = score(before), score(after)
    if as_json:
        return print_json({"before": now, "after": then, "changed": changed})
    for name, one in (("now", now), ("with this list", then)):
        recall = one["by_category"]["cat3"]["recall"]
        results.print(f"{name}: accuracy {one['accuracy']}, macro-F1 {one['macro_f1']}, CAT III found {recall}")
    for one in changed:
        verdict = "better" if one["would_be"] == one["is"] else "worse" if one["was"] == one["is"] else "still wrong"
        results.print(f"  {one['id']}: {one['was']} would become {one['would_be']} (is {one['is']}): {verdict}")
    return messages.print(f"{len(changed)} proposals would change. Nothing was saved.")
