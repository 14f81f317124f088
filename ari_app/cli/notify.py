"""`meldlijn notify`: whether people can be told, what was given up, and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.notify.message import Channel


def add_to(app: typer.Typer) -> None:
    notify = typer.Typer(help="Telling people: mail, SMS and other gateways, webhooks.", no_args_is_help=True)
    notify.command("test")(send_test)
    notify.command("channels")(channels)
    notify.command("list")(list_given_up)
    notify.command("retry")(retry)
    app.add_typer(notify, name="notify")


def send_test(
    to: Annotated[str, typer.Option("--to", help="Name of an account, or full name of an engineer.")],
    channel: Annotated[str | None, typer.Option(help="Only this one; without it every channel of that person.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a test message now and say what each channel answered. Exit code 1 when one of them failed."""
    import asyncio

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        addresses = ask_desk(settings, lambda desk: desk.notifications.addresses_of(to))
        wanted = {name: address for name, address in addresses.items() if channel in (None, name)}
        if not wanted:
            fail(f"{to} has no address for {channel or 'any channel'}; `meldlijn notify channels` shows what there is.")
        said = asyncio.run(_send_tests(settings, wanted))
    if as_json:
        print_json([{"channel": name, "ok": not why, "why": why} for name, why in said.items()])
    else:
        for name, why in said.items():
            results.print(escape(f"{name}: {why or 'delivered'}"))
    if any(said.values()):
        raise typer.Exit(1)


def channels(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The channels of the settings, and where each sends to; their secrets are never shown."""
    from urllib.parse import urlsplit

    notify = settings_of(home).notify
    mail = {"mail": f"{notify.mail.host}:{notify.mail.port}"} if notify.mail.host else {}
    found = mail | {name: urlsplit(one.url).netloc for name, one in (notify.gateways | notify.webhooks).items()}
    if as_json:
        return print_json(found)
    if not found:
        fail("No channel is set: nobody is told. See `notify` in docs/configuration.md.")
    for name, host in found.items():
        results.print(escape(f"{name}: {host}"))
    return None


def list_given_up(
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whom we could not tell after all tries, newest first: tell them yourself, or have it tried again."""
    from rich.table import Table

    from ari_app.desk.notify.views import Standing
    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.notifications.given_up(limit))
    if as_json:
        return print_json(to_json(found))
    table = Table("number", "since", "ticket", "about", "who", "channel", "tries", "what went wrong")
    for one in found:
        for step in one.steps:
            if step.standing is Standing.DEAD:
                cells = (str(step.id), local(one.written_at), one.ticket or "-", one.name, step.who, step.channel)
                table.add_row(*map(escape, (*cells, str(step.attempts), step.why)))
    return results.print(table)


def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="As `notify list` shows them.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="All that was given up.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides this; the name is kept in the log.")] = "cli",
    home: HomeOption = None,
) -> None:
    """Try again what was given up; a running line does so within seconds."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    if is_all == bool(numbers):
        fail("Name what to try again, or give --all.")
    settings = settings_of(home)
    with refusals_end(settings):
        again = ask_desk(
            settings, lambda desk: desk.notifications.try_again(Actor(by, Role.SUPERVISOR), numbers or None)
        )
    messages.print(f"{again} tried again.")


async def _send_tests(settings: Settings, addresses: dict[str, str]) -> dict[str, str]:
    """Channel to why it failed; "": it was delivered."""
    from ari_app.notify.channels import open_channels

    async with open_channels(settings.notify) as opened:
        return {name: await _why(opened[name], address) for name, address in addresses.items()}


async def _why(channel: Channel, address: str) -> str:
    import secrets

    from ari_app.clock import SystemClock
    from ari_app.notify.message import DeliveryFailed, Message

    text = "Dit is een proefmelding van Meldlijn. Je hoeft niets te doen."
    id, now = f"msg_{secrets.token_hex(12)}", SystemClock().now()
    try:
        await channel.deliver(Message(id, address, "Meldlijn: proefmelding", text, "test", "", "", now))
    except DeliveryFailed as failure:
        return str(failure)
    return ""
