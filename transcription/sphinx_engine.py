"""The only file that knows PocketSphinx: English, with the model that comes in its package. An extra, for comparison."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator

import numpy as np
import soxr

from transcription.recognizer import RecognizerUnusable, Utterance
from transcription.sound_file import TELEPHONE_RATE, Samples
from transcription.transcript import Word
from transcription.voice import Prepared

#: What its model was trained on; telephone sound has nothing above 4 kHz for it.
_RATE = 16000
_FRAMES_A_SECOND = 100
#: "the(2)" is the second way to say "the".
_VARIANT = re.compile(r"\(\d+\)$")


class SphinxEngine:
    """One decoder, so one message at a time; others wait."""

    name = "pocketsphinx-en-us"
    language = "en"

    def __init__(self) -> None:
        """Raises RecognizerUnusable when the package is not installed."""
        try:
            from pocketsphinx import Decoder
        except ImportError as missing:
            raise RecognizerUnusable(
                "PocketSphinx is not installed; install the extra: pip install 'meldlijn[pocketsphinx]'"
            ) from missing
        self._decoder = Decoder(samprate=_RATE, loglevel="FATAL")
        self._one_at_a_time = threading.Lock()

    def utterances(self, sound: Prepared, hints: Collection[str] = ()) -> Iterator[Utterance]:
        """One for each ten seconds at most; it knows no other readings and takes no hints."""
        begins = 0
        for piece in sound.samples():
            with self._one_at_a_time:
                words = tuple(self._words(piece, begins / TELEPHONE_RATE))
            begins += len(piece)
            if words:
                yield Utterance(words)

    def _words(self, piece: Samples, begins: float) -> Iterator[Word]:
        wide = np.asarray(soxr.resample(piece, TELEPHONE_RATE, _RATE), dtype="<i2")
        self._decoder.start_utt()
        self._decoder.process_raw(wide.tobytes(), full_utt=True)
        self._decoder.end_utt()
        to_chance = self._decoder.logmath.exp
        for heard in self._decoder.seg() or ():
            if heard.word[0] in "<[":  # silence, breath
                continue
            start, end = (frame / _FRAMES_A_SECOND for frame in (heard.start_frame, heard.end_frame + 1))
            yield Word(_VARIANT.sub("", heard.word), begins + start, begins + end, min(1.0, to_chance(heard.prob)))
