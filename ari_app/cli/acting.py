"""Who gives the commands of this terminal: what they change stands in the audit trail."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ari_app.config import Settings

_WORD = re.compile(r"[a-z][a-z-]*(-[0-9])?")
_given: list[str] = []


def remember(context: typer.Context) -> None:
    """The words of the command line, before any of them is obeyed."""
    _given[:] = [context.invoked_subcommand or "", *context.args]


@contextmanager
def at_the_terminal(settings: Settings) -> Iterator[None]:
    """What is changed inside is written down as done by who is named with `--by`, under the command's own words."""
    from ari_app.setting_up import clock_of
    from ari_app.store.acting import Act, acting

    origin = f"terminal ({getpass.getuser()})"
    with acting(Act(named(_given), "", command_of(_given), clock_of(settings).now(), origin)):
        yield


def command_of(words: Sequence[str]) -> str:
    """ "tickets close" of `tickets close T-1001 --why ...`: at most two words, never what was given to them."""
    first = [word for word in words[:2] if _WORD.fullmatch(word)]
    return " ".join(first)


def named(words: Sequence[str]) -> str:
    """ "" when the command asks for nobody."""
    for place, word in enumerate(words):
        if word == "--by" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--by="):
            return word.removeprefix("--by=")
    return ""
