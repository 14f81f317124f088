"""Many callers at once: SIPp, bounded in number, rate and time."""

import asyncio
import csv
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from ari_app.bench.figure import BenchFailed
from ari_app.sip_phone.alaw import encode
from ari_app.sip_phone.listening import tone

#: Exit codes of SIPp after which its counts can be read.
ALL_SUCCEEDED, SOME_FAILED = 0, 1
#: Retransmissions of the last call end within this time (seconds).
GRACE = 60.0
FIRST_RTP_PORT = 30000
#: Callers have machines of their own: when this one is short of CPU, the line is to feel it and not those who speak.
#: Only root may do so; to anybody else a full machine also sounds like callers who stammer.
CALLERS_PRIORITY = -10
LOG = "sipp.log"


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
    """Places the calls and waits for the last. Raises BenchFailed when SIPp can't run or does not end in time."""
    scenario, statistics = folder / "scenario.xml", folder / "statistics.csv"
    _write_scenario(scenario, load, folder)
    within = load.calls / load.rate + load.call_for + GRACE
    words = (
        *("-sf", str(scenario), f"{to[0]}:{to[1]}", "-s", load.dialled, "-key", "caller", load.caller),
        *("-i", from_ip, "-mi", from_ip, "-mp", str(FIRST_RTP_PORT)),
        *("-m", str(load.calls), "-r", str(load.rate), "-l", str(load.calls), "-nostdin"),
        *("-trace_stat", "-stf", str(statistics), "-fd", "1"),
        *("-timeout", f"{within:.0f}s"),  # SIPp ends by itself even when this process is killed
    )
    await _run_sipp(words, folder, within + GRACE)
    if not statistics.exists():
        raise BenchFailed(f"SIPp placed no call: {(folder / LOG).read_text()[-500:]}")
    return _outcome(statistics)


async def _run_sipp(words: tuple[str, ...], folder: Path, within: float) -> None:
    """Ends with SIPp, whatever happens to the bench meanwhile."""
    if not (program := shutil.which("sipp")):
        raise BenchFailed("SIPp is not installed. Install the Debian package sip-tester.")
    with (folder / LOG).open("w+") as log:
        process = await asyncio.create_subprocess_exec(program, *words, stdout=log, stderr=log, cwd=folder)
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, process.pid, CALLERS_PRIORITY)
        try:
            async with asyncio.timeout(within):
                code = await process.wait()
        except TimeoutError:
            raise BenchFailed(f"SIPp did not end within {within:.0f} s; the line may be stuck") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code not in (ALL_SUCCEEDED, SOME_FAILED):
            log.seek(0)
            raise BenchFailed(f"SIPp ended with {code}: {log.read()[-500:]}")


def _write_scenario(path: Path, load: Load, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
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
