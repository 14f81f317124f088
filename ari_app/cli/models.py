"""`meldlijn model`: the speech models that are there, and which one listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.speech.models import SpeechModel

NameArgument = Annotated[str, typer.Argument(help="As on the model page of Vosk.", metavar="NAME")]


def add_to(app: typer.Typer) -> None:
    models = typer.Typer(help="The speech models that messages are read with.", no_args_is_help=True)
    models.command("list")(list_models)
    models.command("fetch")(fetch_model)
    models.command("use")(use_model)
    models.command("verify")(verify_models)
    app.add_typer(models, name="model")


def list_models(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The models that are there with their licence, and which one is in use for each language."""
    settings = settings_of(home)
    used = _in_use(settings)
    models = _all(settings)
    if as_json:
        return print_json([_values(model, used) for model in models])
    for model in models:
        mark = "in use" if model.path in used else "      "
        results.print(f"{mark} {model.name} ({model.language}, {model.licence})")
    return messages.print(*{model.warning for model in models if model.path in used and model.warning})


def fetch_model(
    name: Annotated[
        str,
        typer.Argument(help="As on the model page of Vosk.", show_default="the official one of the line's language"),
    ] = "",
    sha256: Annotated[str | None, typer.Option(help="Refuse an archive with another SHA-256 than this.")] = None,
    home: HomeOption = None,
) -> None:
    """Download an official model; goes on where a broken download stopped."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from ari_app.speech.model_fetch import FetchFailed, fetch
    from ari_app.speech.models import OFFICIAL

    settings = settings_of(home)
    name = name or OFFICIAL[settings.line.language]
    with Progress(*Progress.get_default_columns()[:1], BarColumn(), DownloadColumn(), TimeRemainingColumn()) as bars:
        task = bars.add_task(name, total=None)
        try:
            model = fetch(
                settings.models,
                name,
                base_url=settings.speech.models_url,
                progress=lambda there, total: bars.update(task, completed=there, total=total),
                sha256=sha256,
            )
        except FetchFailed as failure:
            bars.stop()
            fail(str(failure))
    messages.print(f"{model.name} is there ({model.licence}). Restart the line to use it.")


def use_model(name: NameArgument, home: HomeOption = None) -> None:
    """From now on this model listens to its language; the line takes it when it is started again."""
    from ari_app.speech.models import NoModel, NotChosen, choose

    settings = settings_of(home)
    named = settings.speech.model
    if named and named != name:
        fail(f"speech.model in meldlijn.toml says {named}, and that goes first. Change or remove it there.")
    try:
        model = choose(settings.models, name)
    except (NotChosen, NoModel) as why:
        fail(str(why))
    messages.print(
        f"{model.name} ({model.licence}) listens to {model.language!r} after a restart. "
        "`meldlijn transcribe --again --model-changed` has old messages heard by it."
    )


def verify_models(
    name: Annotated[str | None, typer.Argument(help="One model; all when none is named.", metavar="[NAME]")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare every file of the models with the SHA-256 that it had when it came. Exit code 1 when one differs."""
    from ari_app.speech.sums import damaged

    settings = settings_of(home)
    models = [model for model in _all(settings) if name in (None, model.name)]
    if not models:
        fail(f"There is no model {name or ''} in {settings.models}; `meldlijn model list` names those that are there.")
    found = {model.name: damaged(model.path) for model in models}
    if as_json:
        print_json([{"name": name, "is_whole": wrong == [], "damaged": wrong} for name, wrong in found.items()])
    else:
        for one, wrong in found.items():
            results.print(f"{one}: {_verdict(wrong)}")
    raise typer.Exit(int(any(found.values())))


def _verdict(wrong: list[str] | None) -> str:
    if wrong is None:
        return "no sums were kept (it was unpacked by hand); fetch it again to have them"
    return f"damaged, fetch it again: {', '.join(wrong)}" if wrong else "whole"


def _in_use(settings: Settings) -> dict[Any, str]:
    """Language by folder of the models that listen. Fails when the line itself has none."""
    from ari_app.setting_up import model_of
    from ari_app.speech.models import NoModel, other_languages

    try:
        own = model_of(settings)
        others = [model_of(settings, language) for language in other_languages(settings.models, own.language)]
    except NoModel as nothing:
        fail(str(nothing))
    return {model.path: model.language for model in (own, *others)}


def _all(settings: Settings) -> list[SpeechModel]:
    from ari_app.setting_up import model_of
    from ari_app.speech.models import NoModel
    from ari_app.speech.models import list_models as models_in

    models = models_in(settings.models)
    try:
        used = model_of(settings)
    except NoModel:
        return models
    return models if used in models else [*models, used]


def _values(model: SpeechModel, used: dict[Any, str]) -> dict[str, Any]:
    return {
        "name": model.name,
        "language": model.language,
        "licence": model.licence,
        "is_demo_model": model.is_demo_model,
        "in_use": model.path in used,
    }
