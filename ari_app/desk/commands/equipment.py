"""Which equipment a report is about: what the agreement says of it is proposed, a person decides (R-102)."""

from ari_app.desk.change import Change
from ari_app.desk.equipment import IN_WORDS, equipment_named, facts_of, scope_of
from ari_app.desk.refusal import Refused, needs


async def name_equipment(change: Change, equipment: str) -> None:
    """By its name in the list of the customer. What its scope would be stands with it; `change_scope` decides (R-102, R-146)."""
    change.by.must_be_ours("R-102")
    named = needs(equipment, "het apparaat is ingevuld", "R-102")
    if change.ticket.customer_id is None:
        raise Refused("Kan nadat bekend is van welke klant de melding is", "R-102")
    row = await equipment_named(change.session, change.ticket.customer_id, named)
    if row is None:
        raise Refused(f"{named!r} staat niet bij de apparatuur van deze klant: voeg het daar toe", "R-102")
    scope, why = scope_of(facts_of(row))
    proposal = "" if scope is change.ticket.scope else f" Voorstel voor de dekking: {IN_WORDS[scope]}."
    change.decide("equipment", "", row.name, f"{row.name} is {why}.{proposal}")
