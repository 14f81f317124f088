"""Tickets in the words of an outside ticket system."""

import pytest

from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.field_map import MapMistakes, parse_map, read_map
from sla.terms import Category
from tests.desk.conftest import SUPERVISOR


async def test_a_ticket_goes_out_in_the_fields_of_the_map_that_ships(desk, open_ticket):
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, confirm_category, Category.II, "de receptie ligt stil")
    ticket = await desk.ticket(number)

    told = read_map("autotask").of(ticket)

    due = next(one.due_at for one in ticket.deadlines if one.clock == "first_response")
    assert told["externalID"] == number
    assert (told["status"], told["priority"], told["ticketType"]) == (1, 1, 2)
    assert told["firstResponseDueDateTime"] == due.isoformat()
    assert told["description"] is None  # it came in by no voicemail


async def test_a_value_without_a_name_over_there_stays_empty(desk, open_ticket):
    ticket = await desk.ticket(await open_ticket())

    told = parse_map('[fields]\nstatus = "state"\nlevel = "level"\n[values.status]\nclosed = 5').of(ticket)

    assert told == {"status": None, "level": ticket.level}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "fields"),
        ('[fields]\na = "colour"', "colour"),
        ('[fields]\na = "deadlines.lunch.due_at"', "lunch"),
        ('[fields]\na = "state"\n[values.b]\nnew = 1', "values.b"),
        ('[field]\na = "state"', "field:"),
        ("[fields", "TOML"),
    ],
)
def test_a_map_with_mistakes_names_them(text, named):
    with pytest.raises(MapMistakes, match=named):
        parse_map(text)
