"""`meldlijn person` and `meldlijn hold`: what is held, what erasing would do, and what must stay."""

import json

from tests.project.conftest import Meldlijn

NUMBER = ("--number", "0612345678")
BY = ("--by", "baas")


def test_a_number_is_found_in_any_way_of_writing_and_shown_ticket_by_ticket(meldlijn: Meldlijn) -> None:
    found = json.loads(meldlijn("person", "find", "06 12345678", *BY, "--json").stdout)
    shown = meldlijn("person", "show", *NUMBER, *BY)

    assert [(one["number"], one["tickets"]) for one in found] == [("+31612345678", 1)]
    assert "T-1001  new: 0 sounds, no text, 0 attachments; is not finished, and would be kept" in shown.stdout


def test_nothing_held_is_a_clear_message(meldlijn: Meldlijn) -> None:
    said = meldlijn("person", "show", "--number", "0612399999", *BY)

    assert (said.exit_code, "Nothing is held" in said.stderr) == (1, True)
    assert "three letters" in meldlijn("person", "find", "zz", *BY).stderr


def test_what_is_on_hold_is_named_when_somebody_asks_to_erase_it_and_can_be_lifted(meldlijn: Meldlijn) -> None:
    hold = meldlijn(
        "hold", "add", "--ticket", "T-1001", "--why", "dispute", "--until", "2099-12-31", *BY
    ).stdout.strip()
    erased = json.loads(meldlijn("person", "erase", *NUMBER, "--why", "request", *BY, "--json").stdout)
    listed = meldlijn("hold", "list").stdout
    lifted = meldlijn("hold", "lift", hold, "--why", "settled", *BY)

    assert erased == {"erased": [], "kept": [], "on_hold": ["T-1001"]}
    assert "T-1001  until 31-12-2099, by baas: dispute" in listed
    assert lifted.exit_code == 0
    (over,) = json.loads(meldlijn("hold", "list", "--json").stdout)
    assert (over["is_in_force"], over["lifted_by"], over["why_lifted"]) == (False, "baas", "settled")


def test_a_hold_on_nothing_is_refused_with_what_to_do(meldlijn: Meldlijn) -> None:
    said = meldlijn("hold", "add", "--why", "dispute", *BY)

    assert (said.exit_code, said.stdout) == (1, "")
    assert "één klant, één ticket of één telefoonnummer" in said.stderr
