"""What a ticket's history says of a decision: words, never a code."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ari_app.desk
from ari_app.desk.actor import Actor
from ari_app.desk.booking_rules import OUTSIDE_HOURS
from ari_app.desk.commands.review import merge, review, undo_review
from ari_app.desk.commands.told_facts import Fact
from ari_app.desk.lines import LINE
from ari_app.desk.outcomes import Outcome
from ari_app.desk.reviewed import REVIEW, UNDONE
from ari_app.desk.work_views import DecisionView
from ari_app.desk.wrapping_up import WRAPPED_UP
from ari_app.store.tables import Role
from ari_app.web.decision_words import KNOWN, title
from tests.web.busy_line import ALL_DOWN

DESK = Path(ari_app.desk.__file__).parent
AT = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)
ILSE = Actor("ilse", Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("what", "before", "after", "said"),
    [
        ("review", "cat3", "III", "Beoordeeld: CAT III (voorstel was CAT III)"),
        ("review", "service_request", "I", "Beoordeeld: CAT I (voorstel was aanvraag)"),
        ("review", "user_change", "form_add", "Beoordeeld: naar het aanmeldformulier (voorstel was een formulier)"),
        ("review", "other", "no_report", "Beoordeeld: geen melding (voorstel was overig)"),
        ("review", "", "service_request", "Beoordeeld: aanvraag"),
        ("review", "cat2", "merged:T-1003", "Beoordeeld: samengevoegd met T-1003 (voorstel was CAT II)"),
        ("review_undone", "II", "", "Beoordeling ongedaan gemaakt: was CAT II"),
        ("joined", "", "T-1004: alles ligt plat", "Samengevoegd met deze melding: T-1004: alles ligt plat"),
        ("unjoined", "", "T-1004: alles ligt plat", "Niet meer samengevoegd met deze melding: T-1004: alles ligt plat"),
        ("opened", "", "mail", "Ticket geopend, binnengekomen via mail"),
        ("claimed", "", "ilse", "Dringend bericht opgepakt"),
        ("rung", "", "", "Engineer gebeld over het dringende bericht"),
        ("wrapped_up", "", "planned", "Gesprek afgerond: met een plan"),
        ("assignee", "", "Fenna Fictief", "Toegewezen: niets → Fenna Fictief"),
        ("kind", "incident", "service_request", "Soort melding: storing → aanvraag"),
        ("caused_by_customer", "False", "True", "Veroorzaakt door de klant: nee → ja"),
        ("impediment", "?, CAT ?", "business, CAT II", "Hinder: onbekend → het bedrijf wordt gehinderd (CAT II)"),
        ("retention", "", "audio", "Bewaartermijn"),
    ],
)
def test_a_decision_is_one_line_of_dutch(what, before, after, said):
    assert title(DecisionView(AT, "ilse", what, before, after, "")) == said


def test_whatever_the_desk_decides_has_words():
    """Read in its code: a decision that is new there is new here."""
    code = "".join(path.read_text("utf-8") for path in DESK.rglob("*.py"))
    named = {REVIEW, UNDONE, WRAPPED_UP, LINE, OUTSIDE_HOURS}
    typed = set(re.findall(r"""\.decide\(f?["'](\w+)""", code)) - {"fact_"}
    written = set(re.findall(r"""(?<!Contract)DecisionRow\([^)]*what=["'](\w+)""", code))
    told = {f"fact_{fact}" for fact in Fact}

    assert len(typed) > 9
    assert {"claimed", "opened", "rung"} <= written
    assert (named | typed | written | told) - KNOWN == set()


async def test_the_history_of_a_ticket_says_what_was_proposed_and_decided(visitor, caller, desk):
    first, second = await caller.leaves_message(), await caller.leaves_message()
    await caller.was_heard(second, ALL_DOWN)
    await desk.change(second, ILSE, review, Outcome.CAT_II, "er is een alternatief")
    await desk.change(second, ILSE, undo_review)
    await desk.change(second, ILSE, merge, first, "hetzelfde")

    pages = [await (await visitor.get(f"/tickets/{number}")).text() for number in (first, second)]
    said = re.findall(r'class="t">(Beoord[^<]+|Samengevoegd[^<]+)<', "".join(pages))

    assert "Beoordeeld: CAT II (voorstel was CAT III)" in said
    assert "Beoordeling ongedaan gemaakt: was CAT II" in said
    assert f"Beoordeeld: samengevoegd met {first} (voorstel was CAT III)" in said
    assert any(one.startswith(f"Samengevoegd met deze melding: {second}") for one in said)
