"""Sound -> features every 10 ms; timed phones -> one label every 30 ms."""

import kaldi_native_fbank
import numpy as np
import numpy.typing as npt

from tests.speech_model.recipe.phones import Segment
from tests.speech_model.recipe.telephone import Sound
from tests.speech_model.recipe.workspace import MFCC, SAMPLE_RATE, STEP

_FAR = 1e9
_HALF_WINDOW = 0.0125  # seconds from the start of a 25 ms frame to its middle


def mfcc(sound: Sound) -> npt.NDArray[np.float32]:
    """Kaldi's high-resolution MFCCs: frames x 40."""
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = MFCC["dither"]
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = MFCC["num-mel-bins"]
    options.mel_opts.low_freq = MFCC["low-freq"]
    options.mel_opts.high_freq = MFCC["high-freq"]
    options.num_ceps = MFCC["num-ceps"]
    options.use_energy = False
    front_end = kaldi_native_fbank.OnlineMfcc(options)
    front_end.accept_waveform(SAMPLE_RATE, sound.astype(np.float32).tolist())
    front_end.input_finished()
    frames = [front_end.get_frame(index) for index in range(front_end.num_frames_ready)]
    return np.stack(frames) if frames else np.zeros((0, 40), np.float32)


def step_labels(segments: list[Segment], steps: int) -> list[str] | None:
    """One label a step: the phone, with "1" for its first step and "2" for later ones.

    Every segment gets at least one step; apart from that, each step goes to the segment nearest to its middle
    (dynamic programming). None when there are more segments than steps.
    """
    if steps < len(segments):
        return None
    entered = _entered(_distances(segments, steps))
    index, labels = len(segments) - 1, []
    for step in range(steps - 1, -1, -1):
        first = bool(entered[step, index]) or step == 0
        labels.append(f"{segments[index].phone}{'1' if first else '2'}")
        if entered[step, index]:
            index -= 1
    return labels[::-1] if index == 0 else None


def _distances(segments: list[Segment], steps: int) -> npt.NDArray[np.float64]:
    """steps x segments: seconds between the middle of a step and a segment; 0 inside it."""
    middles = (np.arange(steps) * STEP + _HALF_WINDOW)[:, None]
    starts = np.array([segment.start for segment in segments])[None]
    ends = np.array([segment.end for segment in segments])[None]
    return np.maximum(0, np.maximum(starts - middles, middles - ends))


def _entered(distances: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """steps x segments: whether the best path to here came from the segment before."""
    steps, segments = distances.shape
    best = np.full(segments, _FAR)
    best[0] = distances[0, 0]
    entered = np.zeros((steps, segments), bool)
    for step in range(1, steps):
        from_before = np.concatenate(([_FAR], best[:-1]))
        entered[step] = from_before < best
        best = np.minimum(from_before, best) + distances[step]
    return entered
