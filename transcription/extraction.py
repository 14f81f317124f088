"""What the caller told about who, where and how to reach: each with its words, its time in the sound, and how sure.

Nothing is looked up and nothing is filled in: what was not said is None, and a number that was cut off is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from transcription.company import CompanySpotter
from transcription.facts import mail_in, people_in, person_in, since_in, things_in, urgency_in
from transcription.phone_numbers import SpokenNumber, numbers_in
from transcription.spoken_numbers import rows_in
from transcription.transcript import Word

#: How sure a spoken number is when nothing tells how well its words were heard; a name is as sure as its finder is.
SURE_OF_NUMBER = 0.9
#: A number of nine digits may be Belgian, or Dutch with a digit missing.
SURE_OF_SHORT_NUMBER = 0.5
DUTCH_LENGTH = 10


class Spot(NamedTuple):
    """Something that was said. `text` as it stands; `value` is digits, a count or a name; `end_word` is exclusive."""

    text: str
    value: str
    start_word: int
    end_word: int
    #: 0..1.
    confidence: float
    #: Seconds from the start of the recording; None for a text without sound.
    start: float | None = None
    end: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "value": self.value,
            "start_word": self.start_word,
            "end_word": self.end_word,
            "confidence": round(self.confidence, 2),
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was said about the caller and the trouble."""

    callback: Spot | None = None
    customer_number: Spot | None = None
    company: Spot | None = None
    person: Spot | None = None
    mail: Spot | None = None
    #: How many people can't work or are named as affected; the value is a count.
    people: Spot | None = None
    since: Spot | None = None
    #: Devices and services, and words of urgency, in order of speaking.
    things: tuple[Spot, ...] = ()
    urgency: tuple[Spot, ...] = ()

    @property
    def says_who(self) -> bool:
        return self.company is not None or self.customer_number is not None

    @property
    def says_how_to_reach(self) -> bool:
        return self.callback is not None or self.mail is not None

    def to_dict(self) -> dict[str, Any]:
        """Plain values that json.dumps takes; None and empty lists for what was not said."""
        single = ("callback", "customer_number", "company", "person", "mail", "people", "since")
        found: dict[str, Any] = {name: spot.to_dict() if (spot := getattr(self, name)) else None for name in single}
        found["things"] = [spot.to_dict() for spot in self.things]
        found["urgency"] = [spot.to_dict() for spot in self.urgency]
        return found


def extract(
    spoken: Sequence[str],
    words: Sequence[str],
    kept: Sequence[tuple[str, int]],
    spotter: CompanySpotter | None = None,
    heard: Sequence[Word] | None = None,
) -> Extraction:
    """`spoken`: the words as they stand; `words`: each of them as `transcription.words.normal` gives it; `kept`: those, as
    `without_digits` gives them; `heard`: the same words with times and confidence, when there is sound."""
    place = _Placing(spoken, heard)
    rows = rows_in(words)
    numbers = numbers_in(rows, words)
    return Extraction(
        callback=place.number(numbers.callback),
        customer_number=place.number(numbers.customer_number),
        company=_company(kept, spotter, place),
        person=place.words(person_in(words)),
        mail=place.valued(mail_in(words)),
        people=place.valued(people_in(rows, words)),
        since=place.words(since_in(words)),
        things=tuple(place.spot(start, end) for start, end in things_in(words)),
        urgency=tuple(place.spot(start, end) for start, end in urgency_in(words)),
    )


def _company(kept: Sequence[tuple[str, int]], spotter: CompanySpotter | None, place: _Placing) -> Spot | None:
    if spotter is None:
        return None
    found = spotter.spot([word for word, _ in kept])
    if found is None:
        return None
    start, end, sure = found
    if not any(letter.isalpha() for word, _ in kept[start:end] for letter in word):
        return None  # signs alone name nobody
    return place.spot(kept[start][1], kept[end - 1][1] + 1, sure=sure)


@dataclass(frozen=True, slots=True)
class _Placing:
    """Ties places of words to their text, their time and how well they were heard."""

    spoken: Sequence[str]
    heard: Sequence[Word] | None

    def number(self, number: SpokenNumber | None) -> Spot | None:
        if number is None:
            return None
        is_short = number.digits.startswith("0") and len(number.digits) < DUTCH_LENGTH
        sure = SURE_OF_SHORT_NUMBER if is_short else SURE_OF_NUMBER
        return self.spot(number.start_word, number.end_word, number.digits, sure)

    def words(self, span: tuple[int, int] | None) -> Spot | None:
        return None if span is None else self.spot(*span)

    def valued(self, found: tuple[int, int, str] | None) -> Spot | None:
        return None if found is None else self.spot(*found)

    def spot(self, start: int, end: int, value: str | None = None, sure: float = SURE_OF_NUMBER) -> Spot:
        text = " ".join(self.spoken[start:end])
        if self.heard is None:
            return Spot(text, value or text, start, end, sure)
        words = self.heard[start:end]
        confidence = sure * sum(word.confidence for word in words) / len(words)
        return Spot(text, value or text, start, end, confidence, words[0].start, words[-1].end)
