"""The calls of the demo: who calls when, what should happen by the agreement, and how we see that it did."""

from dataclasses import dataclass, field
from typing import Any

FICTITIOUS_SENTENCE = (
    "Goedemorgen, u spreekt met Fenna Fictief van Transport De Testrit. "
    "Niemand in het hele bedrijf kan bellen, de hele telefonie ligt plat."
)


@dataclass(frozen=True)
class DemoCall:
    """`at` is local time in Amsterdam. `expects` are facts of the ticket, by path, that must hold for "as described"."""

    name: str
    story: str
    at: str
    from_number: str
    says: str = ""
    expects: dict[str, Any] = field(default_factory=dict)
    talks: bool = False
    kills_the_service: bool = False
    #: Pressed as soon as the line has answered: who knows the line skips what it says.
    keys: str = ""


DEMO_CALLS = (
    DemoCall(
        name="a-voicemail-premium",
        story="Maandag 20:15: een Premium-klant meldt dat niemand in het bedrijf kan bellen.",
        at="2026-11-23T20:15",
        from_number="0850004120",
        says=FICTITIOUS_SENTENCE,
        keys="###",
        expects={
            "route": "voicemail",
            "proposed_category": "III",
            "level": "premium",
            "first_response_due": "2026-11-24T10:30:00+01:00",
        },
    ),
    DemoCall(
        name="b-second-engineer-accepts",
        story="Zaterdag 09:10, Premium: bij de eerste engineer neemt een voicemailbox op, de tweede drukt op 1.",
        at="2026-11-21T09:10",
        from_number="0201234567",
        talks=True,
        expects={
            "route": "on_duty",
            "legs": [("Fenna Fictief", "not_accepted"), ("Bram Bedacht", "accepted")],
            "first_response": "met",
        },
    ),
    DemoCall(
        name="c-no-sla",
        story="Zaterdag 09:20: een beller zonder SLA hoort dat deze lijn voor SLA-klanten is en spreekt in.",
        at="2026-11-21T09:20",
        from_number="0850004140",
        says="Met Bloemen Bedacht. Ons toestel doet het niet.",
        keys="###",
        expects={"route": "voicemail", "heard": "calamity-no-sla", "level": "level_0", "legs": []},
    ),
    DemoCall(
        name="d-desk-answers",
        story="Dinsdag 10:00: de servicedesk neemt op.",
        at="2026-11-24T10:00",
        from_number="0850004130",
        talks=True,
        expects={"route": "desk", "legs": [("desk-1", "answered")]},
    ),
    DemoCall(
        name="e1-just-before-noon",
        story="Zondag 11:59:30: de calamiteitenlijn is nog open.",
        at="2026-11-22T11:59:30",
        from_number="0850004150",
        talks=True,
        expects={"route": "on_duty", "legs": [("Sanne Schijn", "accepted")]},
    ),
    DemoCall(
        name="e2-just-after-noon",
        story="Zondag 12:00:30: de calamiteitenlijn is dicht, de beller spreekt in.",
        at="2026-11-22T12:00:30",
        from_number="0850004150",
        says="Met Bakkerij Verzonnen. Onze lijn kraakt.",
        expects={"route": "voicemail", "heard": "closed-hours", "legs": []},
    ),
    DemoCall(
        name="f-killed-while-recording",
        story="De dienst wordt met kill -9 beëindigd terwijl iemand inspreekt; na de herstart staat het ticket er.",
        at="2026-11-23T20:30",
        from_number="0850004120",
        says=FICTITIOUS_SENTENCE,
        kills_the_service=True,
        keys="###",
        expects={"route": "voicemail", "level": "premium", "recorded": True, "proposed_category": "III"},
    ),
)
