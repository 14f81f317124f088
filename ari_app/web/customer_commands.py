"""The buttons on the page of a customer: each one command of the desk, from the fields of its form."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.contacts import Changed
from ari_app.desk.equipment import Facts
from ari_app.desk.no_calamities import Who
from ari_app.desk.standing import VOIP
from ari_app.store.contract_tables import ExclusionScope
from ari_app.web.dutch import RefusedHere
from ari_app.web.forms import Form, day_of, euros_of, number_of, text_of
from ari_app.web.languages import _
from sla import contract as law

#: Fifty years, in months.
LONGEST_PERIOD = 600
_KIND = re.compile(r"[a-z0-9_-]{1,32}")

#: Gives what is shown on this one answer only; "" for nothing.
Run = Callable[[Desk, int, Form, Actor], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """`path` behind the address of the customer; `anchor` is where the page goes on."""

    name: str
    path: str
    run: Run
    anchor: str = ""


async def _rename(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.directory.rename_customer(customer, text_of(form, "name"), by)
    return ""


async def _add_number(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.directory.add_number(customer, text_of(form, "number"), by, text_of(form, "contact"))
    return ""


async def _remove_number(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.directory.remove_number(customer, text_of(form, "number"), by)
    return ""


async def _set_language(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.directory.set_language(customer, text_of(form, "number"), text_of(form, "language"), by)
    return ""


async def _set_pin(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    """Made by chance: nobody types one that is easy to guess, and nobody can ask for it again."""
    return await desk.pins.set(customer, by, is_required="required" in form)


async def _clear_pin(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.pins.clear(customer, by)
    return ""


async def _note_service(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.services.note(customer, text_of(form, "name"), by, text_of(form, "supplier"), text_of(form, "place"))
    return ""


async def _remove_service(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.services.remove(customer, number_of(form, "service", _("de dienst"), "R-107"), by)
    return ""


async def _note_contact(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    name, mail = text_of(form, "name"), text_of(form, "mail")
    await desk.contacts.note(customer, name, by, mail, gets_notices="notices" in form)
    return ""


async def _change_contact(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    numbers = [number for number in text_of(form, "numbers").split(",") if number.strip()]
    changed = Changed(text_of(form, "name"), text_of(form, "mail"), "notices" in form, numbers)
    await desk.contacts.change(customer, text_of(form, "contact"), changed, by)
    return ""


async def _remove_contact(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.contacts.remove(customer, number_of(form, "contact", _("de contactpersoon"), "R-141"), by)
    return ""


async def _note_equipment(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    facts = Facts(
        is_ours="ours" in form, is_server="server" in form, has_agent="agent" in form, in_network="network" in form
    )
    await desk.equipment.note(customer, text_of(form, "name"), facts, by)
    return ""


async def _remove_equipment(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.equipment.remove(customer, number_of(form, "equipment", _("het apparaat"), "R-102"), by)
    return ""


async def _add_contract(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    """A change of level is a younger contract: from its first day on it goes before the older one."""
    terms, kind = _terms(form), text_of(form, "kind") or VOIP
    if not _KIND.fullmatch(kind):
        raise RefusedHere(_("Kan nadat de soort kleine letters en cijfers heeft, zoals voip of netwerk"), "R-051")
    users = number_of(form, "users", _("het aantal gebruikers"), "A-15") if text_of(form, "users") else 0
    price = euros_of(form, "price", _("de prijs"), "A-15")
    await desk.contracts.add(customer, terms, by, kind=kind, users=users, price_per_user=price)
    return ""


async def _end_framework(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    contract = await _contract(desk, customer, form)
    await desk.contracts.end_framework(contract, by, day_of(form, "on", _("de laatste dag"), "R-004"))
    return ""


async def _receive_notice(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    contract = await _contract(desk, customer, form)
    await desk.contracts.receive_notice(contract, by, day_of(form, "on", _("de dag van ontvangst"), "R-066"))
    return ""


async def _record_payment(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    contract = await _contract(desk, customer, form)
    await desk.contracts.record_payment(contract, by, day_of(form, "until", _("betaald tot en met"), "R-064"))
    return ""


async def _set_level_0(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    contract, begins = await _contract(desk, customer, form), day_of(form, "from", _("de eerste dag"), "A-14")
    await desk.contracts.set_level_0(contract, by, begins, text_of(form, "why"))
    return ""


async def _draft_buy_out(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    contract = await _contract(desk, customer, form)
    await desk.contracts.draft_buy_out(contract, by, day_of(form, "on", _("de laatste dag"), "R-067"))
    return ""


async def _exclude(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    until = day_of(form, "until", _("de laatste dag"), "A-12") if text_of(form, "until") else None
    await desk.exclusions.exclude(_whom(customer, form), by, text_of(form, "why"), until)
    return ""


async def _decline(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    await desk.exclusions.decline(_whom(customer, form), by, text_of(form, "why"))
    return ""


async def _lift(desk: Desk, customer: int, form: Form, by: Actor) -> str:
    number = number_of(form, "exclusion", _("de uitsluiting"), "A-12")
    if number not in {one.id for one in await desk.customer_pages.exclusions(customer)}:
        raise RefusedHere(_("Uitsluiting %(id)s is niet van deze klant", id=number), "A-12")
    await desk.exclusions.lift(number, by, text_of(form, "why"))
    return ""


COMMANDS = (
    Command("customer-rename", "name", _rename),
    Command("customer-number", "numbers", _add_number, "#nummers"),
    Command("customer-number-remove", "numbers/remove", _remove_number, "#nummers"),
    Command("customer-language", "numbers/language", _set_language, "#nummers"),
    Command("customer-pin", "pin", _set_pin),
    Command("customer-pin-clear", "pin/clear", _clear_pin, "#pin"),
    Command("customer-service", "services", _note_service, "#diensten"),
    Command("customer-service-remove", "services/remove", _remove_service, "#diensten"),
    Command("customer-contact", "contacts", _note_contact, "#contacten"),
    Command("customer-contact-change", "contacts/change", _change_contact, "#contacten"),
    Command("customer-contact-remove", "contacts/remove", _remove_contact, "#contacten"),
    Command("customer-equipment", "equipment", _note_equipment, "#apparatuur"),
    Command("customer-equipment-remove", "equipment/remove", _remove_equipment, "#apparatuur"),
    Command("contract-add", "contracts", _add_contract, "#contract"),
    Command("contract-framework", "contract/framework", _end_framework, "#contract"),
    Command("contract-notice", "contract/notice", _receive_notice, "#contract"),
    Command("contract-payment", "contract/payment", _record_payment, "#contract"),
    Command("contract-no-level", "contract/level-0", _set_level_0, "#contract"),
    Command("contract-buy-out", "contract/buy-out", _draft_buy_out, "#contract"),
    Command("customer-exclude", "exclusions", _exclude, "#uitsluiting"),
    Command("customer-decline", "exclusions/decline", _decline, "#uitsluiting"),
    Command("customer-lift", "exclusions/lift", _lift, "#uitsluiting"),
)


async def _contract(desk: Desk, customer: int, form: Form) -> int:
    """Of this customer and no other."""
    number = number_of(form, "contract", _("het contract"), "R-002")
    if number not in {one.id for one in await desk.contracts.of(customer)}:
        raise RefusedHere(_("Contract %(id)s is niet van deze klant", id=number), "R-002")
    return number


def _terms(form: Form) -> law.Contract:
    """As filled in; raises Refused for what can be no contract."""
    framework, general = text_of(form, "framework"), text_of(form, "terms")
    if not framework or not general:
        raise RefusedHere(_("Kan nadat de raamovereenkomst en de algemene voorwaarden zijn ingevuld"), "R-004")
    months = number_of(form, "months", _("de looptijd in maanden"), "R-065")
    if not 1 <= months <= LONGEST_PERIOD:
        raise RefusedHere(_("Kan met een looptijd van 1 tot %(most)s maanden", most=LONGEST_PERIOD), "R-065")
    return law.Contract(
        level=text_of(form, "level") or None,
        starts_on=day_of(form, "starts", _("de eerste dag"), "R-064"),
        period_months=months,
        framework_agreement=framework,
        general_terms=general,
        paid_until=day_of(form, "paid", _("betaald tot en met"), "R-064") if text_of(form, "paid") else None,
    )


def _whom(customer: int, form: Form) -> Who:
    """The whole customer, or one contact of it."""
    contact = text_of(form, "contact")
    if contact:
        return Who(ExclusionScope.CONTACT, customer_id=customer, contact_name=contact)
    return Who(ExclusionScope.ORGANISATION, customer_id=customer)
