"""The pages ask for next year's holidays until a person approved some, without a restart."""

import re
from datetime import date

from ari_app.desk.actor import Actor
from ari_app.desk.opening_days import Holiday
from ari_app.store.tables import Role

ASKED = "Voor 2027 zijn geen feestdagen goedgekeurd"


async def test_the_warning_about_holidays_goes_when_one_of_the_coming_year_is_approved(visitor, desk):
    before = await (await visitor.get("/")).text()

    await desk.opening_days.approve([Holiday(date(2027, 4, 27), "Koningsdag")], Actor("Fenna Fictief", Role.SUPERVISOR))

    assert ASKED in before
    assert "A-08 (L230-236)" in re.sub(r"<[^>]+>", "", before)
    assert ASKED not in await (await visitor.get("/")).text()
