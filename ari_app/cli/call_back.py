"""`meldlijn call-back`: a running line rings one of us, then the caller of a ticket."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of

if TYPE_CHECKING:
    from ari_app.config import Settings

#: Two phones that ring as long as they can, and the questions between.
TAKEN_WITHIN, LOOK_EVERY = 15.0, 0.5


def add_to(app: typer.Typer) -> None:
    app.command("call-back")(call_back)


def call_back(
    ticket: Annotated[str, typer.Argument(help="For example T-1001.")],
    phone: Annotated[str, typer.Option(help="Whose phone rings first: a desk phone, or an engineer by full name.")],
    by: Annotated[str, typer.Option(help="Who asks for it.")] = "meldlijn",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call the caller of a ticket back, only on the number that stands on it, under the number of the service."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        state, why = asyncio.run(_ask_and_wait(settings, ticket, phone, by))
    if as_json:
        print_json({"ticket": ticket, "state": state, "why": why})
    else:
        results.print(why, markup=False)
    raise typer.Exit(0 if state == "talked" else 1)


async def _ask_and_wait(settings: "Settings", ticket: str, phone: str, by: str) -> tuple[str, str]:
    from ari_app.desk.actor import Actor
    from ari_app.setting_up import clock_of, desk_of
    from ari_app.store.database import Store
    from ari_app.store.tables import Role

    store = Store.open(settings.database_url)
    try:
        desk = desk_of(settings, store, clock_of(settings))
        asked = await desk.call_backs.ask(ticket, phone, Actor(by, Role.ENGINEER))
        messages.print(f"{phone} wordt gebeld; druk daar op 1.", markup=False)
        waited = 0.0
        while (found := await desk.call_backs.outcome(asked))[0] in ("asked", "taken"):
            if found[0] == "asked" and waited > TAKEN_WITHIN:
                fail("No running line took it. Is `meldlijn run` on? It is called as soon as one runs.")
            await asyncio.sleep(LOOK_EVERY)
            waited += LOOK_EVERY
        return found
    finally:
        await store.close()
