"""What stays Dutch on a page in another language, and is marked as such (WCAG 3.1.2): sentences of the agreement, refusals of
the desk, and what callers said. Why so: docs/adr/0012-two-languages.md."""

from html import escape

from jinja2.filters import do_mark_safe

from ari_app.desk.refusal import Refused
from ari_app.web.desk_sentences import of_the_desk
from ari_app.web.languages import DUTCH, spoken


class RefusedHere(Refused):
    """By the page itself, in the language that it speaks."""


def dutch() -> str:
    """An attribute for an element that holds nothing else."""
    return do_mark_safe("" if spoken() == DUTCH else f' lang="{DUTCH}"')


def in_dutch(text: str) -> str:
    """Such words inside of other words; a sentence of the desk in the language of the page, where that has it."""
    known = of_the_desk(text) if text else text
    if known is not None:
        return known
    return do_mark_safe(f'<span lang="{DUTCH}">{escape(text)}</span>')


def sentence(refused: Exception) -> str:
    """A refusal, for people."""
    return str(refused) if isinstance(refused, RefusedHere) else in_dutch(str(refused))
