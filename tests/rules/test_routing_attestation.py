"""What the network says of a number is read from the header, and says what it is worth."""

import pytest

from routing.attestation import Attestation, attestation_in


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("<sip:+31201234567@h;verstat=TN-Validation-Passed-A>", Attestation("passed", "A")),
        ("<tel:+31201234567;verstat=TN-Validation-Passed>", Attestation("passed")),
        ('"X" <sip:0201234567@h;user=phone;VERSTAT=tn-validation-failed-c>', Attestation("failed", "C")),
        ("<sip:1@h;verstat=No-TN-Validation>", Attestation("none")),
        ("<sip:+31201234567@h>", None),
        ("<sip:1@h;verstat=Something-Else>", None),
        ("", None),
    ],
)
def test_the_result_stands_in_verstat(header: str, found: Attestation | None) -> None:
    assert attestation_in(header) == found


def test_only_a_failed_number_may_be_forged() -> None:
    """A-25"""
    assert [Attestation(result).is_forged for result in ("passed", "failed", "none")] == [False, True, False]


def test_a_number_that_passed_is_still_no_proof() -> None:
    """A-25"""
    assert Attestation("passed", "A").why == (
        "Het telefoonnetwerk bevestigt dit nummer (niveau A); dat is een aanwijzing, geen bewijs (STIR/SHAKEN, A-25)."
    )
