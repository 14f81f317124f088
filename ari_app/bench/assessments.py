"""How many messages are assessed in a second by one core: the shipped labelled messages, with both voices and extraction."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from time import process_time

from ari_app.bench.figure import BenchFailed, Figure
from transcription import assessment
from transcription.assessment import Ears
from transcription.reading import LANGUAGES, ears

NAME = "assess"
ROUNDS = 9
_MESSAGES = Path(assessment.__file__).parent / "messages"


async def run(scratch: Path) -> AsyncIterator[Figure]:
    """The best of nine rounds, in seconds of the processor: others on the machine can only make it slower.

    What a word is worth is worked out once, so messages that nobody heard before are measured as well, after the others.
    """
    texts = _read("dev.jsonl")
    alone = [(text, Ears(own.phrases)) for text, own in texts]
    both = Figure(NAME, f"messages assessed by a core, {'/'.join(LANGUAGES)}", _rate(texts), "1/s")
    yield both.with_bar(least=2_000)
    yield Figure(NAME, "of them by phrases alone, numbers read as well", _rate(alone), "1/s")
    yield Figure(NAME, "messages that were never heard before", _rate(_read("composed-4.jsonl"), rounds=1), "1/s")


def _read(name: str) -> list[tuple[str, Ears]]:
    file = _MESSAGES / name
    if not file.is_file():
        raise BenchFailed(f"There are no messages to assess at {file}: run it from a clone of the repository.")
    said = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(one["asr"], ears(one["language"])) for one in said]


def _rate(texts: list[tuple[str, Ears]], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        began = process_time()
        for text, own in texts:
            assessment.assess(text, own)
        taken.append(process_time() - began)
    return len(texts) / min(taken)
