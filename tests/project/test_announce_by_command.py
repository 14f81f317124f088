"""`meldlijn announce` as a person uses it."""

import json

import pytest

from tests.project.conftest import Meldlijn

BY = ("--by", "Fenna Fictief")


def test_an_announcement_is_listed_until_it_is_ended(meldlijn: Meldlijn) -> None:
    """R-105."""
    number = meldlijn("announce", "add", "Er is een storing.", *BY).stdout.strip()

    ended = meldlijn("announce", "end", number, *BY)

    assert ended.exit_code == 0
    (listed,) = json.loads(meldlijn("announce", "list", "--json").stdout)
    assert (str(listed["id"]), listed["text"], listed["ended_by"]) == (number, "Er is een storing.", "Fenna Fictief")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["announce", "end", "99", *BY], "Mededeling 99 bestaat niet"),
        (["announce", "end", "99", *BY], "bron: R-105, L549-553, SLA VOIP V4.10 (2023-11)"),
        (["announce", "add", " ", *BY], "bron: R-105, L549-553, SLA VOIP V4.10 (2023-11)"),
        (["announce", "add", "Storing.", "--from", "straks", *BY], "'straks' is no moment"),
        (["urgent", "claim", "T-1001", *BY], "bron: R-100, L518-520, SLA VOIP V4.10 (2023-11)"),
        (["account", "create", "bram", "--engineer", "Niemand"], "bron: R-056, L277-279, SLA VOIP V4.10 (2023-11)"),
        (["call-back", "T-1001", "--phone", "Niemand"], "bron: R-040, L191-193"),
    ],
)
def test_a_refusal_names_its_rule_and_where_that_stands(meldlijn: Meldlijn, words: list[str], why: str) -> None:
    said = meldlijn(*words)

    assert said.exit_code == 1
    assert why in said.stderr
