"""Rows of spoken digits: "nul zes, drieënvijftig, dubbel twee" to "065322", with the words that they stand in.

A row ends at the first word that belongs to no number. Corrections between rows are judged by `phone_numbers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from transcription.memo import Memo

_DUTCH_UNITS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_DUTCH_TEENS = (
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
)
_DUTCH_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_ENGLISH_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_IS_DUTCH_TENS = frozenset(_DUTCH_TENS)

_UNITS = {word: str(digit) for units in (_DUTCH_UNITS, _ENGLISH_UNITS) for digit, word in enumerate(units)}
_BROKEN_TEENS = {"der": "13", "veer": "14"}
_UNITS |= {"één": "1", "eén": "1", "eens": "1", "oh": "0", "o": "0", "null": "0", "drieën": "3", "tweeën": "2"}
_TENS = {word: str(tens) for names in (_DUTCH_TENS, _ENGLISH_TENS) for tens, word in enumerate(names, 2)}
_WHOLE = {word: str(number) for names in (_DUTCH_TEENS, _ENGLISH_TEENS) for number, word in enumerate(names, 10)}
_WHOLE |= {word: f"{tens}0" for word, tens in _TENS.items()}
_WHOLE |= {
    joined + name: f"{tens}{digit}"
    for name, tens in zip(_DUTCH_TENS, "23456789", strict=True)
    for digit, unit in enumerate(_DUTCH_UNITS[1:], 1)
    for joined in (f"{unit}en", f"{unit}ën", f"{unit.replace('een', 'één')}en")
}
_WHOLE |= {unit + "honderd": f"{digit}00" for digit, unit in enumerate(_DUTCH_UNITS) if digit > 1}

#: These are a digit only beside another: "een" is also an article, "o" a sigh.
_NEEDS_COMPANY = frozenset({"een", "eens", "oh", "o", "one"})
_TIMES = {"dubbel": 2, "dubbele": 2, "double": 2, "twee-keer": 2, "drievoudig": 3, "triple": 3, "treble": 3}
_STARTERS = frozenset((*_UNITS, *_WHOLE, *_TIMES, *_BROKEN_TEENS, "plus"))
_KEER = frozenset({"keer", "maal", "times"})
_PLUS = "plus"
#: Said inside a number without belonging to it.
_FILLERS = frozenset(
    (
        *("en", "uh", "eh", "euh", "ehm", "dan", "dus", "is", "streepje", "komma", "daarna", "nog", "als", "laatste"),
        *("and", "um", "then", "dash"),
    )
)
_MOST_FILLERS = 3
#: What an English recogniser writes for a digit.
_ENGLISH_NUMBERS = frozenset((*_ENGLISH_UNITS, *_ENGLISH_TEENS, *_ENGLISH_TENS))
_SOUNDS_LIKE = {"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8"}
_MOST_CHANGES = 2


class Part(NamedTuple):
    """One spoken number of a row: its digits, and how else it can be read ("een en veertig": 41, or 1 and 40)."""

    readings: tuple[str, ...]
    start_word: int
    end_word: int

    @property
    def is_joined(self) -> bool:
        return self.end_word - self.start_word > 1


@dataclass(slots=True)
class Row:
    """Spoken digits in one breath; `start_word` is inclusive, `end_word` is not."""

    parts: tuple[Part, ...]
    #: Read as it stands.
    digits: str = field(init=False)

    def __post_init__(self) -> None:
        self.digits = "".join([part.readings[0] for part in self.parts])

    @property
    def start_word(self) -> int:
        return self.parts[0].start_word

    @property
    def end_word(self) -> int:
        return self.parts[-1].end_word

    def readings(self) -> Iterator[str]:
        """Ways to read the row, the likeliest first: as it stands, then with one part read otherwise, then with two."""
        first = [part.readings[0] for part in self.parts]
        of_two_words = [at for at, part in enumerate(self.parts) if len(part.readings) > 1 and part.is_joined]
        of_one_word = [at for at, part in enumerate(self.parts) if len(part.readings) > 1 and not part.is_joined]
        for doubtful in (of_two_words, [*of_two_words, *of_one_word]):
            for changes in range(_MOST_CHANGES + 1):
                for places in combinations(reversed(doubtful), changes):
                    way = [self.parts[at].readings[1] if at in places else digits for at, digits in enumerate(first)]
                    yield "".join(way)


def rows_in(words: Sequence[str]) -> list[Row]:
    """In order of speaking; single digits that may be ordinary words are left out. Words in lower case."""
    rows: list[Row] = []
    current: list[Part] = []
    begins = [_MAY_BEGIN[word] for word in words]
    at = 0
    while at < len(words) and (current or True in begins[at:]):
        if not current:
            at = begins.index(True, at)
        part = _part(words, at) if begins[at] else _misheard(words, at)
        if part is not None:
            current.append(part)
            at = part.end_word
        elif current and _goes_on(words, at):
            at += 1
        else:
            _close(current, rows, words)
            current = []
            at += 1
    _close(current, rows, words)
    return rows


def _misheard(words: Sequence[str], at: int) -> Part | None:
    """An English word that sounds like a digit, between digits."""
    if words[at] in _SOUNDS_LIKE and words[at - 1] in _ENGLISH_NUMBERS and _goes_on(words, at):
        return Part((_SOUNDS_LIKE[words[at]],), at, at + 1)
    return None


def _close(parts: list[Part], rows: list[Row], words: Sequence[str]) -> None:
    while parts and len(parts) > 1 and words[parts[-1].start_word] in _NEEDS_COMPANY and _is_loose(parts, -1):
        parts.pop()
    while parts and len(parts) > 1 and words[parts[0].start_word] in _NEEDS_COMPANY and _is_loose(parts, 0):
        parts.pop(0)
    if parts and not (len(parts) == 1 and words[parts[0].start_word] in _NEEDS_COMPANY):
        rows.append(Row(tuple(parts)))


def _is_loose(parts: list[Part], side: int) -> bool:
    """A small word with a filler between it and the number is no digit of it."""
    neighbour = 1 if side == 0 else -2
    first, second = sorted((parts[side], parts[neighbour]), key=lambda part: part.start_word)
    return first.end_word != second.start_word


def _goes_on(words: Sequence[str], at: int) -> bool:
    """Fillers, or a broken-off bit of a word, with a number right behind."""
    for ahead in range(at, min(at + _MOST_FILLERS, len(words))):
        if words[ahead] not in _FILLERS and len(words[ahead]) > 2:
            return False
        if ahead + 1 < len(words) and _MAY_BEGIN[words[ahead + 1]]:
            return _part(words, ahead + 1) is not None
    return False


def _is_number_word(word: str) -> bool:
    """A number by itself; "een" may be one only beside another."""
    return (word in _STARTERS and word not in _NEEDS_COMPANY) or bool(_WRITTEN_DIGITS[word])


def _written_digits(word: str) -> str:
    """Of a word that holds any, with a plus; else nothing."""
    signs = [sign for sign in word if sign.isdigit() or sign == "+"]
    return "".join(signs) if any(sign != "+" for sign in signs) else ""


def _may_begin(word: str) -> bool:
    return word in _STARTERS or IS_NUMBER_WORD[word]


_WRITTEN_DIGITS = Memo(_written_digits)
#: Whether a word is a number by itself.
IS_NUMBER_WORD = Memo(_is_number_word)
_MAY_BEGIN = Memo(_may_begin)


def _part(words: Sequence[str], at: int) -> Part | None:
    """The number that begins here, with its end; None when there is none."""
    word = words[at]
    if digits := _WRITTEN_DIGITS[word]:
        return Part((digits,), at, at + 1)
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in _BROKEN_TEENS:
        return Part((_BROKEN_TEENS[word],), at, at + 2) if following == "tien" else None
    if word == _PLUS:
        return Part(("+",), at, at + 1) if _MAY_BEGIN[following] else None
    if word in _TIMES:
        return Part((_UNITS[following] * _TIMES[word],), at, at + 2) if following in _UNITS else None
    if word in _UNITS:
        return _from_unit(words, at)
    return _from_tens(words, at) if word in _TENS else Part((_WHOLE[word],), at, at + 1)


def _from_tens(words: Sequence[str], at: int) -> Part:
    """A round number; in English with its unit behind it. The last reading is for "zestig" that was heard for "zes"."""
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in _ENGLISH_TENS:
        unit = _UNITS[following] if following in _ENGLISH_UNITS else _SOUNDS_LIKE.get(following, "0")
        is_sure = following in _ENGLISH_UNITS or (at + 2 < len(words) and words[at + 2] in _ENGLISH_NUMBERS)
        if unit != "0" and is_sure:
            return Part((_TENS[word] + unit, _WHOLE[word] + unit), at, at + 2)
    return Part((_WHOLE[word], _TENS[word]), at, at + 1)


def _from_unit(words: Sequence[str], at: int) -> Part:
    """A single digit, or the first half of "een en veertig" and of "drie keer nul"."""
    digit, rest = _UNITS[words[at]], words[at + 1 : at + 3]
    following = rest[0] if rest else ""
    if len(rest) == 2 and following in _KEER and rest[1] in _UNITS and digit in "23456":
        # "Drie keer nul": three zeros, or something was done three times and a number follows.
        return Part((_UNITS[rest[1]] * int(digit), _UNITS[rest[1]]), at, at + 3)
    if len(rest) == 2 and following in ("en", "ën") and rest[1] in _IS_DUTCH_TENS and digit != "0":
        return Part((_TENS[rest[1]] + digit, digit + _WHOLE[rest[1]]), at, at + 3)
    is_mobile = digit == "6" and at > 0 and words[at - 1] == "nul"
    if following in _IS_DUTCH_TENS and digit != "0" and not is_mobile:
        both = (digit + _WHOLE[following], _TENS[following] + digit)
        return Part(both[::-1] if words[at] in ("drieën", "tweeën") else both, at, at + 2)
    if following == "tien" and digit not in "012":
        return Part((f"{digit}10", f"1{digit}"), at, at + 2)
    return Part((digit,), at, at + 1)
