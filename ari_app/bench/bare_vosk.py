"""Vosk as its own examples use it, in processes of its own: what our workers stand beside."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from ari_app.bench.figure import BenchFailed
from ari_app.setting_up import BUNDLED_MODEL

#: Words with times, 4,000 samples at a time. It begins when it is told to, with its model loaded and a first message heard,
#: and says how much CPU it took since.
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
print("ready", flush=True)
sys.stdin.readline()
began = time.process_time()
for _ in range(int(sys.argv[3])):
    hear(sys.argv[2])
print(time.process_time() - began)
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What it took: `cpu_seconds` of all processes together, `seconds` until the last of them was ready."""

    cpu_seconds: float
    seconds: float


async def hear_barely(message: Path, times: int, processes: int = 1, model: Path = BUNDLED_MODEL) -> Heard:
    """Each process hears the message so many times, all at once. Raises BenchFailed."""
    command = [sys.executable, "-c", BARE, str(model), str(message), str(times)]
    pipe = asyncio.subprocess.PIPE
    started = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(processes)]
    for one in started:
        assert one.stdout
        await one.stdout.readline()
    began = perf_counter()
    said = await asyncio.gather(*(one.communicate(b"\n") for one in started))
    seconds = perf_counter() - began
    _refuse_failed(started)
    return Heard(sum(float(told) for told, _ in said), seconds)


def _refuse_failed(ended: Sequence[asyncio.subprocess.Process]) -> None:
    for one in ended:
        if one.returncode:
            raise BenchFailed(f"Bare Vosk ended with {one.returncode}")
