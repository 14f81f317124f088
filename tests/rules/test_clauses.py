"""Each rule that a result names leads to its lines in the agreement's text. R-023."""

import ast
from importlib.resources import files
from pathlib import Path

import pytest

from sla.agreement import parse_agreement
from sla.clauses import RULE_ID, Clause, parse_clauses

ROOT = Path(__file__).parents[2]
TEXT = (files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8")
AGREEMENT = parse_agreement(TEXT)
LAST_LINE = 782


def named_in_code() -> dict[str, str]:
    """Each rule id in a text of the program, and a file that has it."""
    found: dict[str, str] = {}
    for folder in ("sla", "routing", "ari_app"):
        for file in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                    found |= dict.fromkeys(RULE_ID.findall(node.value), file.name)
    return found


def test_every_rule_that_the_program_can_name_has_its_clause():
    named = named_in_code()

    assert len(named) > 80
    assert {rule: file for rule, file in named.items() if rule not in AGREEMENT.clauses} == {}


def test_the_clauses_are_the_rules_that_are_documented():
    rows = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    documented = {RULE_ID.findall(row)[0] for row in rows if row.startswith(("| R-", "| A-"))}

    assert set(AGREEMENT.clauses) == documented


def test_lines_lie_within_the_text_and_run_forward():
    for clause in AGREEMENT.clauses.values():
        for part in clause.lines.split(", "):
            first, _, last = part.removeprefix("L").partition("-")
            assert 1 <= int(first) <= int(last or first) <= LAST_LINE, clause


def test_a_clause_is_told_with_its_lines_and_the_version_of_the_document():
    assert str(AGREEMENT.clause("R-013")) == "R-013, L52-62, SLA VOIP V4.10 (2023-11)"


def test_a_rule_that_the_version_does_not_have_is_named():
    with pytest.raises(ValueError, match="rule 'R-999' is not among the clauses of voip"):
        AGREEMENT.clause("R-999")


def test_clauses_are_found_in_sentences_in_order_and_once():
    found = AGREEMENT.clauses_in("Staat stil (R-048, R-049).", "Uiterlijk ma (R-048, A-07), maar R-999 kent niemand.")

    assert [clause.rule for clause in found] == ["R-048", "R-049", "A-07"]


@pytest.mark.parametrize("spec", [{"R-13": "L1"}, {"R-013": "52-62"}, {"R-013": 52}, {"R-013": "L52 "}, {"x": "L1"}])
def test_a_clause_that_is_no_clause_is_named(spec):
    with pytest.raises(ValueError, match=f"{next(iter(spec))} = .* write it as"):
        parse_clauses(spec, "SLA")


def test_a_clause_keeps_its_document():
    assert parse_clauses({"R-013": "L52-62, L88"}, "SLA 9") == {"R-013": Clause("R-013", "L52-62, L88", "SLA 9")}


def test_a_value_whose_rule_has_no_clause_is_a_mistake_in_the_data():
    with pytest.raises(ValueError, match="clauses has no such rule"):
        parse_agreement(TEXT.replace('R-012 = "L50"\n', ""))
