"""Whatever a person can do has Dutch words in the audit trail: on a page, at a terminal, by a program."""

from collections.abc import Iterator

import pytest
import typer

from ari_app.cli import app
from ari_app.cli.acting import command_of
from ari_app.desk.audit import Asked
from ari_app.desk.command_list import desk_commands
from ari_app.web.api.table import OPERATIONS
from ari_app.web.audit_words import kind_in_words, what_in_words
from ari_app.web.permissions import PERMISSIONS
from tests.web.busy_line import busy_week

#: Commands of a terminal that change no row: they show, compute or try, or are the machinery itself.
ONLY_LOOKS = {
    "account list", "announce list", "assess message", "assess train", "audit check", "audit list", "bench",
    "billing hours", "billing units", "call", "call-back", "contract buyout", "contract list", "contract meter",
    "contract notice", "contract show", "customer list", "db upgrade", "demo", "doctor", "engineer list", "evaluate",
    "evaluate-sound", "exclusion declined", "exclusion list", "exclusion proposals", "explain-call",
    "export tickets", "hold list", "hours propose", "hours show", "maintenance list", "model fetch", "model list",
    "model use", "model verify", "notify channels", "notify list", "outbox list",
    "prompts build", "prompts list", "rota changes", "rota check", "rota ical", "rota show", "rota vcard",
    "rota who", "run", "setup", "sla clock", "sla due", "sla explain", "tickets list", "tickets queue",
    "tickets show", "token list", "transcribe", "urgent list", "work parked", "work show", "worker",
}  # fmt: skip
#: Operations that compute from what they are sent.
ONLY_TRIES = {"due", "explain_call", "preview_book_time", "preview_correct_time", "preview_leave"}


def _leaves(group, before: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _leaves(command, (*before, name))
        else:
            yield command_of([*before, name])


def test_every_button_of_the_pages_has_words():
    buttons = [name for name, permission in PERMISSIONS.items() if permission.post or name == "recording"]

    assert [name for name in buttons if what_in_words(name) == name] == []


def test_every_command_of_the_desk_has_words_by_each_way():
    names = [command.function.__name__ for command in desk_commands().values()]

    assert [name for name in names if what_in_words(name) == name] == []
    assert what_in_words("tickets begin-work") == what_in_words("api:begin_work") == what_in_words("begin_work")


def test_every_command_of_a_terminal_that_changes_something_has_words():
    every = set(_leaves(typer.main.get_command(app)))

    assert ONLY_LOOKS - every == set()
    assert [name for name in sorted(every - ONLY_LOOKS) if what_in_words(name) == name] == []


def test_every_operation_of_the_api_that_changes_something_has_words():
    names = [f"api:{one.name}" for one in OPERATIONS if one.changes and one.name not in ONLY_TRIES]

    assert [name for name in names if what_in_words(name) == name] == []


@pytest.mark.parametrize("name", ["api:made_up", "made up", "made-up"])
def test_what_has_no_words_is_shown_as_it_is(name):
    assert what_in_words(name) == name


def test_one_deed_by_several_ways_is_told_apart_where_it_is_chosen():
    kinds = [kind_in_words(name) for name in ("customer-pin", "pin set", "api:set_pin")]

    assert kinds == [f"maakte een nieuwe pincode{way}" for way in ("", " (terminal)", " (programma)")]


async def test_a_busy_week_leaves_no_entry_without_words(caller, accounts, visitor, desk):
    await busy_week(caller, accounts, visitor)

    done = {one.what for one in await desk.audit.entries(Asked(), 1000)}

    assert len(done) > 10
    assert {name for name in done if what_in_words(name) == name} == set()
