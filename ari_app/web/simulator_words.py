"""An explained call in Dutch: the headline, and the script of what is said, asked and rung."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2.filters import do_mark_safe

from ari_app.desk.explanation import Explanation, Rung
from ari_app.web import words
from ari_app.web.dutch import in_dutch
from ari_app.web.labels import LEG_RESULTS, PROMPTS
from ari_app.web.languages import Words, _

ENGINEERS_DO: Mapping[str, str] = Words(
    {
        "no-answer": "neemt geen engineer op",
        "accept": "drukt een engineer op 1",
        "decline": "drukken engineers op 2",
        "busy": "zijn engineers in gesprek",
        "voicemail-box": "neemt hun voicemail op",
    }
)
DESK_DOES: Mapping[str, str] = Words({"no-answer": "neemt de balie niet op", "answer": "neemt de balie op"})


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
    if one.nobody_on_duty and one.ends_in == "voicemail":
        return Outcome(
            _("Niemand heeft dienst: de beller spreekt een bericht in"),
            _("niemand heeft dienst: voicemail"),
            is_bad=True,
        )
    if one.is_dead_end:
        return Outcome(_("De beller bereikt niemand"), _("niemand: de beller bereikt niets"), is_bad=True)
    first = one.rings[0] if one.rings else None
    last = {"voicemail": _(", dan voicemail"), "nothing": ""}.get(one.ends_in, "")
    if one.route == "on_duty" and first is not None:
        taken = next((rung for rung in one.rings if rung.result == "accepted"), None)
        if taken:
            return Outcome(
                _("%(who)s krijgt de beller aan de lijn", who=taken.who), _("in gesprek met %(who)s", who=taken.who)
            )
        return Outcome(
            _("%(who)s wordt gebeld, na %(at)s seconden", who=first.who, at=format(first.at, ".0f")),
            _("%(who)s wordt gebeld%(last)s", who=first.who, last=last),
        )
    if one.route == "desk" and first is not None:
        if one.ends_in == "desk":
            return Outcome(_("De balie neemt op"), _("in gesprek met de balie"))
        return Outcome(
            _("De balie wordt gebeld, na %(at)s seconden", at=format(first.at, ".0f")),
            _("de balie wordt gebeld%(last)s", last=last),
        )
    return _without_phones(one)


def _without_phones(one: Explanation) -> Outcome:
    match one.ends_in:
        case "voicemail":
            return Outcome(_("De beller spreekt een bericht in"), _("voicemail"))
        case "announcement":
            return Outcome(_("De beller komt bij een bekende storing"), _("bij een bekende storing gevoegd"))
        case "duty":
            return Outcome(_("Een engineer neemt zijn dienst"), _("dienst genomen"))
    return Outcome(_("De beller hoort dat de lijn dicht is"), _("een mededeling, verder niets"))


def script(one: Explanation) -> list[ScriptLine]:
    """In order of time. What an engineer hears stands with the ringing."""
    lines: list[tuple[float, int, ScriptLine]] = []
    for said in one.said:
        if said.to == "caller":
            sound = "" if said.text else PROMPTS.get(said.prompt, said.prompt).capitalize()
            meta = _prompt(said.prompt) if said.text else _("Geluid")
            lines.append((said.at, 0, ScriptLine(_at(said.at), said.text, sound, meta)))
        else:
            lines.append((said.at, 2, ScriptLine(_at(said.at), said.text, "", _("%(to)s hoort dit", to=said.to))))
    for asked in one.questions:
        pressed = _("Beller toetst %(keys)s", keys=asked.keys) if asked.keys else _("Beller toetst niets")
        lines.append((asked.at, 1, ScriptLine(_at(asked.at), "", pressed, _("De lijn wacht op een toets"))))
    for rung in one.rings:
        phone = rung.who if _is_outside(rung) else _("Balietoestel %(name)s", name=rung.who)
        what = _("%(who)s wordt gebeld", who=phone)
        lines.append((rung.at, 1, ScriptLine(_at(rung.at), "", what, _rung(rung))))
    lines.append((one.seconds, 9, ScriptLine(_at(one.seconds), "", _("Einde van het gesprek"), _end(one))))
    return [line for _, _, line in sorted(lines, key=lambda entry: entry[:2])]


def _end(one: Explanation) -> str:
    return _("Het wordt een ticket.") if one.ticket else _("Hier komt geen ticket van.")


def _at(seconds: float) -> str:
    return words.position(seconds)


def _prompt(name: str) -> str:
    """What stands under a sentence: whether it is a recording that is always the same."""
    if not name:
        return _("Tekst van dit moment, uitgesproken")
    return _("Vaste tekst: %(what)s", what=PROMPTS.get(name, name))


def _is_outside(rung: Rung) -> bool:
    return rung.number.startswith("+")


def _rung(one: Rung) -> str:
    """The phone, what came of it, and what the line says about that."""
    result = LEG_RESULTS.get(one.result, one.result)
    told = f"{words.phone(one.number)}: {result}" if _is_outside(one) else f"{result[:1].upper()}{result[1:]}"
    return do_mark_safe("%s. %s") % (told, in_dutch(one.why))
