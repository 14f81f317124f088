"""What somebody who picks up hears before they get a caller, and the key with which they accept."""

import asyncio
from collections.abc import Container, Sequence
from typing import NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.call import Leg, Race, Taken
from ari_app.asterisk.channel import Hangup
from ari_app.flows.open_call import OpenCall
from routing.caller import LEVEL_0

log = structlog.get_logger()

ACCEPT, NEXT, LATER = "1", "2", "3"
ACCEPTED, DECLINED, NOT_NOW = "accepted", "declined", "not_now"
#: After the first time; a wrong key says it again as well, and does not count.
REPEATS = 2
KEY_WITHIN = 2.0


async def briefing(call: OpenCall) -> list[str]:
    """The media to play at once at pick-up: who calls, their level, open tickets, maintenance, and the keys."""
    who = await call.line.spoken_name(await _sentence(call))
    return [call.line.media("engineer-announce"), *([who] if who else []), call.line.media("engineer-press-1")]


async def accepts(call: OpenCall, leg: Leg, race: Race, whispered: list[str]) -> bool:
    """True when this phone got the caller: 1 was pressed, and nobody was faster. Only a person presses: the voicemail box of
    a mobile never does. Raises Hangup of the caller."""
    report = call.leg_report(leg)
    try:
        async with asyncio.timeout(call.settings.accept_within_seconds):
            key = await asked(leg, whispered, keys=_ANSWERS)
        if key == ACCEPT and not race.is_won_by(leg):
            raise Taken
    except TimeoutError:
        key = ""
    except Taken:
        report.result, report.why = "elsewhere", "Een ander drukte eerder op 1."
        await leg.part(call.line.media("engineer-already-taken"))
        return False
    except Hangup as gone:
        if gone.channel is call.call:
            report.result, report.why = "caller_gone", "De beller hing op voordat er werd aangenomen."
            await leg.part(call.line.media("engineer-no-longer-needed"))
            raise
        report.result, report.why = "not_accepted", "Opgenomen en opgehangen zonder op 1 te drukken."
        return False

    report.result, report.why = _ANSWERS[key]
    call.note("engineer", f"{leg.target.who}: {report.result}")
    return key == ACCEPT


async def asked(leg: Leg, media: Sequence[str], keys: Container[str]) -> str:
    """One of `keys` that was pressed; "" when nobody pressed anything, however often it was said. Raises Hangup."""
    silences = 0
    while silences <= REPEATS:
        await leg.play(*media)
        key = await leg.key(within=KEY_WITHIN)
        if key is not None and key in keys:
            return key
        silences += key is None
    return ""


async def _sentence(call: OpenCall) -> str:
    """In the language of the line, whatever the caller chose: engineers hear it."""
    caller, words = call.caller, _WORDS[call.settings.language]
    level = words.no_sla if caller.level == LEVEL_0 else caller.level.capitalize()
    told = [f"{caller.customer_name or words.unknown}, {level}."]
    if caller.customer_id is None:
        return told[0]
    try:
        now = await call.line.customer_now(caller.customer_id)
    except (SQLAlchemyError, OSError):
        log.exception("Open tickets could not be looked up", action="customer_now_failed", call=call.call.id)
        return told[0]
    if now.open_tickets:
        told.append(words.one_open if now.open_tickets == 1 else words.more_open.format(now.open_tickets))
    if now.has_maintenance:
        told.append(words.maintenance)
    return " ".join(told)


class _Words(NamedTuple):
    unknown: str
    no_sla: str
    one_open: str
    more_open: str
    maintenance: str


_WORDS = {
    "nl": _Words(
        "Een onbekende beller", "zonder SLA", "1 open melding.", "{} open meldingen.", "Er is onderhoud bij deze klant."
    ),
    "en": _Words(
        "An unknown caller", "without an S L A", "1 open ticket.", "{} open tickets.", "This customer has maintenance."
    ),
}
_ANSWERS = {
    ACCEPT: (ACCEPTED, "Drukte op 1."),
    NEXT: (DECLINED, "Drukte op 2: de volgende."),
    LATER: (NOT_NOW, "Drukte op 3: nu niet, in dit gesprek niet opnieuw gebeld."),
    "": ("not_accepted", "Opgenomen, maar niemand drukte op 1: waarschijnlijk een voicemailbox."),
}
