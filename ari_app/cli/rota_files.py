"""`meldlijn rota ical`, `import`, `vcard`, `link` and `unlink`: what goes to calendars and phones, and what comes from them."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import ByOption, supervisor
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.store.rota_tables import LinkPurpose

LARGEST_FILE = 2 * 1024 * 1024


def add_to(rota: typer.Typer) -> None:
    for command in (ical, vcard, link, unlink):
        rota.command(command.__name__)(command)
    rota.command("import")(import_file)


def ical(
    engineer: Annotated[str | None, typer.Option(help="Only this engineer's shifts.")] = None,
    days: Annotated[int, typer.Option(help="How far ahead.", min=1, max=400)] = 180,
    home: HomeOption = None,
) -> None:
    """The rota as a calendar file on stdout (iCalendar)."""
    settings = settings_of(home)
    with refusals_end(settings):
        written = ask_desk(settings, lambda desk: desk.rota.calendar(engineer, timedelta(days=days)))
    sys.stdout.write(written.decode())


def import_file(
    file: Annotated[
        Path, typer.Argument(help="A calendar file; each event is a shift, its summary the engineer's name.")
    ],
    by: ByOption,
    why: Annotated[str, typer.Option(help="Kept with the change.")] = "ingelezen uit een kalenderbestand",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take shifts of a calendar file in as overrides: all of them, or with a mistake none. Numbers in it count for nothing."""
    from ari_app.desk.rota_import import import_calendar
    from ari_app.setting_up import clock_of

    settings = settings_of(home)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE)
    except OSError as why_not:
        fail(f"{file} can't be read: {why_not.strerror}. Name a calendar file (.ics).")
    with refusals_end(settings, as_json):
        now = clock_of(settings).now()
        new = ask_desk(settings, lambda desk: import_calendar(desk.rota, content, now, why, supervisor(by)))
    if as_json:
        return print_json({"imported": len(new)})
    return messages.print(f"{len(new)} shifts imported; what was there already stays as it is.")


def vcard(
    name: Annotated[str, typer.Option(help="How the phone shows the line.")] = "Meldlijn calamiteiten",
    home: HomeOption = None,
) -> None:
    """The service's number as a contact on stdout (vCard): as a favourite it passes do-not-disturb."""
    from ari_app.desk.vcard import to_vcard

    settings = settings_of(home)
    with refusals_end(settings):
        sys.stdout.write(to_vcard(name, settings.line.service_number))


def link(
    what: Annotated[str, typer.Argument(help="calendar, to subscribe to, or duty, the page to take a duty.")],
    by: ByOption,
    engineer: Annotated[str | None, typer.Option(help="Whose; for calendar none: the whole rota.")] = None,
    home: HomeOption = None,
) -> None:
    """Make a secret address, shown once. It ends the one that was made before."""
    from ari_app.store.rota_tables import LinkPurpose

    settings = settings_of(home)
    with refusals_end(settings):
        purpose = _purpose(what)
        token = ask_desk(settings, lambda desk: desk.rota_links.make(purpose, engineer, supervisor(by)))
    path = f"/rota/{token}.ics" if purpose is LinkPurpose.CALENDAR else f"/duty/{token}"
    results.print(f"http://{settings.web.host}:{settings.web.port}{path}", soft_wrap=True)


def unlink(
    what: Annotated[str, typer.Argument(help="calendar or duty.")],
    by: ByOption,
    engineer: Annotated[str | None, typer.Option(help="Whose; for calendar none: of the whole rota.")] = None,
    home: HomeOption = None,
) -> None:
    """End a secret address, without another in its place."""
    settings = settings_of(home)
    with refusals_end(settings):
        purpose = _purpose(what)
        ask_desk(settings, lambda desk: desk.rota_links.revoke(purpose, engineer, supervisor(by)))
    messages.print("That address opens nothing any more.")


def _purpose(what: str) -> LinkPurpose:
    from ari_app.store.rota_tables import LinkPurpose

    if what not in list(LinkPurpose):
        raise ValueError(f"{what!r} is no kind of address: choose {' or '.join(LinkPurpose)}")
    return LinkPurpose(what)
