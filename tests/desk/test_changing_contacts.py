"""A contact gets another name, address or number: numbers and exclusions go along (R-141, A-12), on both databases."""

import pytest

from ari_app.desk import Desk
from ari_app.desk.contacts import Changed, ContactView
from ari_app.desk.no_calamities import Who
from ari_app.desk.refusal import NotThere, Refused
from ari_app.store.contract_tables import ExclusionScope
from tests.desk.conftest import CUSTOMER, ENGINEER, SUPERVISOR, SetClock

TESTRIT = 1
PLANNING = "+31850004120"


async def contact(desk: Desk, name: str) -> ContactView | None:
    return next((one for one in await desk.contacts.of(TESTRIT) if one.name == name), None)


async def test_another_name_goes_along_to_the_numbers_and_what_is_not_named_stays(desk: Desk) -> None:
    """R-141"""
    await desk.contacts.note(TESTRIT, "Planning", ENGINEER, "planning@testrit.example", gets_notices=True)

    changed = await desk.contacts.change(TESTRIT, "Planning", Changed(name=" Ritplanning "), ENGINEER)

    assert changed == await contact(desk, "Ritplanning")
    assert (changed.mail, changed.gets_notices, changed.numbers) == ("planning@testrit.example", True, (PLANNING,))
    assert await contact(desk, "Planning") is None


async def test_who_stands_beside_a_number_only_gets_a_record(desk: Desk) -> None:
    """R-141"""
    changed = await desk.contacts.change(TESTRIT, "Planning", Changed(mail="p@testrit.example"), ENGINEER)

    assert changed.id is not None
    assert (changed.mail, changed.numbers) == ("p@testrit.example", (PLANNING,))


async def test_who_is_excluded_stays_so_under_another_name(desk: Desk, clock: SetClock) -> None:
    """A-12, R-057"""
    await desk.exclusions.exclude(Who(ExclusionScope.CONTACT, None, TESTRIT, "Planning"), SUPERVISOR, "drie keer loos")

    await desk.contacts.change(TESTRIT, "Planning", Changed(name="Ritplanning"), ENGINEER)

    assert (await desk.who_is(PLANNING)).excluded
    assert [one.name for one in await desk.exclusions.all()] == ["Ritplanning (Transport De Testrit)"]


async def test_another_number_takes_the_place_of_the_first_which_is_nobodys_then(desk: Desk) -> None:
    """A-25"""
    changed = await desk.contacts.change(TESTRIT, "Planning", Changed(numbers=["020 765 4321"]), ENGINEER)

    assert changed.numbers == ("+31207654321",)
    assert (await desk.who_is("+31207654321")).customer_id == TESTRIT
    assert not (await desk.who_is(PLANNING)).is_known


async def test_a_number_of_a_colleague_can_become_theirs_with_the_language_that_was_chosen(desk: Desk) -> None:
    """A-25"""
    await desk.directory.set_language(TESTRIT, PLANNING, "en", ENGINEER)
    await desk.contacts.note(TESTRIT, "Balie", ENGINEER)

    await desk.contacts.change(TESTRIT, "Balie", Changed(numbers=[PLANNING, PLANNING]), ENGINEER)

    assert (await contact(desk, "Balie")).numbers == (PLANNING,)
    assert await contact(desk, "Planning") is None
    assert (await desk.who_is(PLANNING)).language == "en"


@pytest.mark.parametrize(
    ("name", "changed", "why"),
    [
        ("Planning", Changed(name="piet proefrit"), "staat al bij deze klant"),
        ("Planning", Changed(name=" "), "een naam heeft"),
        ("Planning", Changed(mail="geen adres"), "geen mailadres"),
        ("Planning", Changed(gets_notices=True), "nadat een mailadres is ingevuld"),
        ("Planning", Changed(numbers=["geen"]), "geen telefoonnummer"),
        ("Planning", Changed(numbers=["085 000 4130"]), "al een nummer van klant 2"),
        ("Jan Verzonnen", Changed(name="Jan"), "geen contactpersoon van deze klant"),
        ("", Changed(name="Jan"), "geen contactpersoon van deze klant"),
    ],
)
async def test_what_can_not_be_says_why_and_changes_nothing(desk: Desk, name: str, changed: Changed, why: str) -> None:
    before = await desk.contacts.of(TESTRIT)

    with pytest.raises(Refused, match=why):
        await desk.contacts.change(TESTRIT, name, changed, ENGINEER)

    assert await desk.contacts.of(TESTRIT) == before


async def test_only_our_own_people_change_a_contact_and_one_of_another_customer_is_not_there(desk: Desk) -> None:
    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.contacts.change(TESTRIT, "Planning", Changed(name="Jan"), CUSTOMER)
    with pytest.raises(NotThere):
        await desk.contacts.change(2, "Planning", Changed(name="Jan"), ENGINEER)
