"""The document of the API: valid, complete, and the same as what is served; no operation is open to more than it says."""

import inspect
import json
import re
from collections import Counter

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from ari_app.command_words import MEANINGS
from ari_app.desk.command_list import desk_commands
from ari_app.store.tables import Role
from ari_app.web.api.openapi import document
from ari_app.web.api.operation import Operation
from ari_app.web.api.operations.ticket_commands import OF_SUPERVISORS
from ari_app.web.api.scopes import Scope
from ari_app.web.api.table import OPERATIONS
from ari_app.web.api.tokens import Tokens

DOCUMENT = document(OPERATIONS)
#: What every operation may answer: its kinds stand on the first page.
OF_REFUSALS = {"ProblemOut", "Mistake", "ClauseOut"}
#: For the parts of an address.
PARTS = {"number": "T-1001", "call_id": "call-1", "day": "2027-04-27", "language": "nl", "name": "welcome"}


def test_the_document_is_valid_openapi_3_1():
    OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).validate()


def test_every_operation_has_a_name_of_its_own_and_words():
    assert [name for name, count in Counter(one.name for one in OPERATIONS).items() if count > 1] == []
    assert [one.name for one in OPERATIONS if not one.summary] == []


def test_every_command_of_the_desk_is_an_operation_and_all_its_words_are_explained():
    given = [one for one in OPERATIONS if "/commands/" in one.path and not one.path.endswith("/preview")]
    named = {one.path.rpartition("/")[2] for one in given}

    assert named == set(desk_commands())
    assert {one.name for command in desk_commands().values() for one in command.parameters()} == set(MEANINGS)


def test_what_only_a_supervisor_may_is_what_the_commands_say_themselves():
    """A command that asks for a supervisor somewhere deeper, for some values only, is not one of them."""
    first = {
        name: [line for line in inspect.getsource(command.function).splitlines() if "change.by.must_" in line][:1]
        for name, command in desk_commands().items()
    }

    assert {name for name, said in first.items() if said and "must_supervise" in said[0]} == OF_SUPERVISORS


async def test_the_document_is_served_to_anybody(stranger):
    served = await stranger.get("/api/openapi.json")

    assert served.status == 200
    assert await served.json() == json.loads(json.dumps(DOCUMENT))


async def test_every_operation_is_served_and_no_other(stranger):
    served = {
        (route.method, route.resource.canonical)
        for route in stranger.app.router.routes()
        if (route.name or "").startswith("api:")
    }

    assert served == {(one.method, one.full_path) for one in OPERATIONS}


def address(operation: Operation) -> str:
    path = operation.full_path
    for name in operation.parameters:
        is_number = name == "number" and "/tickets/" not in path and "/review/" not in path
        path = path.replace(f"{{{name}}}", "1" if is_number else PARTS.get(name, "1"))
    return path


@pytest.mark.parametrize("role", Role)
async def test_each_role_reaches_what_the_table_says_and_nothing_else(stranger, accounts, web_store, clock, role):
    """With all scopes: only the role decides. 403 comes before anything is read."""
    await accounts.create(role, role)
    _, token = await Tokens(web_store, clock).create(role, "proef", ["admin"], "ilse")

    wrong = []
    for one in OPERATIONS:
        bearer = {"Authorization": f"Bearer {token}"}
        answer = await stranger.request(one.method, address(one), headers=bearer)
        if (answer.status == 403) != (role not in one.roles) and "no engineer of the rota" not in await answer.text():
            wrong.append((one.name, answer.status))

    assert wrong == []


@pytest.mark.parametrize("scope", [one for one in Scope if one is not Scope.ADMIN])
async def test_each_scope_reaches_what_the_table_says_and_nothing_else(stranger, accounts, web_store, clock, scope):
    await accounts.create("beheer", "administrator")
    _, token = await Tokens(web_store, clock).create("beheer", "proef", [scope], "ilse")

    wrong = []
    for one in (one for one in OPERATIONS if one.scope is not scope):
        answer = await stranger.request(one.method, address(one), headers={"Authorization": f"Bearer {token}"})
        if answer.status != 403:
            wrong.append((one.name, answer.status))

    assert wrong == []


async def test_the_page_of_the_api_has_every_operation_and_asks_nobody_else(stranger):
    answer = await stranger.get("/api/docs")
    page = await answer.text()

    assert answer.status == 200
    assert len(page) < 120_000
    assert [one.name for one in OPERATIONS if f'id="{one.name}"' not in page] == []
    assert "//cdn" not in page
    assert "<script" not in page
    assert 'id="problem-refused"' in page


async def test_each_part_has_a_page_with_all_its_operations_and_all_the_data_that_they_name(stranger):
    overview = await (await stranger.get("/api/docs")).text()
    parts = dict.fromkeys(re.findall(r'href="(/api/docs/[a-z-]+)"', overview))
    shown, heaviest = set[str](), 0
    for address in parts:
        answer = await stranger.get(address)
        page = await answer.text()
        ids = set(re.findall(r'id="([^"]+)"', page))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= ids, address
        shown |= ids
        heaviest = max(heaviest, len(page))

    assert {one.name for one in OPERATIONS} <= shown
    # The parameters of an operation stand with it, not as a schema.
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT))) - OF_REFUSALS
    assert {f"schema-{name}" for name in named} <= shown
    assert heaviest < 300_000
    assert (await stranger.get("/api/docs/nergens")).status == 404
