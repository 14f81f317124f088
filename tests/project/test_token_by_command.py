"""`meldlijn token`: made once, listed without the secret, revoked."""

import json

import pytest
from typer.testing import Result

from tests.project.conftest import Meldlijn


@pytest.fixture
def meldlijn(meldlijn: Meldlijn) -> Meldlijn:
    """With one account."""
    assert meldlijn("account", "create", "koppeling", "--role", "engineer").exit_code == 0
    return meldlijn


def create(meldlijn: Meldlijn, *more: str) -> Result:
    words = ("token", "create", "Autotask", "--account", "koppeling", "--scope", "read", "--by", "ilse")
    return meldlijn(*words, *more)


def test_a_token_is_printed_once_and_listed_by_its_first_letters(meldlijn: Meldlijn) -> None:
    made = json.loads(create(meldlijn, "--scope", "tickets:write", "--days", "30", "--json").stdout)
    listed = meldlijn("token", "list")

    assert made["token"].startswith(made["prefix"])
    assert (made["scopes"], made["account"], made["made_by"]) == (["read", "tickets:write"], "koppeling", "ilse")
    assert made["prefix"] in listed.stdout
    assert made["token"] not in listed.stdout
    assert json.loads(meldlijn("token", "list", "--account", "niemand", "--json").stdout) == []


def test_the_words_for_people_name_the_token_and_its_end(meldlijn: Meldlijn) -> None:
    said = create(meldlijn)

    assert said.exit_code == 0
    assert "token mld_" in said.stdout
    assert "shown this once" in said.stdout


def test_a_token_is_revoked_by_its_first_letters_and_only_once(meldlijn: Meldlijn) -> None:
    prefix = json.loads(create(meldlijn, "--json").stdout)["prefix"]

    said = meldlijn("token", "revoke", f"{prefix}...", "--by", "ilse")
    again = meldlijn("token", "revoke", prefix, "--by", "ilse")

    assert (said.exit_code, said.stdout) == (0, "Autotask of koppeling is revoked.\n")
    assert (again.exit_code, "revoked already" in again.stderr) == (1, True)
    assert json.loads(meldlijn("token", "list", "--json").stdout)[0]["revoked_at"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--account", "niemand", "--scope", "read"), "there is no account 'niemand'"),
        (("--account", "koppeling", "--scope", "alles"), "no scope: alles"),
    ],
    ids=["no such account", "no such scope"],
)
def test_what_makes_no_token_is_said(meldlijn: Meldlijn, words: tuple[str, ...], why: str) -> None:
    said = meldlijn("token", "create", "Autotask", *words, "--by", "ilse")

    assert (said.exit_code, why in said.stderr) == (1, True)
    assert json.loads(meldlijn("token", "list", "--json").stdout) == []
