"""Taking up an urgent message and calling back, from the pages."""

import asyncio

from ari_app.desk.actor import Actor
from ari_app.store.tables import Role

OWN = {"Sec-Fetch-Site": "same-origin"}
SANNE = Actor("Sanne Schijn", Role.ENGINEER)


async def test_an_urgent_message_is_on_top_of_the_list_and_taken_up_with_one_button(visitor, caller, desk):
    number = await caller.leaves_message(is_urgent=True)
    assert "Dringend, nog van niemand" in await (await visitor.get("/")).text()
    assert "Ik pak dit op" in await (await visitor.get(f"/tickets/{number}")).text()

    answer = await visitor.post(f"/tickets/{number}/claim", headers=OWN)

    text = await answer.text()
    assert (answer.status, answer.url.path) == (200, f"/tickets/{number}")
    assert "opgepakt door <b>ilse</b>" in text
    assert "Ik pak dit op" not in text
    assert "nog van niemand" not in await (await visitor.get("/")).text()
    assert (await desk.urgent.of_ticket(number)).claimed_by == "ilse"


async def test_a_closed_ticket_asks_nobody_to_take_it_up(visitor, caller):
    number = await caller.leaves_message(is_urgent=True)
    await visitor.post(f"/tickets/{number}/do/close", data={"why": "was een vergissing"}, headers=OWN)

    text = await (await visitor.get(f"/tickets/{number}")).text()

    assert "Ik pak dit op" not in text
    assert "Dringend: pak dit op" not in text
    assert "Dringend, nog van niemand" not in await (await visitor.get("/")).text()


async def test_who_presses_second_reads_who_has_it(visitor, caller, desk):
    number = await caller.leaves_message(is_urgent=True)
    await desk.urgent.claim(number, SANNE, "key")

    answers = await asyncio.gather(*(visitor.post(f"/tickets/{number}/claim", headers=OWN) for _ in range(2)))

    for answer in answers:
        assert answer.status == 409
        assert "Al opgepakt door Sanne Schijn om 10:42" in await answer.text()


async def test_a_linked_account_claims_in_the_name_of_the_rota(visitor, caller, accounts, desk):
    """A-25: the key and the page of one engineer are one person's."""
    await accounts.link("ilse", "Fenna Fictief")
    number = await caller.leaves_message(is_urgent=True)

    await visitor.post(f"/tickets/{number}/claim", headers=OWN)

    assert (await desk.urgent.of_ticket(number)).claimed_by == "Fenna Fictief"


async def test_a_ticket_without_an_urgent_message_can_not_be_claimed(visitor, caller):
    number = await caller.leaves_message()

    assert (await visitor.post(f"/tickets/{number}/claim", headers=OWN)).status == 409
    assert (await visitor.post("/tickets/T-9999/claim", headers=OWN)).status == 409


async def test_the_customer_is_called_back_on_the_number_of_the_ticket_and_no_other(visitor, caller, desk):
    number = await caller.leaves_message()
    page = await (await visitor.get(f"/tickets/{number}")).text()
    assert "Terugbellen kan alleen op <b>085 000 4120</b>" in page

    form = {"phone": "desk-1", "number": "+31900123456"}
    text = await (await visitor.post(f"/tickets/{number}/call-back", data=form, headers=OWN)).text()

    assert "desk-1 wordt zo gebeld" in text
    asked = await desk.call_backs.take()
    assert (asked.number, asked.phone.who, asked.asked_by) == ("+31850004120", "desk-1", "ilse")


async def test_a_phone_that_nobody_knows_is_refused_in_words(visitor, caller, desk):
    number = await caller.leaves_message()

    answer = await visitor.post(f"/tickets/{number}/call-back", data={"phone": "PJSIP/0900@trunk"}, headers=OWN)

    assert answer.status == 409
    assert "Kan met een toestel dat bekend is" in await answer.text()
    assert await desk.call_backs.take() is None


async def test_a_nameless_caller_can_not_be_called_back(visitor, caller):
    number = await caller.leaves_message(None)

    assert "heeft geen telefoonnummer" in await (await visitor.get(f"/tickets/{number}")).text()
    answer = await visitor.post(f"/tickets/{number}/call-back", data={"phone": "desk-1"}, headers=OWN)
    assert answer.status == 409


async def test_no_other_site_can_claim_or_call(visitor, caller, desk):
    number = await caller.leaves_message(is_urgent=True)

    for path in ("claim", "call-back"):
        answer = await visitor.post(f"/tickets/{number}/{path}", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 403
    assert (await desk.urgent.of_ticket(number)).claimed_by is None


async def test_a_stranger_is_sent_to_the_login(stranger, caller):
    number = await caller.leaves_message(is_urgent=True)

    answer = await stranger.post(f"/tickets/{number}/claim", headers=OWN, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/login")
