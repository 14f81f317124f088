"""Customers, contracts, exclusions and engineers as a person enters them at a terminal, each with its clause."""

import json
from typing import Any

import pytest
from typer.testing import Result

from tests.project.conftest import Meldlijn

BY = ("--by", "Sanne Schijn")
ZUIVEL = "Zuivel Verzonnen"
CONTRACT = ("contract", "add", "--customer", ZUIVEL, "--starts", "2026-01-01", "--months", "12", "--framework", "MO-7",
            "--general-terms", "AV-2023")  # fmt: skip


@pytest.fixture
def customer(meldlijn: Meldlijn) -> str:
    """Added a moment ago, with the number of its desk."""
    assert meldlijn("customer", "add", ZUIVEL, *BY).exit_code == 0
    assert meldlijn("customer", "number", ZUIVEL, "020 123 4599", "--contact", "Balie", *BY).exit_code == 0
    return ZUIVEL


@pytest.fixture
def contract(meldlijn: Meldlijn, customer: str) -> str:
    """The number of a Premium contract of seven users that is paid for."""
    terms = ("--level", "premium", "--users", "7", "--price", "14.50", "--paid-until", "2199-12-31")
    return str(answer(meldlijn(*CONTRACT, *terms, *BY, "--json"))["contract"]["id"])


def answer(said: Result) -> Any:
    assert said.exit_code == 0, said.stderr
    return json.loads(said.stdout)


def rules(value: dict[str, Any]) -> set[str]:
    """Of the clauses that stand with it, each with its lines and the version of the document."""
    assert all(one["lines"].startswith("L") and "V4.10" in one["document"] for one in value["clauses"])
    return {one["rule"] for one in value["clauses"]}


def test_a_customer_that_was_entered_gets_the_level_of_its_contract(meldlijn: Meldlijn, contract: str) -> None:
    """R-002, R-071."""
    opened = (
        "tickets",
        "open",
        "--kind",
        "incident",
        "--source",
        "mail",
        "--summary",
        "geen toon",
        "--customer",
        ZUIVEL,
    )

    ticket = answer(meldlijn(*opened, *BY, "--json"))

    assert (ticket["customer_name"], ticket["level"]) == (ZUIVEL, "premium")


def test_a_contract_is_shown_with_its_term_its_terms_and_its_clauses(meldlijn: Meldlijn, contract: str) -> None:
    """R-004, R-064, R-066, R-149."""
    shown = answer(meldlijn("contract", "show", contract, "--json"))
    told = meldlijn("contract", "list", "--customer", ZUIVEL).stdout

    assert {"R-004", "R-064", "R-066", "R-149"} <= rules(shown["contract"])
    assert {"R-019", "A-02"} <= rules(shown["changes"])
    assert (shown["changes"]["included_units"], shown["changes"]["used_units"]) == (4, 0)
    assert "mantelovereenkomst MO-7, algemene voorwaarden AV-2023" in told
    assert "bron: R-066, L338, SLA VOIP V4.10 (2023-11)" in told


def test_a_draft_of_a_buy_out_keeps_its_clauses_and_the_general_terms(meldlijn: Meldlijn, customer: str) -> None:
    """R-067, R-068, R-149: seven users are four; the stored offer still shows where that stands."""
    long = [word if word != "12" else "1200" for word in CONTRACT]
    number = str(answer(meldlijn(*long, "--users", "7", "--price", "14.50", *BY, "--json"))["contract"]["id"])

    made = answer(meldlijn("contract", "offer", number, "--ends", "2125-10-31", *BY, "--json"))

    (stored,) = answer(meldlijn("contract", "show", number, "--json"))["offers"]
    assert stored == made
    assert (stored["users"], stored["months"], stored["amount"], stored["terms_version"]) == (4, 2, "116.00", "AV-2023")
    assert {"R-067", "R-068", "A-15", "R-149"} <= rules(stored)


def test_notice_payment_and_level_0_are_recorded(meldlijn: Meldlijn, contract: str) -> None:
    """R-004, R-064, R-066, A-14."""
    ended = answer(meldlijn("contract", "give-notice", contract, "--received", "2026-01-02", *BY, "--json"))
    paid = answer(meldlijn("contract", "paid", contract, "--until", "2026-12-31", *BY, "--json"))
    stopped = answer(
        meldlijn("contract", "level-0", contract, "--from", "2026-01-01", "--why", "betaalt niet", *BY, "--json")
    )

    framework = answer(meldlijn("contract", "framework-ends", contract, "--on", "2026-06-30", *BY, "--json"))

    assert ended["contract"]["ends_on"] == "2026-12-31"
    assert framework["contract"]["ends_on"] == "2026-06-30"
    assert paid["contract"]["paid_until"] == "2026-12-31"
    assert stopped["contract"]["level"] == "level_0"


@pytest.fixture
def three_times_no_calamity(meldlijn: Meldlijn, contract: str) -> None:
    opened = ("tickets", "open", "--kind", "calamity", "--source", "phone", "--summary", "alles plat")
    for _ in range(3):
        ticket = answer(meldlijn(*opened, "--customer", ZUIVEL, *BY, "--json"))["number"]
        meldlijn("tickets", "not-a-calamity", ticket, "--why", "alleen toestel 12", *BY)


def test_three_calls_without_a_calamity_are_proposed_and_decided_by_a_person(
    meldlijn: Meldlijn, three_times_no_calamity: None
) -> None:
    """R-057, A-12: proposed with its clause; excluded with reason, scope and end date; lifted with a reason."""
    (proposal,) = answer(meldlijn("exclusion", "proposals", "--json"))
    told = meldlijn("exclusion", "proposals").stdout
    decided = answer(
        meldlijn("exclusion", "add", "--customer", ZUIVEL, "--why", "driemaal", "--until", "2198-12-31", *BY, "--json")
    )
    after = answer(meldlijn("exclusion", "proposals", "--json"))
    lifted = answer(meldlijn("exclusion", "lift", str(decided[0]["id"]), "--why", "gesprek gevoerd", *BY, "--json"))

    assert (proposal["name"], proposal["facts"]["count"], rules(proposal)) == (ZUIVEL, 3, {"R-057", "A-12"})
    assert "bron: R-057, L281-285" in told
    assert (decided[0]["is_in_force"], decided[0]["ends_on"], after) == (True, "2198-12-31", [])
    assert (lifted[0]["is_in_force"], lifted[0]["why_lifted"]) == (False, "gesprek gevoerd")


def test_a_proposal_that_is_declined_is_kept_with_its_reason_and_gone_from_the_proposals(
    meldlijn: Meldlijn, three_times_no_calamity: None
) -> None:
    """R-057, A-12."""
    tickets = answer(meldlijn("exclusion", "proposals", "--json"))[0]["tickets"]
    made = answer(meldlijn("exclusion", "decline", "--customer", ZUIVEL, "--why", "leert het nog", *BY, "--json"))
    told = meldlijn("exclusion", "declined").stdout

    assert answer(meldlijn("exclusion", "proposals", "--json")) == []
    assert [(one["name"], one["why"], one["declined_by"], one["tickets"]) for one in made] == [
        (ZUIVEL, "leert het nog", "Sanne Schijn", tickets)
    ]
    assert rules(made[0]) == {"R-057", "A-12"}
    assert "3 keer geen calamiteit in 90 dagen (R-057, A-12). Niet uitgesloten. Sanne Schijn: leert het nog" in told
    assert ", ".join(tickets) in told


def test_a_number_or_a_contact_is_excluded_alone(meldlijn: Meldlijn, contract: str) -> None:
    """A-12."""
    meldlijn("exclusion", "add", "--number", "020 123 4599", "--why", "belt steeds", *BY)
    meldlijn("exclusion", "add", "--customer", ZUIVEL, "--contact", "Balie", "--why", "belt steeds", *BY)

    made = answer(meldlijn("exclusion", "list", "--json"))

    assert [(one["scope"], one["name"]) for one in made] == [
        ("contact", f"Balie ({ZUIVEL})"),
        ("number", "+31201234599"),
    ]


def test_the_hours_of_a_customer_are_printed_with_their_cost_and_clause(meldlijn: Meldlijn, contract: str) -> None:
    """R-089."""
    opened = (
        "tickets",
        "open",
        "--kind",
        "incident",
        "--source",
        "mail",
        "--summary",
        "geen toon",
        "--customer",
        ZUIVEL,
    )
    ticket = answer(meldlijn(*opened, *BY, "--json"))["number"]
    worked = ("--engineer", "Fenna Fictief", "--activity", "remote_support", "--from", "2026-03-02T10:00")
    meldlijn("tickets", "book-time", ticket, *worked, "--to", "2026-03-02T10:20", *BY)

    found = answer(meldlijn("billing", "hours", "--customer", ZUIVEL, "--month", "2026-03", *BY, "--json"))
    told = meldlijn("billing", "hours", "--customer", ZUIVEL, "--month", "2026-03", *BY).stdout

    assert [(one["ticket"], one["activity"]) for one in found["hours"]] == [(ticket, "remote_support")]
    assert [(one["units"], one["amount"]) for one in found["costs"]] == [(2, "0.00")]
    assert "20 min = 2 x 15 min, naar boven afgerond (R-087)" in told
    assert "bron: R-089, L486-488, SLA VOIP V4.10 (2023-11)" in told


def test_an_engineer_is_added_with_a_line_and_moved_to_another(meldlijn: Meldlijn) -> None:
    """R-142."""
    meldlijn("engineer", "add", "Lotte Lijn", "--phone", "06 12345678", "--line", "2", *BY)
    meldlijn("engineer", "line", "lotte lijn", "3", "--why", "cursus gehaald", *BY)

    engineers = {one["name"]: one for one in answer(meldlijn("engineer", "list", "--json"))}
    meldlijn("engineer", "leave", "Lotte Lijn", "--why", "andere baan", *BY)
    gone = meldlijn("engineer", "list").stdout
    meldlijn("engineer", "return", "Lotte Lijn", "--why", "spijt", *BY)
    changes = meldlijn("rota", "changes").stdout

    assert "+31612345678 (left)" in gone
    assert "(left)" not in meldlijn("engineer", "list").stdout
    assert ("andere baan" in changes, "spijt" in changes) == (True, True)
    assert (engineers["Lotte Lijn"]["line"], engineers["Lotte Lijn"]["numbers"]) == (3, ["+31612345678"])
    assert "cursus gehaald" in changes


def test_a_number_is_of_one_customer_until_it_is_removed(meldlijn: Meldlijn, customer: str) -> None:
    """A-25."""
    meldlijn("customer", "add", "Garage Nepper", *BY)
    taken = meldlijn("customer", "number", "Garage Nepper", "+31201234599", *BY)
    meldlijn("customer", "remove-number", ZUIVEL, "0201234599", *BY)
    free = meldlijn("customer", "number", "Garage Nepper", "+31201234599", *BY)

    assert (taken.exit_code, free.exit_code) == (1, 0)
    assert "haal het daar eerst weg" in taken.stderr
    assert "Garage Nepper: +31201234599" in meldlijn("customer", "list").stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("customer", "add", "zuivel verzonnen", *BY), "al bekend"),
        (("customer", "add", " ", *BY), "een naam heeft"),
        (("customer", "number", ZUIVEL, "abc", *BY), "geen telefoonnummer"),
        (("customer", "remove-number", ZUIVEL, "0201111111", *BY), "geen nummer van deze klant"),
        (("engineer", "add", "Piet Plak", "--phone", "+442071838750", *BY), "dat de lijn mag bellen"),
        (("engineer", "add", "Piet Plak", "--phone", "0612345678", "--line", "4", *BY), "kies 1, 2 of 3"),
        (("engineer", "line", "Niemand", "2", "--why", "-", *BY), "'Niemand' niet"),
        ((*CONTRACT[:-3], "", "--general-terms", "AV-2023", *BY), "bron: R-004, L28-32"),
        ((*CONTRACT, "--level", "goud", *BY), "kies premium, standard, level_0"),
        ((*CONTRACT, "--price", "gratis", *BY), "--price is 'gratis'"),
        (("contract", "list", "--customer", "Niemand"), "niet bekend"),
        (("contract", "show", "99"), "Contract 99 bestaat niet (R-002)"),
        (("contract", "give-notice", "1", "--received", "2199-01-01", *BY), "Kan niet in de toekomst"),
        (("contract", "offer", "1", "--ends", "2026-01-02", *BY), "de laatste dag (R-067)"),
        (("contract", "offer", "1", "--ends", "2199-01-01", "--as", "engineer", *BY), "een supervisor"),
        (("contract", "meter", "1", "--month", "maart"), "write a day"),
        (("billing", "hours", "--customer", ZUIVEL, "--month", "maart", *BY), "write a day"),
        (("exclusion", "add", "--why", "-", *BY), "give --number, or --customer"),
        (("exclusion", "add", "--number", "112", "--why", "-", *BY), "is no phone number"),
        (("exclusion", "add", "--customer", ZUIVEL, "--why", "", *BY), "bron: A-12, L281-285"),
        (
            ("exclusion", "add", "--customer", ZUIVEL, "--why", "-", "--until", "2020-01-01", *BY),
            "einddatum na vandaag",
        ),
        (("exclusion", "decline", "--customer", ZUIVEL, "--why", "-", *BY), "bron: A-12, L281-285"),
        (("exclusion", "lift", "7", "--why", "-", *BY), "bestaat niet of is al opgeheven"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message(
    meldlijn: Meldlijn, contract: str, words: tuple[str, ...], why: str
) -> None:
    said = meldlijn(*words)

    assert said.exit_code == 1
    assert why in said.stderr
