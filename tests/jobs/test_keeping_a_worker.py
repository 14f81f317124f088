"""The worker is a process beside the line: whatever becomes of it, calls go on."""

import asyncio
from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.service import _keep_worker


async def test_a_machine_that_can_not_start_a_worker_now_tries_again_and_ends_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    async def starts(*_words: str) -> None:
        tries.append("a worker")
        if len(tries) == 1:
            raise OSError(12, "Cannot allocate memory")
        raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "create_subprocess_exec", starts)
    monkeypatch.setattr("ari_app.service.WORKER_BACK_OFF", 0.0)

    with pytest.raises(asyncio.CancelledError):
        await _keep_worker(Settings(home=tmp_path))

    assert len(tries) == 2
