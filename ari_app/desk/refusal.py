"""How the desk says no: in Dutch, with what must be done first and the rule that says so."""

from typing import Any


class Refused(ValueError):
    """`str()` of it is the sentence for people; `rule` names the clause, such as "R-090"."""

    def __init__(self, sentence: str, rule: str) -> None:
        super().__init__(f"{sentence} ({rule}).")
        self.rule = rule


class NotThere(Refused):
    """What the command is about does not exist, or is not of the customer that was named."""


def needs(text: str, what: str, rule: str) -> str:
    """The text without blanks around it. Raises Refused when there is none: `what` completes "Kan nadat ..."."""
    if not text.strip():
        raise Refused(f"Kan nadat {what}", rule)
    return text.strip()


def must_fit(what: str, text: str, column: Any, rule: str) -> str:
    """The text, when its letters fit into that column of a table. Raises Refused: PostgreSQL would not take it."""
    most = column.type.length
    if len(text) > most:
        raise Refused(f"{what} kan hoogstens {most} tekens hebben; dit zijn er {len(text)}", rule)
    return text
