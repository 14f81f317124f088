"""What to ask when a message is incomplete, ready to send or to say: the clock starts when it is clear (R-048, R-049)."""

from collections.abc import Iterable

from transcription.assessment import Assessment

_QUESTIONS = {
    "who": "Namens welk bedrijf belt u, of wat is uw klantnummer?",
    "how_to_reach": "Op welk nummer of e-mailadres kunnen wij u bereiken?",
}


def clarifying_question(assessment: Assessment) -> str:
    """In Dutch, for the command that asks the customer; "" when nothing is missing."""
    return question_about(assessment.missing)


def question_about(missing: Iterable[str]) -> str:
    """The same from `Assessment.missing` alone."""
    return " ".join(_QUESTIONS[one] for one in missing)
