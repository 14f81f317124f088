"""Step 6: the real Vosk on the test recordings. Word errors, unknown words, confidence, times, speed and memory."""

import json
import resource
import time
import wave
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import vosk

from tests.speech_model.recipe.recordings import Recording, read_recordings
from tests.speech_model.recipe.workspace import Workspace

_SURE = 0.9
_CHUNK = 8000  # bytes: half a second


class HeardWord(TypedDict):
    """As Vosk gives it: seconds from the start of the recording, confidence 0 to 1."""

    word: str
    conf: float
    start: float
    end: float


@dataclass
class Score:
    """Sums over recordings; seconds of sound and of processor."""

    errors: int = 0
    words: int = 0
    recordings: int = 0
    unknown: int = 0
    processor: float = 0.0
    sound: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.errors / self.words:6.1%} word errors ({self.errors} of {self.words}, {self.recordings} recordings),"
            f" {self.unknown / self.words:.1%} not in the vocabulary, {self.processor / self.sound:.3f} s a second"
        )


@dataclass
class Tally:
    """scores: by (group of recordings, kind of voice or voice). confidences: by (group, was the word right)."""

    scores: dict[tuple[str, str], Score] = field(default_factory=lambda: defaultdict(Score))
    confidences: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    start_errors: list[float] = field(default_factory=list)
    end_errors: list[float] = field(default_factory=list)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)


def measure(space: Workspace, most: int) -> None:
    """Prints the figures. `most`: so many recordings at most of each group and kind of voice."""
    vosk.SetLogLevel(-1)
    before, began = _memory(), time.monotonic()
    model = vosk.Model(str(space.model))
    loading = time.monotonic() - began
    vocabulary = {line.split()[0] for line in (space.model / "graph/words.txt").read_text("utf-8").splitlines()}
    tally, done = Tally(), Counter[tuple[str, str]]()
    for recording in read_recordings(space):
        kind = (recording.group, "held-out voices" if recording.held_out else "voices heard in training")
        done[kind] += 1
        if done[kind] <= most:
            _measure_one(model, space.recordings / recording.file, recording, vocabulary, tally)
    _print(tally)
    print(f"loading took {loading:.2f} s, memory {before} MB before and {_memory()} MB at most")


def align(said: Sequence[str], heard: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """How many words are wrong (replaced, left out or put in), and the pairs (said, heard) that stand for each other."""
    cost = [[row + column for column in range(len(heard) + 1)] for row in range(len(said) + 1)]
    for row, word in enumerate(said, 1):
        for column, other in enumerate(heard, 1):
            replaced = cost[row - 1][column - 1] + (word != other)
            cost[row][column] = min(replaced, cost[row - 1][column] + 1, cost[row][column - 1] + 1)
    row, column, pairs = len(said), len(heard), []
    while row and column:
        if cost[row][column] == cost[row - 1][column - 1] + (said[row - 1] != heard[column - 1]):
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif cost[row][column] == cost[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return cost[-1][-1], pairs


def _measure_one(model: vosk.Model, path: Path, recording: Recording, vocabulary: set[str], tally: Tally) -> None:
    began = time.process_time()
    heard, seconds = _decode(model, path)
    processor = time.process_time() - began
    errors, pairs = align(recording.words, [word["word"] for word in heard])
    side = "held-out voices" if recording.held_out else "voices heard in training"
    for part in (side, recording.voice):
        score = tally.scores[recording.group, part]
        score.errors += errors
        score.words += len(recording.words)
        score.recordings += 1
        score.unknown += sum(word not in vocabulary for word in recording.words)
        score.processor += processor
        score.sound += seconds
    right = {column: row for row, column in pairs if recording.words[row] == heard[column]["word"]}
    for column, word in enumerate(heard):
        tally.confidences[recording.group, column in right].append(word["conf"])
    for row, column in pairs:
        if column not in right:
            tally.confusions[recording.words[row], heard[column]["word"]] += 1
        elif times := recording.word_times[row]:
            tally.start_errors.append(abs(heard[column]["start"] - times[0]))
            tally.end_errors.append(abs(heard[column]["end"] - times[1]))


def _decode(model: vosk.Model, path: Path) -> tuple[list[HeardWord], float]:
    """The words, and the seconds of sound."""
    with wave.open(str(path)) as file:
        sound, rate = file.readframes(file.getnframes()), file.getframerate()
    recogniser = vosk.KaldiRecognizer(model, rate)
    recogniser.SetWords(True)
    results = [
        json.loads(recogniser.Result())
        for first in range(0, len(sound), _CHUNK)
        if recogniser.AcceptWaveform(sound[first : first + _CHUNK])
    ]
    results.append(json.loads(recogniser.FinalResult()))
    return [word for result in results for word in result.get("result", [])], len(sound) / 2 / rate


def _print(tally: Tally) -> None:
    for (group, part), score in sorted(tally.scores.items()):
        print(f"{group:28s} {part:26s} {score}")
    for group in sorted({group for group, _ in tally.confidences}):
        for right in (True, False):
            sure = tally.confidences[group, right]
            share = sum(one >= _SURE for one in sure) / max(1, len(sure))
            print(
                f"{group:28s} confidence of {'right' if right else 'wrong'} words {_mean(sure):.3f}, {share:.0%} sure"
            )
    starts, ends = 1000 * _mean(tally.start_errors), 1000 * _mean(tally.end_errors)
    print(f"times of words are off by {starts:.0f} ms at the start and {ends:.0f} ms at the end")
    print(f"most frequent confusions: {tally.confusions.most_common(20)}")


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / max(1, len(found))


def _memory() -> int:
    """Most megabytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
