"""Sixty calls of all kinds, many at once: the small brother of `make bench ARGS='--only soak'`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ari_app.bench.soak import counts, soak

pytestmark = pytest.mark.asterisk

CALLS = 60


async def test_of_sixty_calls_of_all_kinds_each_is_a_ticket_and_nothing_is_left_over(
    tmp_path: Path, recovered: Callable[[float], None]
) -> None:
    soaked = await soak(tmp_path, CALLS, at_once=15)

    recovered(max(soaked.to_ticket))
    assert soaked.tickets == CALLS
    assert (soaked.filed_twice, soaked.with_error) == (0, 0)
    assert (soaked.channels, soaked.bridges, soaked.recordings) == (0, 0, 0)
    assert soaked.seen.talks > 0
    assert soaked.seen.messages > 0
    assert soaked.seen.left_early > 0
    assert [figure.figure for figure in counts(soaked) if figure.ratio == 1.0] == ["calls with a ticket"]
