"""A program can do what the pages can: each of their routes is an operation, or says why not; and for the same roles."""

import pytest

from ari_app.web.api.table import OPERATIONS
from ari_app.web.permissions import PERMISSIONS, roles_for
from tests.web.page_operations import OPERATIONS_OF

BY_NAME = {one.name: one for one in OPERATIONS}
PAGES = sorted(set(PERMISSIONS))


@pytest.mark.parametrize("route", PAGES)
def test_what_a_page_does_a_program_can_do_or_it_is_said_why_not(route):
    assert route in OPERATIONS_OF, "add its operations to tests/web/page_operations.py, or why there are none"

    told = OPERATIONS_OF[route]
    if isinstance(told, str):
        assert len(told) > 20
    else:
        assert [name for name in told if name not in BY_NAME] == []


def test_the_table_names_no_route_that_is_gone():
    assert set(OPERATIONS_OF) <= set(PAGES)


@pytest.mark.parametrize("route", [one for one in PAGES if roles_for(one, "POST")])
def test_a_program_changes_nothing_that_its_account_may_not_change_on_a_page(route):
    told = OPERATIONS_OF[route]
    names = () if isinstance(told, str) else told

    wider = {name: BY_NAME[name].roles - roles_for(route, "POST") for name in names if BY_NAME[name].changes}

    assert {name: roles for name, roles in wider.items() if roles} == {}


def test_a_program_reads_nothing_that_its_account_may_not_see_on_some_page():
    seen_on: dict[str, set[str]] = {}
    for route, told in OPERATIONS_OF.items():
        for name in () if isinstance(told, str) or PERMISSIONS[route].without_login else told:
            if not BY_NAME[name].changes:
                seen_on.setdefault(name, set()).update(roles_for(route))

    wider = {name: BY_NAME[name].roles - roles for name, roles in seen_on.items()}

    assert {name: roles for name, roles in wider.items() if roles} == {}
