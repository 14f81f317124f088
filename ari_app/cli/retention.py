"""`meldlijn retention`: what is past its term is deleted now; a running line does so every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, settings_of
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from collections import Counter

    from ari_app.desk import Desk


def add_to(app: typer.Typer) -> None:
    app.command()(retention)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be deleted.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete recordings, texts, callers' numbers and attachments of finished tickets that are past the days in `retention`.

    Each ticket says what was deleted and when; what statistics need stays. What is on hold (`meldlijn hold`) stays whole.
    """
    from ari_app.desk.retention import Retention
    from ari_app.setting_up import clock_of
    from ari_app.store.job_tables import Erased

    settings = settings_of(home)
    kept = settings.retention

    async def erase(desk: Desk) -> Counter[Erased]:
        one = Retention(desk.store, clock_of(settings), settings)
        return await (one.due() if dry_run else one.erase())

    found = ask_desk(settings, erase)
    counts = {what.value: found[what] for what in Erased}
    if as_json:
        return print_json({"dry_run": dry_run, **counts})
    if not any(kept.model_dump().values()):
        messages.print(
            "Nothing has a term: set `retention.audio_days`, `transcript_days`, `number_days` and `attachment_days`."
        )
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    return messages.print(f"{'Would be deleted' if dry_run else 'Deleted'} (tickets): {told}.")
