"""Dutch for the page of settings: the parts, where a value comes from, and how each doubt of the agreement is read (A-nn)."""

from collections.abc import Mapping

from ari_app.web.languages import Words

#: As in `ari_app.config.Settings`; "" are those of no part.
PARTS: Mapping[str, str] = Words(
    {
        "": "De lijn als geheel",
        "asterisk": "Asterisk en telefoons",
        "line": "Hoe een gesprek gaat",
        "duty": "Dienst van engineers",
        "desk": "Meldingen van klanten",
        "pin": "PIN",
        "fallback": "Als de dienst uitvalt",
        "urgent": "Dringende berichten",
        "self_call": "De lijn belt zichzelf",
        "access": "Wie wat mag",
        "oidc": "Inloggen bij een aanbieder",
        "web": "Deze pagina's",
        "api": "API voor programma's",
        "speech": "Spraak naar tekst",
        "retention": "Bewaartermijnen",
        "notify": "Meldingen aan mensen",
    }
)
SOURCES: Mapping[str | None, str] = Words(
    {
        None: "standaard",
        "file": "meldlijn.toml",
        "environment": "omgeving",
        "secret file": "geheim bestand",
    }
)
#: By the name of the setting in the agreement's data file.
READINGS: Mapping[str, str] = Words(
    {
        "change_caps_apply": "Voor welk niveau de grens per wijziging en de grens per maand gelden",
        "amounts_exclude_vat": "Bedragen zijn zonder btw",
        "live_call_meets_first_response": "Een gesprek met een engineer telt als eerste reactie",
        "calamity_hours_count_for_calamity": "Bij een calamiteit tellen ook de calamiteitenuren mee voor de klok",
        "resolution_starts_at": "Wanneer de klok voor de oplossing begint",
        "plan_expected_within_minutes": "Zonder Resolution Plan wordt na zoveel minuten servicetijd gewaarschuwd",
        "excuse_needs_confirmation": "Overmacht telt pas nadat een supervisor haar bevestigt",
        "holiday_closes_desk": "Op een goedgekeurde feestdag is de desk dicht",
        "holiday_stops_contract_clock": "Op een goedgekeurde feestdag staan de klokken stil",
        "incomplete_delays_calamity": "Ook bij een calamiteit begint de klok pas als de melding volledig is",
        "no_sla_in_calamity_hours": "Wat een beller zonder SLA krijgt in calamiteitenuren",
        "exclusion_proposed_at": "Na zoveel keer geen calamiteit komt een voorstel tot uitsluiting",
        "exclusion_window_days": "Over zoveel dagen wordt dat geteld",
        "exclusion_lasts_months": "Zoveel maanden duurt een uitsluiting",
        "time_on_site_starts_at": "Wanneer de klok ter plaatse begint",
        "unpaid_renewal_is_valid": "Een verlengd contract geldt ook zolang het niet betaald is",
        "queue_order": "De volgorde van de wachtrij",
        "phone_hours": "De telefonische meldtijden",
        "voicemail_only_in_service_hours": "Inspreken kan alleen in servicetijden",
        "unassessed_in_calamity_hours": "Als wat een melding telt die nog niemand beoordeelde, in calamiteitenuren",
        "unassessed_otherwise": "Als wat zo'n melding anders telt",
        "session_gap_minutes": "Een gat van minder minuten breekt een werksessie niet",
        "billable_needs_approval": "Betaald werk kan pas na beide akkoorden",
        "pin_asked_when_costs_or_exclusion": "Bij kosten of een uitsluiting wordt de PIN gevraagd",
        "reopened_clock": "Wat de klok doet als een melding heropend wordt",
        "warn_at_percent": "Bij zoveel procent van de termijn komt een waarschuwing",
        "level_0_hourly_rate": "Het uurtarief zonder SLA, in euro",
    }
)
#: What a value of a reading means; others are shown as they are.
VALUES: Mapping[str, str] = Words(
    {
        "True": "ja",
        "False": "nee",
        "both": "beide grenzen voor beide niveaus",
        "each": "alleen de grens per wijziging",
        "month": "alleen de grens per maand",
        "plan_recorded": "als het plan vastligt",
        "plan_executed": "als het plan is uitgevoerd",
        "first_response": "bij de eerste reactie",
        "refuse": "alleen voicemail",
        "ask": "de vraag of de kosten akkoord zijn",
        "allow": "de engineer, met kosten",
        "remote_impossible": "als hulp op afstand niet kan",
        "reported": "bij de melding",
        "level": "niveau, dan categorie, dan termijn",
        "deadline": "termijn",
        "continue": "gaat verder waar hij stond",
        "restart": "begint opnieuw",
    }
)
