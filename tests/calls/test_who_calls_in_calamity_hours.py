"""Calamity hours: PIN, costs, exclusion and "is it a calamity?", before any engineer is rung."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ari_app.desk.actor import Actor
from ari_app.store.tables import Role
from routing.caller import Caller as KnownCaller
from tests.calls.line import Line
from tests.calls.people import ACCEPTS
from tests.calls.scenario import Caller

SATURDAY = "2026-11-21T09:10"
UNKNOWN = Caller("0612345678", at=SATURDAY)
ANONYMOUS = Caller("", at=SATURDAY)
PREMIUM = Caller("0201234567", at=SATURDAY)
WITHOUT_SLA = Caller("0850004140", at=SATURDAY)
PIN = "802175"
TYPES_IT = {"pin-customer-number": "1#", "pin-code": f"{PIN}#"}
MESSAGE = ["voicemail-instructions", "beep"]
ASKED = ["welcome", "calamity-checking", "pin-customer-number"]
FENNA = {"Fenna Fictief": ACCEPTS}


async def with_pin(line: Line) -> None:
    """Transport De Testrit has a PIN: customer 1 in both worlds."""
    desk = line.desk.desk
    if hasattr(desk, "store"):
        await desk.pins.set(1, Actor("fenna", Role.ENGINEER), PIN)
    else:
        desk.pins.known["1"] = PIN


async def again(line: Line, readings: Mapping[str, object] | None = None, **settings: object) -> Line:
    """The service once more, with other readings of the agreement and other settings."""
    await line.kill()
    line.agreement = line.agreement.with_settings({"level_0_hourly_rate": "95.00"} | dict(readings or {}))
    line.settings = line.settings.model_copy(update=settings)
    await line.start()
    return line


async def changed(fake_line: Line, number: str, **different: object) -> None:
    """What the desk knows of a number is different."""
    desk = fake_line.desk.desk
    known = desk.who_is

    async def who_is(asked: str | None, at: object = None) -> KnownCaller:
        caller: KnownCaller = await known(asked, at)
        return replace(caller, **different) if asked == number else caller  # type: ignore[arg-type]

    desk.who_is = who_is


# --- customer number and PIN


async def test_the_pin_of_a_customer_opens_the_line_for_an_unknown_number(line: Line) -> None:
    """A-25"""
    await with_pin(line)

    outcome = await line.call(replace(UNKNOWN, presses=TYPES_IT), phones=FENNA)

    assert outcome.heard == [*ASKED, "pin-code", "calamity-connecting"]
    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.report.caller is not None
    assert outcome.report.caller.customer_name == "Transport De Testrit"
    assert "Klantnummer en pincode klopten bij poging 1 (A-25)." in outcome.report.why


async def test_after_three_wrong_pins_the_caller_hears_why_and_leaves_a_message(line: Line) -> None:
    """A-25"""
    await with_pin(line)
    wrong = {"pin-customer-number": "1#", "pin-code": "736459#"}

    outcome = await line.call(replace(UNKNOWN, presses=wrong), phones=FENNA)

    thrice = ["pin-customer-number", "pin-code", "pin-wrong"] * 3
    assert outcome.heard == ["welcome", "calamity-checking", *thrice, "calamity-no-sla", *MESSAGE]
    assert outcome.phones_that_rang == []
    assert outcome.has_recorded(UNKNOWN.message)
    assert "Na 3 pogingen geen juiste pincode (A-25)." in outcome.report.why
    assert "736459" not in str(outcome.report.to_dict())


async def test_the_pin_is_right_at_the_third_try(fake_line: Line) -> None:
    await with_pin(fake_line)
    third = {"pin-customer-number": "1#", "pin-code": ("1111#", "2222#", f"{PIN}#")}

    outcome = await fake_line.call(replace(UNKNOWN, presses=third), phones=FENNA)

    assert outcome.rang == [("Fenna Fictief", "accepted")]


async def test_who_types_ahead_is_understood(fake_line: Line) -> None:
    await with_pin(fake_line)

    outcome = await fake_line.call(replace(UNKNOWN, presses={"pin-customer-number": f"1#{PIN}#"}), phones=FENNA)

    assert outcome.rang == [("Fenna Fictief", "accepted")]


async def test_a_star_begins_the_number_anew(fake_line: Line) -> None:
    await with_pin(fake_line)
    mended = {"pin-customer-number": "77*1#", "pin-code": f"{PIN}#"}

    outcome = await fake_line.call(replace(UNKNOWN, presses=mended), phones=FENNA)

    assert outcome.rang == [("Fenna Fictief", "accepted")]


async def test_who_enters_nothing_is_not_asked_three_times(fake_line: Line) -> None:
    outcome = await fake_line.call(ANONYMOUS, phones=FENNA)

    assert outcome.heard == [*ASKED, "calamity-no-sla", *MESSAGE]
    assert outcome.has_recorded(ANONYMOUS.message)


async def test_a_flood_of_digits_ends_in_the_voicemail(fake_line: Line) -> None:
    flood = {"pin-customer-number": ("12345678" * 2,), "pin-code": ("12345678" * 2,)}

    outcome = await fake_line.call(replace(ANONYMOUS, presses=flood), phones=FENNA)

    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(ANONYMOUS.message)


async def test_too_many_wrong_pins_lately_still_leave_the_voicemail(fake_line: Line) -> None:
    await with_pin(fake_line)
    fake_line.desk.desk.pins.is_limited = True

    outcome = await fake_line.call(replace(UNKNOWN, presses=TYPES_IT), phones=FENNA)

    assert outcome.heard == [*ASKED, "pin-code", "calamity-no-sla", *MESSAGE]
    assert outcome.has_recorded(UNKNOWN.message)
    assert any("Te veel onjuiste pincodes" in why for why in outcome.report.why)


async def test_no_pin_is_asked_outside_calamity_hours(fake_line: Line) -> None:
    outcome = await fake_line.call(replace(UNKNOWN, at="2026-11-23T20:15"))

    assert outcome.heard == ["welcome", "closed-hours", *MESSAGE]


async def test_a_line_that_asks_everybody_asks_a_known_customer_too(fake_line: Line) -> None:
    await again(fake_line, require_pin=True)
    await with_pin(fake_line)

    without = await fake_line.call(PREMIUM, phones=FENNA)
    with_it = await fake_line.call(replace(PREMIUM, presses=TYPES_IT), phones=FENNA)

    assert without.heard[:3] == ASKED
    assert without.phones_that_rang == []
    assert with_it.rang == [("Fenna Fictief", "accepted")]


async def test_a_customer_that_wants_the_pin_is_asked_at_every_call(fake_line: Line) -> None:
    await changed(fake_line, "+31201234567", requires_pin=True)

    outcome = await fake_line.call(PREMIUM, phones=FENNA)

    assert outcome.phones_that_rang == []
    assert outcome.report.caller is not None
    assert outcome.report.caller.level == "premium", "the message still counts for the customer of this number"


async def test_the_moment_of_answering_counts_however_long_the_pin_takes(fake_line: Line) -> None:
    """A-26"""
    await with_pin(fake_line)

    outcome = await fake_line.call(replace(UNKNOWN, at="2026-11-22T11:59:58", presses=TYPES_IT), phones=FENNA)

    assert outcome.rang == [("Fenna Fictief", "accepted")]


# --- what the network says of the number


@pytest.mark.parametrize(
    ("verstat", "asked", "why"),
    [("TN-Validation-Passed-A", False, "geen bewijs"), ("TN-Validation-Failed", True, "vervalst")],
)
async def test_a_number_that_failed_at_the_network_needs_the_pin(
    fake_line: Line, verstat: str, asked: bool, why: str
) -> None:
    """A-25"""
    header = f"<sip:+31201234567@carrier.invalid;verstat={verstat}>"
    fake_line.world.server.switch.variables["PJSIP_HEADER(read,P-Asserted-Identity)"] = header  # type: ignore[attr-defined]

    outcome = await fake_line.call(PREMIUM, phones=FENNA)

    assert ("pin-customer-number" in outcome.heard) is asked
    assert any(why in line for line in outcome.report.why)


async def test_a_trunk_that_says_nothing_of_the_number_changes_nothing(line: Line) -> None:
    outcome = await line.call(PREMIUM, phones=FENNA)

    assert outcome.heard == ["welcome", "calamity-connecting"]
    assert not [step for step in outcome.report.steps if step.what == "attestation"]


# --- costs without an SLA


async def test_who_agrees_to_the_costs_is_put_through_and_the_consent_is_kept(line: Line) -> None:
    """A-10, R-052"""
    await again(line, {"no_sla_in_calamity_hours": "ask"})

    outcome = await line.call(replace(WITHOUT_SLA, presses={"spoken-name": "1"}), phones=FENNA)

    assert outcome.heard[3:] == ["calamity-no-sla-costs", "spoken-name", "calamity-connecting"]
    assert outcome.rang == [("Fenna Fictief", "accepted")]
    consent = outcome.report.consent
    assert consent is not None
    assert (consent.keys, f"{consent.up_to}") == ("1", "95.00")
    assert "95 euro per uur, gerekend per 15 minuten, met minimaal 15 minuten: 23 euro en 75 cent" in consent.text


@pytest.mark.parametrize("key", ["2", ""], ids=["two", "no key"])
async def test_who_does_not_agree_to_the_costs_leaves_a_message(fake_line: Line, key: str) -> None:
    """A-10"""
    await again(fake_line, {"no_sla_in_calamity_hours": "ask"})

    outcome = await fake_line.call(replace(WITHOUT_SLA, presses={"spoken-name": key}), phones=FENNA)

    assert outcome.phones_that_rang == []
    assert outcome.report.consent is None
    assert outcome.has_recorded(WITHOUT_SLA.message)
    assert "Niet met de kosten ingestemd: inspreken (A-10)." in outcome.report.why


async def test_a_wrong_key_repeats_the_costs(fake_line: Line) -> None:
    await again(fake_line, {"no_sla_in_calamity_hours": "ask"})

    outcome = await fake_line.call(replace(WITHOUT_SLA, presses={"spoken-name": ("7", "1")}), phones=FENNA)

    assert outcome.heard.count("spoken-name") == 2
    assert outcome.rang == [("Fenna Fictief", "accepted")]


async def test_who_did_not_prove_to_be_the_customer_pays_for_nobody_else(fake_line: Line) -> None:
    """A-25"""
    await again(fake_line, {"no_sla_in_calamity_hours": "ask"})

    outcome = await fake_line.call(replace(WITHOUT_SLA, presses={"spoken-name": "1"}), phones=FENNA)

    assert outcome.report.caller is not None
    assert outcome.report.caller.customer_id is None


async def test_costs_that_cannot_be_spoken_cannot_be_agreed_to(
    fake_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_text: str, _language: str = "") -> None:
        return None

    monkeypatch.setattr(fake_line, "_spoken_name", silent)
    await again(fake_line, {"no_sla_in_calamity_hours": "ask"})

    outcome = await fake_line.call(WITHOUT_SLA, phones=FENNA)

    assert outcome.phones_that_rang == []
    assert outcome.has_recorded(WITHOUT_SLA.message)


async def test_a_refused_caller_hears_what_it_would_cost(fake_line: Line) -> None:
    """A-10, R-052"""
    await again(fake_line)

    outcome = await fake_line.call(WITHOUT_SLA, phones=FENNA)

    assert outcome.heard == [*ASKED, "calamity-no-sla", "spoken-name", *MESSAGE]
    said = [step.detail for step in outcome.report.steps if "euro" in step.detail]
    assert said == [
        "Zonder SLA kost hulp 95 euro per uur, gerekend per 15 minuten, met minimaal 15 minuten: "
        "23 euro en 75 cent, exclusief btw."
    ]


async def test_where_costs_are_allowed_nobody_is_asked_to_agree(fake_line: Line) -> None:
    """A-10"""
    await again(fake_line, {"no_sla_in_calamity_hours": "allow"})

    outcome = await fake_line.call(UNKNOWN, phones=FENNA)

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert "Zonder SLA toch doorverbonden: de tijd wordt berekend (R-052, A-10)." in outcome.report.why


# --- excluded, and is it a calamity?


async def test_an_excluded_caller_is_told_so_and_keeps_the_voicemail(fake_line: Line) -> None:
    """R-057, A-12"""
    await changed(fake_line, "+31201234567", excluded=True)

    outcome = await fake_line.call(PREMIUM, phones=FENNA)

    assert outcome.heard == [*ASKED, "calamity-excluded", *MESSAGE]
    assert outcome.phones_that_rang == []
    assert outcome.has_recorded(PREMIUM.message)


async def test_an_excluded_caller_still_reaches_the_desk(fake_line: Line) -> None:
    """R-057"""
    await changed(fake_line, "+31201234567", excluded=True)

    outcome = await fake_line.call(replace(PREMIUM, at="2026-11-24T10:00"))

    assert outcome.report.legs[0].who == "desk-1"


@pytest.mark.parametrize(
    ("key", "rang", "why"),
    [
        ("1", ["Fenna Fictief"], "De beller zegt met een toets dat het een calamiteit is"),
        (("", "1"), ["Fenna Fictief"], "De beller zegt met een toets dat het een calamiteit is"),
        ("2", [], "De beller noemt het geen calamiteit"),
        ("", [], "De beller zei niet met een toets of het een calamiteit is"),
    ],
    ids=["it is", "it is, the second time", "it is not", "no key"],
)
async def test_with_the_setting_on_the_caller_says_by_key_that_it_is_a_calamity(
    fake_line: Line, key: str | tuple[str, ...], rang: list[str], why: str
) -> None:
    """R-053, R-055"""
    await again(fake_line, confirm_calamity=True)

    outcome = await fake_line.call(replace(PREMIUM, presses={"calamity-question": key}), phones=FENNA)

    assert outcome.heard[:3] == ["welcome", "calamity-what", "calamity-question"]
    assert outcome.phones_that_rang == rang
    assert why in " ".join(outcome.report.why)
    assert rang or outcome.has_recorded(PREMIUM.message)


@pytest.mark.parametrize("prompt", ["pin-code", "pin-wrong", "calamity-no-sla-costs", "spoken-name"])
async def test_who_hangs_up_at_a_question_has_called_all_the_same(fake_line: Line, prompt: str) -> None:
    await again(fake_line, {"no_sla_in_calamity_hours": "ask"})
    wrong = {"pin-customer-number": ("1#",), "pin-code": ("736459#",)}

    outcome = await fake_line.call(replace(WITHOUT_SLA, presses=wrong, hangs_up_at=prompt), phones=FENNA)

    assert outcome.heard[-1] == prompt
    assert outcome.phones_that_rang == []
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


@pytest.mark.parametrize("prompt", ["calamity-what", "calamity-question"])
async def test_who_hangs_up_before_confirming_has_called_all_the_same(fake_line: Line, prompt: str) -> None:
    await again(fake_line, confirm_calamity=True)

    outcome = await fake_line.call(replace(PREMIUM, hangs_up_at=prompt), phones=FENNA)

    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


@pytest.mark.parametrize("prompt", ["calamity-excluded", "closed-mail"])
async def test_who_hangs_up_at_an_announcement_has_called_all_the_same(fake_line: Line, prompt: str) -> None:
    await again(fake_line, {"voicemail_only_in_service_hours": True})
    await changed(fake_line, "+31201234567", excluded=True)
    at = SATURDAY if prompt == "calamity-excluded" else "2026-11-23T20:15"

    outcome = await fake_line.call(replace(PREMIUM, at=at, hangs_up_at=prompt))

    assert outcome.heard[-1] == prompt
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


# --- the literal reading of voicemail


async def test_with_voicemail_in_service_hours_only_a_caller_at_night_is_asked_to_mail(fake_line: Line) -> None:
    """A-18"""
    await again(fake_line, {"voicemail_only_in_service_hours": True})

    outcome = await fake_line.call(replace(PREMIUM, at="2026-11-23T20:15"))

    assert outcome.heard == ["welcome", "closed-mail"]
    assert outcome.report.route == "closed"
    assert outcome.report.recording is None


@pytest.mark.asterisk
async def test_what_the_trunk_says_of_a_number_is_read_from_a_real_header(real_line: Line) -> None:
    """A-25: the phones of the tests send no other header, so here the trunk says it in From."""
    await again(real_line, attestation_header="From")
    forged = replace(PREMIUM, number="0201234567;verstat=TN-Validation-Failed")

    outcome = await real_line.call(forged, phones=FENNA)

    assert outcome.report.caller_number == "+31201234567"
    assert "attestation" in [step.what for step in outcome.report.steps]
    assert outcome.heard[:3] == ASKED
    assert outcome.phones_that_rang == []
