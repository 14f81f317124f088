"""Sentences of the desk on an English page: known ones are English whole, with their values; any other stays as it is, marked."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import ari_app
import sla
from ari_app.web import words_of_desk
from ari_app.web.desk_sentences import of_the_desk
from ari_app.web.dutch import in_dutch
from ari_app.web.languages import speaking

#: Written in two parts by `ari_app/desk/days_shown.py`, `ari_app/desk/studio_sound.py`, `ari_app/desk/rota_warnings.py` and `sla/why.py`.
MADE_OF_PARTS = {
    "de klok loopt door",
    "de klok staat stil",
    "na de nieuwe beoordeling weer binnen de tijd",
    "De opname duurt langer dan 60 seconden",
    "0,2 tot 60 mag",
    "seconden",
    "Er is geen tweede engineer van",
    "Niemand heeft dienst van",
}


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("De machine stelt CAT III voor.", "The machine proposes CAT III."),
        ("Uiterlijk di 10-11-2026 12:05.", "At the latest Tue 10 Nov 2026 12:05."),
        ("Gestopt za 07-11-2026 09:10:52 na 1 u 04.", "Stopped Sat 7 Nov 2026 09:10:52 after 1 h 04."),
        ("Toegezegd: 2 u servicetijd (R-044).", "Promised: 2 h of service time (R-044)."),
        ("Staat stil: wachten op de klant (R-048, R-049).", "Stands still: waiting for the customer (R-048, R-049)."),
        ("di 08:30-10:42 = 2 u 12", "Tue 08:30-10:42 = 2 h 12"),
        ("Premium, CAT III, R-015", "Premium, CAT III, R-015"),
        (
            "Eerste kerstdag: goedgekeurd door Fenna Fictief op 10-11-2026. De balie is gesloten, de klok loopt door (A-08). "
            "De balie neemt niet op: bellers krijgen de voicemail.",
            "Christmas Day: approved by Fenna Fictief on 10 Nov 2026. The desk is closed, the clock runs on (A-08). "
            "The desk does not answer: callers get the voicemail.",
        ),
    ],
)
def test_a_sentence_of_the_desk_is_english_on_an_english_page_and_dutch_on_a_dutch_one(dutch, english):
    with speaking("en"):
        assert of_the_desk(dutch) == english
    assert of_the_desk(dutch) == dutch


@pytest.mark.parametrize(
    "said",
    [
        "Zo besproken met de planning.",
        "De machine stelt CAT III voor. Maar ik niet.",
        "Staat stil: de hond is ziek (R-048).",
        "Uiterlijk morgen.",
        "mijn toestel doet het niet",
    ],
)
def test_what_people_said_is_left_as_they_said_it_and_marked(said):
    with speaking("en"):
        assert in_dutch(said) == f'<span lang="nl">{said}</span>'


def test_a_value_that_somebody_typed_can_not_become_markup():
    typed = "Eigen telefoontijden: <b>Kerst</b> %(who)s %d; goedgekeurd door Ilse op 10-11-2026 (A-17)."

    with speaking("en"):
        said = in_dutch(typed)

    assert said == "Phone hours of its own: <b>Kerst</b> %(who)s %d; approved by Ilse on 10 Nov 2026 (A-17)."
    assert not hasattr(said, "__html__")


@pytest.mark.parametrize("sentence", words_of_desk.SENTENCES)
def test_each_known_sentence_is_one_that_the_desk_writes(sentence):
    pieces = [
        piece.strip(" ,:;.()") for piece in re.split(r"%\(\w+\)s|[;:(]|, (?!ogg)", sentence.removeprefix("Kan nadat "))
    ]

    assert [one for one in pieces if len(one) > 4 and one not in MADE_OF_PARTS and one not in _written()] == []


@cache
def _written() -> str:
    """Every text in the code that makes sentences."""
    found = []
    for folder in (
        Path(sla.__file__).parent,
        *(Path(ari_app.__file__).parent / one for one in ("desk", "flows", "web")),
    ):
        for path in folder.rglob("*.py"):
            if path.name != "words_of_desk.py":
                tree = ast.parse(path.read_text("utf-8"))
                found += [
                    one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
    routing = Path(sla.__file__).parents[1] / "routing"
    return "\n".join([*found, *(path.read_text("utf-8") for path in routing.glob("*.py"))])
