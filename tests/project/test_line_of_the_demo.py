"""The line as a process of its own, that does not come up."""

import os
from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.demo import line as demo_line
from ari_app.demo.line import DemoLine, LineFailed


async def test_a_line_that_does_not_come_up_says_so_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "never_ready.py").write_text("import time\nprint('half way', flush=True)\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(demo_line, "READY_WITHIN", 3.0)
    line = DemoLine(Settings(home=tmp_path, web={"port": 1}), module="never_ready")

    with pytest.raises(LineFailed, match="did not come up"):
        await line.start()

    with pytest.raises(ProcessLookupError):
        os.kill(line.pid, 0)
