"""The first words of a call: the welcome, the choice of a language, and what is known of outages, maintenance and closures."""

from typing import Literal

from ari_app.flows.open_call import OpenCall
from ari_app.flows.questions import ask
from routing.closure import closure_sentence

WELCOME: tuple[str, ...] = ("welcome",)
OTHER_LANGUAGE, JOIN = "2", "1"


async def first_words(call: OpenCall) -> tuple[str, ...] | None:
    """The prompts that are still to be said before the route: the welcome, unless something came right after it.

    None: the caller was added to the ticket of an announcement, and the call is done. Raises Hangup.
    """
    left = WELCOME
    if call.settings.language_choice:
        await _choose_language(call)
        left = ()
    for announcement in call.line.announcements(call.caller.customer_id, call.clock.now()):
        told = await call.spoken(*announcement.said_in(_language(call), call.settings.language))
        call.note("announcement", str(announcement.id))
        if announcement.ticket is None:
            await call.say(*left, *told)
        elif told and await _joins(call, announcement.ticket, *left, *told):
            return None
        left = ()
    return left


async def why_closed(call: OpenCall, ordinary: str) -> str:
    """The prompt that says why nobody answers: until when, on a holiday or a day with other hours; else `ordinary`."""
    if call.line.phone_hours is None or call.report.answered_at is None:
        return ordinary
    sentence = closure_sentence(call.line.phone_hours(), call.report.answered_at, _language(call))
    if sentence is None:
        return ordinary
    call.because(
        sentence if _language(call) == "nl" else "Vandaag gelden andere telefoontijden: gesloten (A-08, A-17)."
    )
    return next(iter(await call.spoken(sentence)), ordinary)


async def _choose_language(call: OpenCall) -> None:
    """In the language that the contact chose before, if any; the key gives the other one, and that is remembered."""
    if call.caller.language not in ("", call.settings.language):
        call.report.language = call.caller.language
        call.because(f"Dit contact koos eerder voor de taal {call.caller.language}.")
    other = "nl" if _language(call) == "en" else "en"
    question = call.line.media("language-choice", other)
    call.texts[question] = "language-choice"
    if await ask(call, *WELCOME, question, within=call.settings.language_choice_seconds) == OTHER_LANGUAGE:
        call.report.language, call.report.chose_language = other, True
        call.note("language", other)


async def _joins(call: OpenCall, ticket: str, *told: str) -> bool:
    if await ask(call, *told, "announcement-join", within=call.settings.message_menu_seconds) != JOIN:
        return False
    call.report.joins, call.report.route = ticket, "announcement"
    call.because(f"Hoorde de mededeling en koos met een toets voor melding {ticket} (R-105).")
    await call.say("announcement-joined")
    return True


def _language(call: OpenCall) -> Literal["nl", "en"]:
    return "en" if (call.report.language or call.settings.language) == "en" else "nl"
