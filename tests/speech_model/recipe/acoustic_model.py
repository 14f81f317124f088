"""The trained network as plain arrays: what the training hands to the graph and to the writer of the Vosk folder."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AffineLayer:
    """weights: outputs x inputs, where the inputs of all offsets stand one after another; bias: outputs.

    offsets: which frames (of 10 ms, relative) of the layer below are read.
    """

    weights: Matrix
    bias: Vector
    offsets: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class AcousticModel:
    """phones: silence first. Two classes a phone, 2i for its first step and 2i + 1 for its later ones.

    hidden: each followed by a ReLU. counts: training steps per class, plus one.
    """

    phones: list[str]
    hidden: list[AffineLayer]
    output: AffineLayer
    counts: npt.NDArray[np.float64]

    def stay(self, phone: int) -> float:
        """Chance that a phone goes on for another step, kept within 0.05 to 0.95."""
        first, later = self.counts[2 * phone], self.counts[2 * phone + 1]
        return float(np.clip(later / (first + later), 0.05, 0.95))

    def scaled_likelihoods(self, scale: float) -> AffineLayer:
        """The output layer with the priors divided out and times `scale`, so that Vosk needs neither."""
        log_prior = np.log(self.counts / self.counts.sum())
        return AffineLayer(self.output.weights * scale, (self.output.bias - log_prior) * scale)

    def save(self, path: Path) -> None:
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "phones": np.array(self.phones),
            "counts": self.counts,
            "offsets": np.array([",".join(map(str, layer.offsets)) for layer in self.hidden]),
            "output_weights": self.output.weights,
            "output_bias": self.output.bias,
        }
        for index, layer in enumerate(self.hidden):
            arrays[f"weights{index}"] = layer.weights
            arrays[f"bias{index}"] = layer.bias
        np.savez(path, allow_pickle=False, **arrays)


def load_acoustic_model(path: Path) -> AcousticModel:
    with np.load(path) as arrays:
        offsets = [tuple(int(offset) for offset in str(text).split(",")) for text in arrays["offsets"]]
        hidden = [
            AffineLayer(arrays[f"weights{index}"], arrays[f"bias{index}"], read) for index, read in enumerate(offsets)
        ]
        output = AffineLayer(arrays["output_weights"], arrays["output_bias"])
        return AcousticModel([str(phone) for phone in arrays["phones"]], hidden, output, arrays["counts"])
