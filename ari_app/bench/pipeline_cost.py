"""What a message costs the worker, beside bare Vosk on the same files: the price of steps, queue, checks and proposal."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from ari_app.bench.cost import cpu_seconds
from ari_app.bench.figure import BenchFailed, Figure, compared
from ari_app.bench.worked_line import SPOKEN, worked_line
from ari_app.setting_up import BUNDLED_MODEL

NAME = "pipeline_cost"
MESSAGES = 40
#: Messages of 16 and of 64 seconds.
TIMES_AS_LONG = (1, 4)
#: Vosk as its own examples use it: words with times, 4,000 samples at a time. Its CPU after the model is loaded.
BARE = """
import sys, time, wave
import vosk
vosk.SetLogLevel(-1)
model = vosk.Model(sys.argv[1])
def hear(file):
    recognizer = vosk.KaldiRecognizer(model, 8000)
    recognizer.SetWords(True)
    with wave.open(file) as sound:
        while chunk := sound.readframes(4000):
            if recognizer.AcceptWaveform(chunk):
                recognizer.Result()
    recognizer.FinalResult()
hear(sys.argv[2])
began = time.process_time()
for _ in range(int(sys.argv[3])):
    hear(sys.argv[2])
print(time.process_time() - began)
"""


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """Milliseconds of CPU for each message. Raises BenchFailed."""
    for times in TIMES_AS_LONG:
        async with worked_line(scratch / f"line-{times}", spoken=" ".join([SPOKEN] * times)) as line:
            bare = await _bare(line.message)
            async with line.worker() as worker:
                before = cpu_seconds(worker.pid)
                await line.leave(MESSAGES)
                await line.until_heard()
                ours = cpu_seconds(worker.pid) - before
        what = f"CPU for a message of {16 * times} s"
        each = [seconds / MESSAGES * 1000 for seconds in (ours, bare)]
        yield compared(NAME, what, each[0], "ms", "bare Vosk", each[1]).with_bar(most=1.05)


async def _bare(message: Path) -> float:
    """Seconds of CPU for all of them."""
    command = [sys.executable, "-c", BARE, str(BUNDLED_MODEL), str(message), str(MESSAGES)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise BenchFailed(f"Bare Vosk ended with {process.returncode}")
    return float(said)
