"""espeak-ng as a library (libespeak-ng), because only so it tells when each phoneme starts."""

import ctypes
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.speech_model.recipe.workspace import word_list

#: Never trained on: the voices to test with.
HELD_OUT_VOICES = ["nl+f4", "nl+m7"]
SEEN_TEST_VOICES = ["nl", "nl+f2", "nl+m3"]

# Dutch with every useful variant. The plain ones stand twice in the list, so that they are heard more often.
TRAINING_VOICES = ["nl"] * 3 + [f"nl+{variant}" for variant in word_list("voice_variants.txt")]

WORD_EVENT, PHONEME_EVENT = 1, 7

# From espeak-ng's speak_lib.h.
_OUTPUT_RETRIEVAL = 1
_PHONEME_EVENTS_AND_NO_EXIT = 0x8001
_POSITION_BY_CHARACTER, _UTF8 = 1, 1
_RATE, _PITCH, _PITCH_RANGE, _WORD_GAP = 1, 3, 4, 7


@dataclass(frozen=True)
class Manner:
    """rate: words a minute; pitch and pitch_range: 0 to 100; word_gap: units of 10 ms."""

    rate: int = 175
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0


@dataclass(frozen=True)
class SpeechEvent:
    """kind: WORD_EVENT or PHONEME_EVENT; position: 1-based character in the text; sample: where in the sound."""

    kind: int
    position: int
    sample: int
    phoneme: str


class _EventName(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventName),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """One synthesiser. Make one per process: the library keeps global state, and a second one hangs."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        #: Hertz of the sound that `say` returns.
        self.rate: int = self._library.espeak_Initialize(_OUTPUT_RETRIEVAL, 0, None, _PHONEME_EVENTS_AND_NO_EXIT)
        self._events: list[SpeechEvent] = []
        self._sound: list[bytes] = []
        self._callback = _Callback(self._collect)  # kept here: the library only borrows it
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, manner: Manner) -> tuple[npt.NDArray[np.int16], list[SpeechEvent]]:
        """Mono 16-bit sound at `rate` hertz, and its events in order. Raises RuntimeError for an unknown voice."""
        self._events.clear()
        self._sound.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"espeak-ng has no voice {voice!r}. Is Debian's package espeak-ng installed in full?")
        self._set(_RATE, manner.rate)
        self._set(_PITCH, manner.pitch)
        self._set(_PITCH_RANGE, manner.pitch_range)
        self._set(_WORD_GAP, manner.word_gap)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _POSITION_BY_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.frombuffer(b"".join(self._sound), np.int16), list(self._events)

    def _set(self, parameter: int, value: int) -> None:
        self._library.espeak_SetParameter(parameter, value, 0)

    def _collect(
        self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]"
    ) -> int:
        if count > 0 and samples:
            self._sound.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while events[index].type:  # a list that ends with type 0
            event = events[index]
            phoneme = bytes(event.id.string).decode("latin1")
            self._events.append(SpeechEvent(event.type, event.text_position, event.sample, phoneme))
            index += 1
        return 0
