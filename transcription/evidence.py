"""Words of a message that counted, and for what."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from transcription.phrases import Proposal

Voice = Literal["phrases", "learned", "customer"]


class Evidence(NamedTuple):
    """Words of the message that counted; `start_word` is inclusive, `end_word` is not."""

    text: str
    start_word: int
    end_word: int
    #: The category it pleads for most.
    category: Proposal
    #: What it added to the proposed category; negative when it pleads against it. 1 for what is known of the customer.
    weight: float
    #: The phrase of the list that was found, and the group it stands in; empty for words that were learned.
    phrase: str
    group: str
    voice: Voice = "phrases"
    #: Seconds from the start of the recording; None for a text without sound.
    start: float | None = None
    end: float | None = None

    @property
    def is_against(self) -> bool:
        return self.weight < 0

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "start_word": self.start_word,
            "end_word": self.end_word,
            "start": self.start,
            "end": self.end,
            "category": self.category,
            "weight": round(self.weight, 2),
            "phrase": self.phrase,
            "group": self.group,
            "voice": self.voice,
            "against": self.is_against,
        }
