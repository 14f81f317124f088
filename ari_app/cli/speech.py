"""`meldlijn assess` and `prompts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of

if TYPE_CHECKING:
    from transcription.assessment import Assessment


def add_to(app: typer.Typer) -> None:
    app.command()(assess)
    prompts = typer.Typer(help="What callers and engineers hear.", no_args_is_help=True)
    prompts.command("build")(build_prompts)
    prompts.command("list")(list_prompts)
    app.add_typer(prompts, name="prompts")


def assess(
    text: Annotated[str, typer.Argument(help="What the caller said.")],
    language: Annotated[str, typer.Option(help="nl or en.")] = "nl",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a category for a text, with the words that it rests on."""
    from ari_app.jobs.phrases import phrases_in
    from transcription.assessment import assess as assess_text

    try:
        phrases = phrases_in(settings_of(home).home)(language)
    except FileNotFoundError:
        fail(f"There are no phrases for language {language!r}. There are nl and en.")
    assessment = assess_text(text, phrases)
    return print_json(assessment.to_dict()) if as_json else _print_assessment(assessment)


def _print_assessment(assessment: Assessment) -> None:
    review = ", a person must decide" if assessment.needs_review else ""
    results.print(f"[bold]{assessment.category}[/], sure {assessment.sure:.2f}{review}")
    for evidence in assessment.because:
        sign = "against" if evidence.is_against else "for"
        results.print(f"  “{evidence.text}” {sign} {evidence.category} ({evidence.weight:+.1f}, {evidence.phrase})")


def build_prompts(home: HomeOption = None) -> None:
    """Speak the prompts that are new or changed; studio recordings are kept as they are."""
    from ari_app.setting_up import speak_prompts
    from ari_app.speech.prompts import PromptMistake
    from ari_app.speech.synth import SpeechFailed

    try:
        built = speak_prompts(settings_of(home))
    except (PromptMistake, SpeechFailed) as failure:
        fail(str(failure))
    messages.print(f"{len(built.spoken)} spoken, {len(built.kept)} kept, {len(built.studio)} from the studio.")


def list_prompts(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every spoken text, and whether its sound is there."""
    from ari_app.setting_up import PROMPT_TEXTS
    from ari_app.speech.prompts import missing, read_prompts

    settings = settings_of(home)
    rows = [
        {
            "name": name,
            "language": language.code,
            "text": text,
            "is_there": not missing([name], settings.sounds, [language.code]),
        }
        for language in read_prompts(PROMPT_TEXTS).languages
        for name, text in language.texts.items()
    ]
    if as_json:
        return print_json(rows)
    for row in rows:
        results.print(f"{'ok     ' if row['is_there'] else 'missing'} {row['language']}/{row['name']}: {row['text']}")
    return None
