"""Many callers at once: SIPp, bounded in number, rate and time."""

import asyncio
import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from ari_app.sip_phone.alaw import encode
from ari_app.sip_phone.listening import tone


@dataclass(frozen=True, slots=True)
class Load:
    """`calls` calls, `rate` new ones a second, each `call_for` seconds long."""

    calls: int
    rate: float
    call_for: float
    caller: str = "0850004120"
    dialled: str = "support"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What SIPp counted."""

    succeeded: int
    failed: int
    most_at_once: int


async def place_load(load: Load, *, to: tuple[str, int], from_ip: str, folder: Path) -> Outcome:
    """Places the calls and waits for the last. Raises RuntimeError when SIPp can't run or does not end in time."""
    folder.mkdir(parents=True, exist_ok=True)
    scenario, statistics = folder / "scenario.xml", folder / "statistics.csv"
    _write_scenario(scenario, load, folder)
    process = await asyncio.create_subprocess_exec(
        "sipp",
        *("-sf", str(scenario), f"{to[0]}:{to[1]}", "-s", load.dialled, "-key", "caller", load.caller),
        *("-i", from_ip, "-mi", from_ip, "-min_rtp_port", "30000", "-max_rtp_port", "39998"),
        *("-m", str(load.calls), "-r", str(load.rate), "-l", str(load.calls), "-nostdin"),
        *("-trace_stat", "-stf", str(statistics), "-fd", "1"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
    )
    longest = load.calls / load.rate + load.call_for + 60
    try:
        async with asyncio.timeout(longest):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise RuntimeError(f"SIPp did not end within {longest:.0f} s") from None
    if process.returncode not in (0, 1):
        raise RuntimeError(f"SIPp ended with {process.returncode}: {errors.decode(errors='replace')[-500:]}")
    return _outcome(statistics)


def _write_scenario(path: Path, load: Load, folder: Path) -> None:
    speech = folder / "speech.alaw"
    speech.write_bytes(encode(np.concatenate([tone(440, 0.4), tone(620, 0.4), tone(350, 0.2)])))
    text = resources.files("ari_app.bench").joinpath("voicemail.xml").read_text()
    path.write_text(text.replace("SPEECH_FILE", str(speech)).replace("CALL_FOR", str(round(load.call_for * 1000))))


def _outcome(statistics: Path) -> Outcome:
    with statistics.open() as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    last = rows[-1]
    return Outcome(
        succeeded=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        most_at_once=max(int(row["CurrentCall"]) for row in rows),
    )
