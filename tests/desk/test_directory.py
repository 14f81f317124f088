"""Customers, their numbers and engineers, on both databases; what people type is in test_contracts_by_command."""

import pytest
from sqlmodel import col, select

from ari_app.desk import Desk
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.rota_tables import RotaChangeRow
from tests.desk.conftest import CUSTOMER, ENGINEER, SUPERVISOR


async def test_who_calls_from_a_number_is_known_from_the_next_call_on_until_it_is_removed(desk: Desk) -> None:
    """A-25, R-071: without a contract it is a customer without an SLA."""
    number = await desk.directory.add_customer("Zuivel Verzonnen", ENGINEER)
    e164 = await desk.directory.add_number(number, "020 123 4599", ENGINEER, "Balie")
    known = await desk.who_is(e164)
    await desk.directory.remove_number(number, "0201234599", ENGINEER)

    assert (known.customer_name, known.level, known.has_sla) == ("Zuivel Verzonnen", "level_0", False)
    assert (await desk.who_is(e164)).customer_id is None
    with pytest.raises(Refused, match="Klant 99 is niet bekend"):
        await desk.directory.add_number(99, "020 123 4599", ENGINEER)
    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.directory.add_customer("Nog een", CUSTOMER)


async def test_a_new_engineer_and_a_new_line_are_decided_by_a_supervisor_and_kept(desk: Desk, store: Store) -> None:
    """R-142."""
    with pytest.raises(Refused, match="een supervisor"):
        await desk.directory.add_engineer("Lotte Lijn", "0612345678", 2, ENGINEER)
    await desk.directory.add_engineer("Lotte Lijn", "0612345678", 2, SUPERVISOR)
    await desk.directory.set_line("lotte lijn", 3, SUPERVISOR, "cursus gehaald")

    async with store.reading() as session:
        kept = (await session.exec(select(RotaChangeRow).order_by(col(RotaChangeRow.id)))).all()
    assert (await desk.rota.engineer("Lotte Lijn")).line == 3
    assert [(one.what, one.actor, one.why) for one in kept] == [
        ("engineer", "sanne", ""),
        ("line", "sanne", "cursus gehaald"),
    ]
    with pytest.raises(Refused, match="al bekend"):
        await desk.directory.add_engineer("LOTTE LIJN", "0612345679", 1, SUPERVISOR)
