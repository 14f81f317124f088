"""An explained call in Dutch: the headline, and the script of what is said, asked and rung."""

from collections.abc import Mapping
from dataclasses import dataclass

from ari_app.desk.explanation import Explanation
from ari_app.web import words
from ari_app.web.labels import LEG_RESULTS

ENGINEERS_DO: Mapping[str, str] = {
    "no-answer": "neemt geen engineer op",
    "accept": "drukt een engineer op 1",
    "decline": "drukken engineers op 2",
    "busy": "zijn engineers in gesprek",
    "voicemail-box": "neemt hun voicemail op",
}
DESK_DOES: Mapping[str, str] = {"no-answer": "neemt de balie niet op", "answer": "neemt de balie op"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`headline` for this call, `short` for a line in a table."""

    headline: str
    short: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """`says` is spoken text; `does` what happens; one of them is "". `meta` explains."""

    at: str
    says: str
    does: str
    meta: str


def outcome(one: Explanation) -> Outcome:
    """What it comes to, before anybody reads the script."""
    if one.is_dead_end:
        return Outcome("De beller bereikt niemand", "niemand: de beller bereikt niets", is_bad=True)
    first = one.rings[0] if one.rings else None
    last = {"voicemail": ", dan voicemail", "nothing": ""}.get(one.ends_in, "")
    if one.route == "on_duty" and first is not None:
        taken = next((rung for rung in one.rings if rung.result == "accepted"), None)
        if taken:
            return Outcome(f"{taken.who} krijgt de beller aan de lijn", f"in gesprek met {taken.who}")
        return Outcome(f"{first.who} wordt gebeld, na {first.at:.0f} seconden", f"{first.who} wordt gebeld{last}")
    if one.route == "desk" and first is not None:
        if one.ends_in == "desk":
            return Outcome("De balie neemt op", "in gesprek met de balie")
        return Outcome(f"De balie wordt gebeld, na {first.at:.0f} seconden", f"de balie wordt gebeld{last}")
    return _without_phones(one)


def _without_phones(one: Explanation) -> Outcome:
    match one.ends_in:
        case "voicemail":
            return Outcome("De beller spreekt een bericht in", "voicemail")
        case "announcement":
            return Outcome("De beller komt bij een bekende storing", "bij een bekende storing gevoegd")
        case "duty":
            return Outcome("Een engineer neemt zijn dienst", "dienst genomen")
    return Outcome("De beller hoort dat de lijn dicht is", "een mededeling, verder niets")


def script(one: Explanation) -> list[ScriptLine]:
    """In order of time. What an engineer hears stands with the ringing."""
    lines: list[tuple[float, int, ScriptLine]] = []
    for said in one.said:
        if said.to == "caller":
            lines.append((said.at, 0, ScriptLine(_at(said.at), said.text or said.prompt, "", _prompt(said.prompt))))
        else:
            lines.append((said.at, 2, ScriptLine(_at(said.at), said.text, "", f"{said.to} hoort dit")))
    for asked in one.questions:
        pressed = f"Beller toetst {asked.keys}" if asked.keys else "Beller toetst niets"
        lines.append((asked.at, 1, ScriptLine(_at(asked.at), "", pressed, "De lijn wacht op een toets")))
    for rung in one.rings:
        number = words.phone(rung.number) if rung.number.startswith("+") else "balietoestel"
        what = f"{rung.who} wordt gebeld"
        lines.append(
            (
                rung.at,
                1,
                ScriptLine(
                    _at(rung.at), "", what, f"{number}; {LEG_RESULTS.get(rung.result, rung.result)}. {rung.why}"
                ),
            )
        )
    lines.append((one.seconds, 9, ScriptLine(_at(one.seconds), "", "Einde van het gesprek", _end(one))))
    return [line for _, _, line in sorted(lines, key=lambda entry: entry[:2])]


def _end(one: Explanation) -> str:
    return "Het wordt een ticket." if one.ticket else "Hier komt geen ticket van."


def _at(seconds: float) -> str:
    return words.position(seconds)


def _prompt(name: str) -> str:
    return f"Prompt {name}" if name else "Tekst van dit moment, uitgesproken"
