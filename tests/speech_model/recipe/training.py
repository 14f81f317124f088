"""Step 3, the acoustic model: the network learns the label of every 30 ms step, for as long as the clock allows."""

import math
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from tests.speech_model.recipe.network import CONTEXT, FEATURES, Network, folded
from tests.speech_model.recipe.workspace import SILENCE, Workspace

_CHUNK_STEPS, _BATCH = 64, 48
_VALIDATION = 200  # utterances
_LEARNING_RATE = 2e-3
_NO_LABEL = -100
_PLACES = ((0, "1"), (1, "2"))  # the ends of labels: first step of a phone, later ones
_CHUNK_FRAMES = np.arange(-CONTEXT, 3 * (_CHUNK_STEPS - 1) + CONTEXT + 1)
_CEPSTRAL_DECAY = np.exp(-np.arange(FEATURES) / 6.0).astype(np.float32)

Array = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Speech:
    """features: frames x 40, all utterances one after another; starts: first frame of each; labels: classes a step."""

    features: npt.NDArray[np.float16]
    frames: Integers
    starts: Integers
    labels: list[Integers]
    phones: list[str]

    def window(self, utterance: int, frames: Integers) -> Array:
        """These frames of an utterance; beyond its ends its first or last one is repeated."""
        inside = np.clip(frames, 0, self.frames[utterance] - 1)
        return self.features[self.starts[utterance] + inside].astype(np.float32)


def train(space: Workspace, minutes: float, threads: int) -> None:
    """Writes the acoustic model. Stops by the clock, so that two runs are never the same."""
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    speech = load_speech(space)
    counts = np.bincount(np.concatenate(speech.labels), minlength=2 * len(speech.phones)).astype(np.float64) + 1
    sample = speech.features[:: max(1, len(speech.features) // 200_000)].astype(np.float32)
    network = Network(len(counts), sample.mean(0), sample.std(0) + 1e-3)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    hours = len(speech.features) / 360_000
    print(
        f"training: {len(speech.labels)} utterances, {hours:.1f} h, {len(speech.phones)} phones, {parameters} weights"
    )

    order = random.permutation(len(speech.labels))
    steps = _optimise(network, speech, order[_VALIDATION:], minutes, random)
    by_class, by_phone = _accuracy(network, speech, order[:_VALIDATION])
    print(f"training: {steps} steps, right on held-out utterances: {by_class:.3f} of classes, {by_phone:.3f} of phones")
    folded(network, speech.phones, counts).save(space.acoustic_model)


def load_speech(space: Workspace) -> Speech:
    parts = [np.load(path) for path in space.training_parts()]
    written = [labels for part in parts for labels in np.split(part["labels"], np.cumsum(part["steps"])[:-1])]
    phones = [SILENCE, *sorted({label[:-1] for labels in written for label in set(labels.tolist())} - {SILENCE})]
    classes = {f"{phone}{place}": 2 * index + later for index, phone in enumerate(phones) for later, place in _PLACES}
    frames = np.concatenate([part["frames"] for part in parts])
    return Speech(
        features=np.concatenate([part["features"] for part in parts]),
        frames=frames,
        starts=np.concatenate(([0], np.cumsum(frames)[:-1])),
        labels=[np.array([classes[label] for label in labels.tolist()], np.int64) for labels in written],
        phones=phones,
    )


def _optimise(
    network: Network, speech: Speech, utterances: Integers, minutes: float, random: np.random.Generator
) -> int:
    chunks = np.array([(one, step) for one in utterances for step in range(0, len(speech.labels[one]), _CHUNK_STEPS)])
    if len(chunks) <= _BATCH:
        raise ValueError(
            f"Only {len(chunks)} pieces of speech to train on; one batch takes {_BATCH}. Use more --minutes."
        )
    optimiser = torch.optim.AdamW(network.parameters(), lr=_LEARNING_RATE, weight_decay=1e-3)
    began, steps, losses = time.monotonic(), 0, []
    while True:
        random.shuffle(chunks)
        for first in range(0, len(chunks) - _BATCH, _BATCH):
            progress = (time.monotonic() - began) / (minutes * 60)
            if progress >= 1:
                return steps
            optimiser.param_groups[0]["lr"] = _learning_rate(steps, progress)
            features, labels = _batch(speech, chunks[first : first + _BATCH], random)
            losses.append(_step(network, optimiser, _another_line(features, random), labels))
            steps += 1
            if steps % 200 == 0:
                epochs, loss = steps * _BATCH / len(chunks), np.mean(losses[-200:])
                print(f"training: step {steps}, {epochs:.2f} rounds, loss {loss:.3f}", flush=True)


def _learning_rate(step: int, progress: float) -> float:
    """Rises over 200 steps, then falls along a cosine."""
    return _LEARNING_RATE * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.003)


def _batch(speech: Speech, chunks: Integers, random: np.random.Generator) -> tuple[Array, Integers]:
    """chunks x frames x 40, and chunks x 64 steps. Each chunk starts up to 19 steps early, at random."""
    features = np.empty((len(chunks), len(_CHUNK_FRAMES), FEATURES), np.float32)
    labels = np.full((len(chunks), _CHUNK_STEPS), _NO_LABEL, np.int64)
    for row, (utterance, step) in enumerate(chunks):
        start = max(0, int(step) - int(random.integers(0, 20)))
        features[row] = speech.window(utterance, 3 * start + _CHUNK_FRAMES)
        found = speech.labels[utterance][start : start + _CHUNK_STEPS]
        labels[row, : len(found)] = found
    return features, labels


def _another_line(features: Array, random: np.random.Generator) -> Array:
    """As if over another line: a smooth random filter and another loudness, made in the cepstrum."""
    changed = features + (random.standard_normal((len(features), 1, FEATURES)) * _CEPSTRAL_DECAY * 6).astype(np.float32)
    changed[:, :, 0] += random.normal(0, 8, (len(features), 1)).astype(np.float32)
    return changed


def _step(network: Network, optimiser: torch.optim.Optimizer, features: Array, labels: Integers) -> float:
    scores = network(torch.from_numpy(features))
    loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels), ignore_index=_NO_LABEL, label_smoothing=0.03)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    return loss.item()


def _accuracy(network: Network, speech: Speech, utterances: Integers) -> tuple[float, float]:
    """Share of steps with the right class, and with the right phone."""
    network.eval()
    right_class = right_phone = steps = 0
    with torch.no_grad():
        for utterance in utterances:
            labels = speech.labels[utterance]
            window = speech.window(utterance, np.arange(-CONTEXT, 3 * (len(labels) - 1) + CONTEXT + 1))
            found = network(torch.from_numpy(window)[None])[0].argmax(0).numpy()
            right_class += int((found == labels).sum())
            right_phone += int((found // 2 == labels // 2).sum())
            steps += len(labels)
    return right_class / max(1, steps), right_phone / max(1, steps)
