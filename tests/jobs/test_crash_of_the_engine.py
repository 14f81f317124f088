"""A crash inside libvosk ends a worker, and nothing else: the service starts another, which hears the message."""

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ari_app import service
from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport
from ari_app.speech.synth import speak
from ari_app.store.database import Store
from transcription.audio import write_wav

pytestmark = [pytest.mark.speech, pytest.mark.timeout(180)]

#: Python reads this before the worker starts. The first message that it hears gives libvosk an address that is not there.
CRASHES_ONCE = """
from pathlib import Path
from transcription import vosk_engine

def utterances(self, sound, hints=(), hear=vosk_engine.VoskEngine.utterances):
    crashed = Path({marker!r})
    if not crashed.exists():
        crashed.touch()
        vosk_engine.vosk._c.vosk_recognizer_accept_waveform(vosk_engine.vosk._ffi.NULL, b"12", 2)
    return hear(self, sound, hints)

vosk_engine.VoskEngine.utterances = utterances
"""


async def test_a_crash_of_the_speech_engine_costs_a_worker_and_no_message(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "line")
    settings.home.mkdir()
    shutil.copy(migrated_file, settings.home / "meldlijn.db")
    store = Store.open(settings.database_url)
    desk = Desk(store, settings, SystemClock())
    number = await leave_message(desk, settings)
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "sitecustomize.py").write_text(CRASHES_ONCE.format(marker=str(tmp_path / "crashed")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "before"), str(Path.cwd())]))
    monkeypatch.setattr(service, "WORKER_BACK_OFF", 0.1)

    with capture_logs() as logs:
        kept = asyncio.create_task(service._keep_worker(settings))
        try:
            text = await asyncio.wait_for(heard(desk, number), 120)
        finally:
            kept.cancel()
            with suppress(asyncio.CancelledError):
                await kept
            await store.close()

    ended = [line["code"] for line in logs if line.get("action") == "worker_ended"]
    assert ended == [-signal.SIGSEGV]
    assert text == "niemand kan bellen"


async def leave_message(desk: Desk, settings: Settings) -> str:
    write_wav(settings.recordings / "call" / "one.wav", speak("niemand kan bellen"))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    report = CallReport("one", "support", None, "", at, route="voicemail", recording="call/one.wav", ended_at=at)
    return await desk.close_call(report)


async def heard(desk: Desk, number: str) -> str:
    """Another process has no clock of ours to move."""
    while True:
        ticket = await desk.ticket(number)
        if ticket and ticket.voicemail and ticket.voicemail.state != "pending":
            return ticket.voicemail.text
        await asyncio.sleep(0.1)
