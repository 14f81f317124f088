"""Our own writer of the few binary structures of Kaldi that an acoustic model of Vosk needs (PROVENANCE.md)."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tests.speech_model.recipe.acoustic_model import AffineLayer

Numbers = npt.NDArray[np.floating]


class HmmState(NamedTuple):
    """The one state of a phone. Classes of the network: `forward` on entering, `self_loop` on staying."""

    phone: int
    state: int
    forward: int
    self_loop: int


def token(text: str) -> bytes:
    return text.encode() + b" "


def int32(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def float32(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def float64(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def integers(values: Sequence[int]) -> bytes:
    return int32(len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: Sequence[float] | Numbers) -> bytes:
    numbers = np.asarray(values, "<f4")
    return token("FV") + int32(len(numbers)) + numbers.tobytes()


def matrix(values: Numbers) -> bytes:
    numbers = np.ascontiguousarray(values, "<f4")
    return token("FM") + int32(numbers.shape[0]) + int32(numbers.shape[1]) + numbers.tobytes()


def quantised_matrix(values: Numbers) -> bytes:
    """16 bits a number: value = lowest + width * q / 65535, the same lowest and width for the whole matrix."""
    numbers = np.asarray(values, np.float64)
    lowest, width = numbers.min(), max(numbers.max() - numbers.min(), 1e-9)
    steps = np.round((numbers - lowest) / width * 65535).astype("<u2")
    return token("CM2") + struct.pack("<ffii", lowest, width, *numbers.shape) + steps.tobytes()


def transition_model(phones: int, states: list[HmmState], stay: dict[int, float]) -> bytes:
    """`states` sorted, one for each of the phones 1 to `phones`; `stay`: phone -> chance of another step.

    State number k (from 0) has transition-id 2k + 1 for staying and 2k + 2 for leaving.
    """
    topology = (
        integers(range(1, phones + 1))
        + integers([-1] + [0] * phones)  # phone -> entry; there is no phone 0
        + int32(-1)  # the format in which the self-loop has a class of its own
        + int32(1)  # one entry
        + int32(2)  # of two states: this one, with forward class 0, self-loop class 1 and two transitions,
        + (int32(0) + int32(1) + int32(2) + int32(0) + float32(0.5) + int32(1) + float32(0.5))
        + (int32(-1) + int32(-1) + int32(0))  # and the final one, which has nothing
    )
    tuples = b"".join(int32(value) for state in states for value in state)
    logs = [0.0]  # transition-ids count from 1
    for state in states:
        logs += [float(np.log(stay[state.phone])), float(np.log(1 - stay[state.phone]))]
    return (
        (token("<TransitionModel>") + token("<Topology>") + topology + token("</Topology>"))
        + (token("<Tuples>") + int32(len(states)) + tuples + token("</Tuples>"))
        + (token("<LogProbs>") + vector(logs) + token("</LogProbs>") + token("</TransitionModel>"))
    )


def network(hidden: list[AffineLayer], output: AffineLayer) -> bytes:
    """Configuration as text, an empty line, the components; no priors (they stand in the last bias)."""
    inputs = hidden[0].weights.shape[1] // len(hidden[0].offsets)
    nodes, components, below = [f"input-node name=input dim={inputs}"], [], "input"
    for index, layer in enumerate(hidden):
        spliced = ", ".join(_offset(below, offset) for offset in layer.offsets)
        read = f"Append({spliced})" if len(layer.offsets) > 1 else spliced
        nodes.append(f"component-node name=a{index} component=a{index} input={read}")
        nodes.append(f"component-node name=r{index} component=r{index} input=a{index}")
        weights = matrix(layer.weights) if index == 0 else quantised_matrix(layer.weights)
        components.append(_affine(f"a{index}", weights, layer.bias))
        components.append(_rectifier(f"r{index}", len(layer.bias)))
        below = f"r{index}"
    nodes.append(f"component-node name=out component=out input={below}")
    nodes.append("output-node name=output input=out objective=linear")
    components.append(_affine("out", matrix(output.weights), output.bias))
    left, right = -sum(layer.offsets[0] for layer in hidden), sum(layer.offsets[-1] for layer in hidden)
    return (
        (token("<Nnet3>") + b"\n" + "\n".join(nodes).encode() + b"\n\n")
        + (token("<NumComponents>") + int32(len(components)) + b"".join(components) + token("</Nnet3>"))
        + (token("<LeftContext>") + int32(left) + token("<RightContext>") + int32(right))
        + (token("<Priors>") + vector([]))
    )


def _offset(node: str, frames: int) -> str:
    return node if frames == 0 else f"Offset({node}, {frames})"


def _affine(name: str, weights: bytes, bias: Numbers) -> bytes:
    return _component(
        name, "FixedAffineComponent", token("<LinearParams>") + weights + token("<BiasParams>") + vector(bias)
    )


def _rectifier(name: str, size: int) -> bytes:
    """With the statistics of a training that never happened in Kaldi: all empty."""
    body = token("<Dim>") + int32(size) + token("<ValueAvg>") + vector([]) + token("<DerivAvg>") + vector([])
    body += token("<Count>") + float64(0) + token("<OderivRms>") + vector([]) + token("<OderivCount>") + float64(0)
    body += token("<NumDimsSelfRepaired>") + float64(0) + token("<NumDimsProcessed>") + float64(0)
    return _component(name, "RectifiedLinearComponent", body)


def _component(name: str, kind: str, body: bytes) -> bytes:
    return token("<ComponentName>") + token(name) + token(f"<{kind}>") + body + token(f"</{kind}>")
