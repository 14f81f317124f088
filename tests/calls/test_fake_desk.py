"""The desk in memory can't drift from the real one: what a call asks of it has the same form."""

import inspect

import pytest

from ari_app.desk import Desk
from tests.fakes.desk import MemoryDesk


@pytest.mark.parametrize("method", ["who_is", "on_duty", "take_call", "close_call", "spool"])
def test_the_desk_in_memory_takes_what_the_real_one_takes(method: str) -> None:
    real, fake = inspect.signature(getattr(Desk, method)), inspect.signature(getattr(MemoryDesk, method))

    assert fake == real
