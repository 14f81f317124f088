"""The doctor about bad days: the sign of life, and the plan that Asterisk follows alone."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app.clock import SystemClock
from ari_app.doctor import Finding, examine
from ari_app.fallback.plan import Manner, write_plan
from tests.project.conftest import SmallAsterisk, write_settings

HOUR = timedelta(hours=1)


async def finding(home: Path, name: str) -> Finding:
    (found,) = [one for one in await examine(home) if one.name == name]
    return found


def write(home: Path, renewed: timedelta) -> None:
    """A plan that was renewed so long ago."""
    made = SystemClock().now() - renewed
    manner = Manner(made, made + timedelta(days=7), "+31850004000", 20, 15, 20)
    (home / "asterisk" / "fallback.plan").write_text(write_plan(manner, []))


async def test_a_service_that_gives_a_sign_of_life_is_well(home: Path, small_asterisk: SmallAsterisk) -> None:
    write_settings(home, small_asterisk.port)
    small_asterisk.heartbeat = str(int(time.time()))

    assert (await finding(home, "sign of life")).ok


@pytest.mark.parametrize(("heartbeat", "why"), [("0", "withholds"), ("", "withholds"), ("-20", "for 2")])
async def test_a_service_without_a_sign_of_life_is_a_fault(
    home: Path, small_asterisk: SmallAsterisk, heartbeat: str, why: str
) -> None:
    write_settings(home, small_asterisk.port)
    small_asterisk.heartbeat = str(int(time.time()) - 20) if heartbeat == "-20" else heartbeat

    found = await finding(home, "sign of life")

    assert not found.ok
    assert why in found.found
    assert "heartbeat_slow" in found.remedy


async def test_a_plan_that_is_renewed_is_well(home: Path) -> None:
    write(home, renewed=HOUR)

    assert (await finding(home, "plan of the exchange")).level == "ok"


async def test_a_plan_that_nobody_renews_is_a_warning(home: Path) -> None:
    write(home, renewed=5 * HOUR)

    found = await finding(home, "plan of the exchange")

    assert (found.level, "not renewed for 5 hours" in found.found) == ("warning", True)


@pytest.mark.parametrize("text", [None, "", "what is this"])
async def test_a_plan_that_is_missing_or_damaged_is_a_warning(home: Path, text: str | None) -> None:
    file = home / "asterisk" / "fallback.plan"
    file.unlink(missing_ok=True)
    if text is not None:
        file.write_text(text)

    found = await finding(home, "plan of the exchange")

    assert found.level == "warning"
    assert "Start the line" in found.remedy
