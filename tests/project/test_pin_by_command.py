"""`meldlijn pin` as a person uses it (A-25)."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ari_app.cli import app
from ari_app.config import Settings
from ari_app.setting_up import open_desk
from ari_app.store.tables import Customer
from routing.caller import Caller

Pin = Callable[..., Result]
BY = ("--by", "Fenna Fictief")


@pytest.fixture
def pin(terminal: CliRunner, home: Path) -> Pin:
    async def add_customer() -> None:
        async with open_desk(Settings(home=home)) as desk, desk.store.session() as session:
            await session.merge(Customer(id=1, name="Transport De Testrit"))

    asyncio.run(add_customer())
    return lambda *words, **given: terminal.invoke(app, ["pin", *words, "--home", str(home)], **given)


@pytest.fixture
def proves(home: Path) -> Callable[[str], Caller | None]:
    """Who somebody with this PIN of customer 1 is, for the line."""

    async def check(typed: str) -> Caller | None:
        async with open_desk(Settings(home=home)) as desk:
            return (await desk.pins.check(None, "1", typed, datetime(2098, 3, 1, 8, tzinfo=UTC))).caller

    return lambda typed: asyncio.run(check(typed))


def shown_in(said: Result) -> str:
    found = re.search(r"PIN (\d{6}) \(shown this once\)", said.stdout)
    assert found is not None, said.output
    return found[1]


def test_a_pin_is_made_shown_once_and_opens_the_line(pin: Pin, proves: Callable[[str], Caller | None]) -> None:
    said = pin("set", "--customer", "1", *BY)

    assert said.exit_code == 0
    assert proves(shown_in(said)) is not None


def test_a_pin_that_is_typed_is_not_shown(pin: Pin, proves: Callable[[str], Caller | None]) -> None:
    said = pin("set", "--customer", "1", "--ask", *BY, input="802175\n802175\n")

    assert said.exit_code == 0
    assert "802175" not in said.output
    assert proves("802175") is not None


def test_a_cleared_pin_opens_nothing(pin: Pin, proves: Callable[[str], Caller | None]) -> None:
    made = shown_in(pin("set", "--customer", "1", *BY))

    assert pin("clear", "--customer", "1", *BY).exit_code == 0
    assert proves(made) is None


@pytest.mark.parametrize(
    ("words", "typed", "why"),
    [
        (["set", "--customer", "999"], "", "Klant 999 bestaat niet"),
        (["clear", "--customer", "999"], "", "Klant 999 bestaat niet"),
        (["clear", "--customer", "999"], "", "bron: A-25, L256-258, SLA VOIP V4.10 (2023-11)"),
        (["set", "--customer", "1", "--ask"], "1234\n1234\n", "geen rij"),
        (["set", "--customer", "1", "--ask"], "12\n12\n", "4 tot 8 cijfers"),
        (["set", "--customer", "1", "--ask"], "12\n12\n", "bron: A-25, L256-258, SLA VOIP V4.10 (2023-11)"),
    ],
)
def test_what_cannot_be_a_pin_is_one_clear_message(pin: Pin, words: list[str], typed: str, why: str) -> None:
    said = pin(*words, *BY, input=typed)

    assert said.exit_code == 1
    assert why in said.output
