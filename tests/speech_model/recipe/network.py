"""A small time-delay network (1-D convolutions) on 40 MFCCs, with one output every 30 ms."""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from tests.speech_model.recipe.acoustic_model import AcousticModel, AffineLayer

# Offsets in frames of 10 ms that each layer reads. From the second on, everything runs on the 30 ms grid.
OFFSETS = [(-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3)]
#: Frames that the network sees on either side of a step.
CONTEXT = sum(offsets[-1] for offsets in OFFSETS)
FEATURES = 40
_HIDDEN = 256

Array64 = npt.NDArray[np.float64]


class Network(nn.Module):
    """mean, deviation: of each of the 40 features over the training set."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, classes: int, mean: npt.NDArray[np.float32], deviation: npt.NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        self.convolutions, self.normalisations = nn.ModuleList(), nn.ModuleList()
        inputs = FEATURES
        for layer, offsets in enumerate(OFFSETS):
            stride = 3 if layer == 1 else 1
            self.convolutions.append(nn.Conv1d(inputs, _HIDDEN, len(offsets), stride=stride))
            self.normalisations.append(nn.BatchNorm1d(_HIDDEN))
            inputs = _HIDDEN
        self.output = nn.Conv1d(_HIDDEN, classes, 1)
        self.dropout = nn.Dropout(0.1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """batch x (frames + 2 CONTEXT) x 40 -> batch x classes x steps, not normalised."""
        hidden = ((features - self.mean) / self.deviation).transpose(1, 2)
        for layer, (convolution, normalisation) in enumerate(zip(self.convolutions, self.normalisations, strict=True)):
            hidden = torch.relu(normalisation(convolution(hidden)))
            if layer:
                hidden = self.dropout(hidden)
        scores: torch.Tensor = self.output(hidden)
        return scores


def folded(network: Network, phones: list[str], counts: Array64) -> AcousticModel:
    """The same function with plain affine layers: the normalisations disappear into weights and biases."""
    hidden = []
    for layer, offsets in enumerate(OFFSETS):
        weights, bias = _weights_and_bias(network.convolutions[layer])
        if layer == 0:
            mean, deviation = _array(network.mean), _array(network.deviation)
            bias = bias - (weights * (mean / deviation)[None, :, None]).sum((1, 2))
            weights = weights / deviation[None, :, None]
        weights, bias = _with_normalisation(weights, bias, network.normalisations[layer])
        flat = weights.transpose(0, 2, 1).reshape(weights.shape[0], -1)
        hidden.append(AffineLayer(flat.astype(np.float32), bias.astype(np.float32), offsets))
    weights, bias = _weights_and_bias(network.output)
    output = AffineLayer(weights[:, :, 0].astype(np.float32), bias.astype(np.float32))
    return AcousticModel(phones, hidden, output, counts)


def _weights_and_bias(convolution: nn.Module) -> tuple[Array64, Array64]:
    """outputs x inputs x offsets, and outputs."""
    assert isinstance(convolution, nn.Conv1d)
    assert convolution.bias is not None
    return _array(convolution.weight), _array(convolution.bias)


def _with_normalisation(weights: Array64, bias: Array64, normalisation: nn.Module) -> tuple[Array64, Array64]:
    assert isinstance(normalisation, nn.BatchNorm1d)
    assert normalisation.running_mean is not None
    assert normalisation.running_var is not None
    gain = _array(normalisation.weight) / np.sqrt(_array(normalisation.running_var) + normalisation.eps)
    shifted = (bias - _array(normalisation.running_mean)) * gain + _array(normalisation.bias)
    return weights * gain[:, None, None], shifted


def _array(tensor: torch.Tensor) -> Array64:
    array: Array64 = tensor.detach().double().numpy()
    return array
