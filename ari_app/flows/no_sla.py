"""Calamity hours without an SLA: what it costs, in words, and the caller's consent by key (R-052, A-10)."""

import hashlib
from decimal import Decimal

from ari_app.desk.report import Consent
from ari_app.flows.identify import take_for
from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import answer
from routing.caller import stranger
from sla.agreement import Agreement
from sla.terms import LEVEL_0

AGREE, LEAVE_A_MESSAGE = "1", "2"


async def tell_costs(call: OpenCall) -> None:
    """What help would cost; nothing when no rate is set (A-03). Raises Hangup."""
    if sentence := costs_in_words(call.line.agreement, _language(call)):
        await call.say(*await call.spoken(sentence))


async def agrees_to_costs(call: OpenCall) -> bool:
    """True once the caller pressed 1 and that is stored. Who did not prove to be a customer pays for nobody else. Raises Hangup."""
    agreement, settings = call.line.agreement, call.settings
    text = question_in_words(agreement, _language(call), settings.costs_agreed_minutes)
    sound = await call.spoken(text) if text else ()
    if not sound:
        call.because("De kosten konden niet worden uitgesproken: niemand kan ermee instemmen, dus inspreken (A-10).")
        return False
    key = await answer(call, *sound, keys=AGREE + LEAVE_A_MESSAGE)
    if key != AGREE:
        call.note("costs", "not agreed")
        call.because("Niet met de kosten ingestemd: inspreken (A-10).")
        return False

    up_to = _for(agreement, settings.costs_agreed_minutes)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    consent = call.report.consent = Consent(call.clock.now(), key, version, text, up_to)
    await call.line.keep_consent(call.call.id, consent)
    call.note("costs", f"agreed by key, text {version}")
    call.because(f"De beller stemde met een toets in met kosten tot en met € {up_to} (R-090, A-10).")
    if call.caller.is_unproven:
        take_for(call, stranger(call.caller, "Niet bewezen wie belt: de kosten staan op geen enkele klant (A-25)."))
    return True


def costs_in_words(agreement: Agreement, language: str) -> str:
    """For the telephone. "" when no rate is set."""
    rate = agreement.level(LEVEL_0).hourly_rate
    if rate is None:
        return ""
    minutes = agreement.unit_minutes
    least = minutes * agreement.minimum_units_per_call
    facts = {"rate": _euros(rate, language), "minutes": minutes, "least": least, "vat": _vat(agreement, language)}
    return _COSTS[language].format(**facts, amount=_euros(_for(agreement, least), language))


def question_in_words(agreement: Agreement, language: str, agreed_minutes: int) -> str:
    """The costs, what is agreed to at most, and the keys. "" when no rate is set."""
    costs = costs_in_words(agreement, language)
    if not costs:
        return ""
    most = _euros(_for(agreement, agreed_minutes), language)
    return f"{costs} {_QUESTION[language].format(minutes=agreed_minutes, amount=most)}"


def _language(call: OpenCall) -> str:
    return call.report.language or call.settings.language


def _for(agreement: Agreement, minutes: int) -> Decimal:
    """Whole units, rounded up (R-087); the rate is set."""
    units = -(-minutes // agreement.unit_minutes)
    rate = agreement.level(LEVEL_0).hourly_rate or Decimal()
    return (rate * units * agreement.unit_minutes / 60).quantize(Decimal("0.01"))


def _euros(amount: Decimal, language: str) -> str:
    euros, cents = divmod(int(amount * 100), 100)
    if language == "en":
        return f"{euros} euros and {cents} cents" if cents else f"{euros} euros"
    return f"{euros} euro en {cents} cent" if cents else f"{euros} euro"


def _vat(agreement: Agreement, language: str) -> str:
    return _VAT[language][agreement.settings.amounts_exclude_vat]


_COSTS = {
    "nl": "Zonder SLA kost hulp {rate} per uur, gerekend per {minutes} minuten, met minimaal {least} minuten: {amount}, {vat}.",
    "en": "Without an S L A, help costs {rate} per hour, counted per {minutes} minutes, at least {least} minutes: {amount}, {vat}.",
}
_QUESTION = {
    "nl": "Druk op een als u akkoord gaat met kosten tot en met {minutes} minuten: {amount}. Druk op twee om een bericht in te spreken.",
    "en": "Press one to agree to costs for up to {minutes} minutes: {amount}. Press two to leave a message.",
}
_VAT = {"nl": ("inclusief btw", "exclusief btw"), "en": ("including V A T", "excluding V A T")}
