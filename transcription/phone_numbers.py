"""Which rows of digits are a number to call back, and which one the customer number: corrections, splits, cut-offs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.spoken_numbers import Part, Row

#: A Dutch number (ten digits), a Belgian one of the nets that have nine, a service number, or one with its country.
_DUTCH = re.compile(r"0[1-9]\d{8}")
_BELGIAN = re.compile(r"0[1-57-9]\d{7}")
_SERVICE = re.compile(r"0[89]00\d{4}(\d{3})?")
_ABROAD = re.compile(r"(\+|00)(31[1-9]\d{8}|[1-9]\d{8,13})")
_WHOLE = re.compile("|".join(f"(?:{one.pattern})" for one in (_DUTCH, _BELGIAN, _SERVICE, _ABROAD)))

_CORRECTION = frozenset(
    (
        *("nee", "sorry", "bedoel", "pardon", "correctie", "fout", "verkeerd", "wacht", "herstel", "ho"),
        *("no", "mean", "scratch", "correction", "wrong", "wait"),
    )
)
_CUSTOMER_WORDS = frozenset(
    (
        *(
            "klantnummer",
            "klantennummer",
            "klantcode",
            "relatienummer",
            "klantnr",
            "debiteurnummer",
            "debiteurennummer",
        ),
        *("klantennr", "contractnummer", "abonneenummer", "klant", "customer", "account"),
    )
)
#: A row after these is of something else: "toestel drie een twee".
_OTHER_THINGS = frozenset(
    (
        *(
            "toestel",
            "toestelnummer",
            "nummer",
            "doorkies",
            "postcode",
            "ordernummer",
            "serienummer",
            "versie",
            "kamer",
        ),
        *("extension", "order", "ticket", "room", "serial", "version"),
    )
)
#: What a recogniser makes of "nul" before a number.
_NEARLY_ZERO = frozenset({"nu", "nou", "noel", "nulle"})
_COUNTING = ("12345", "01234", "54321")
_SHORTEST_PHONE, _DUTCH_LENGTH = 8, 10
_SHORTEST_CUSTOMER, _CUSTOMER_LENGTH = 4, 5
#: A number with a pause in it ("nul zes en dan, momentje, drieënvijftig ...") goes on within so many words.
_PAUSE = 10
#: Between a correction and the row that it corrects stand at most so many words.
_NEAR = 5
_NOT_OURS = frozenset({"doorschakelen", "doorgeschakeld", "omzetten", "doorsturen", "forward", "divert", "diverted"})


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """Digits, with a plus before a country; `start_word` is inclusive, `end_word` is not."""

    digits: str
    start_word: int
    end_word: int


@dataclass(frozen=True, slots=True)
class Numbers:
    callback: SpokenNumber | None
    customer_number: SpokenNumber | None


def numbers_in(spoken: Sequence[Row], words: Sequence[str]) -> Numbers:
    """The final, complete numbers of the caller: after a correction, and none when a number was cut off.

    `spoken`: the rows of digits in the words.
    """
    rows = _joined(_split(spoken))
    customer_at, customer = _customer_number(rows, words)
    phones = [
        phone for at, _ in enumerate(rows) if at != customer_at and (phone := _phone(rows, at, words)) is not None
    ]
    return Numbers(_chosen(phones, words), customer)


def is_whole(digits: str) -> bool:
    """A number that can be called as it stands."""
    return _WHOLE.fullmatch(digits) is not None


def _split(rows: Sequence[Row]) -> list[Row]:
    """A customer number and a phone number in one breath become two rows."""
    found: list[Row] = []
    for row in rows:
        cut = _seam(row.parts) if not is_whole(row.digits) and len(row.digits) >= 13 else None
        found += [row] if cut is None else [Row(row.parts[:cut]), Row(row.parts[cut:])]
    return found


def _seam(parts: Sequence[Part]) -> int | None:
    for cut in range(1, len(parts)):
        before, after = (Row(tuple(half)) for half in (parts[:cut], parts[cut:]))
        halves = ((before, after), (after, before))
        if any(len(one.digits) in (4, 5, 6) and _DUTCH.fullmatch(other.digits) for one, other in halves):
            return cut
        if is_whole(before.digits) and is_whole(after.digits):
            return cut
    return None


def _joined(rows: list[Row]) -> list[Row]:
    """The two halves of a number with a pause in it become one row."""
    found: list[Row] = []
    for row in rows:
        before = found[-1] if found else None
        if (
            before is not None
            and row.start_word - before.end_word <= _PAUSE
            and not is_whole(row.digits)
            and not is_whole(before.digits)
            and _DUTCH.fullmatch(before.digits + row.digits)
        ):
            found[-1] = Row(before.parts + row.parts)
        else:
            found.append(row)
    return found


def _customer_number(rows: Sequence[Row], words: Sequence[str]) -> tuple[int | None, SpokenNumber | None]:
    """With the place of its row; the last one counts."""
    best: tuple[int | None, SpokenNumber | None] = (None, None)
    for at, row in enumerate(rows):
        number = _as_customer_number(row)
        is_corrected = best[1] is not None and best[0] == at - 1 and _is_correction(words, rows[at - 1], row)
        if is_corrected and best[1] is not None and not _may_be_phone(row):
            tail = row.digits[-len(best[1].digits) :]
            best = at, SpokenNumber(best[1].digits[: -len(tail)] + tail, rows[at - 1].start_word, row.end_word)
        elif number is not None and (_is_named(row, words) or _is_spelled(number, words)):
            best = at, number
    return best


def _as_customer_number(row: Row) -> SpokenNumber | None:
    """The digits at the beginning of the row that were said one by one, five at most; or a row of five however said."""
    if len(row.digits) == _CUSTOMER_LENGTH:
        return SpokenNumber(row.digits, row.start_word, row.end_word)
    if _may_be_phone(row):
        return None
    single: list[Part] = []
    for part in row.parts:
        if len(part.readings[0]) > 2 or len(single) == _CUSTOMER_LENGTH or part.readings[0][0] != part.readings[0][-1]:
            break
        single.append(part)
    digits = "".join(part.readings[0] for part in single)
    if _SHORTEST_CUSTOMER <= len(digits) <= _CUSTOMER_LENGTH:
        return SpokenNumber(digits, row.start_word, single[-1].end_word)
    return None


def _may_be_phone(row: Row) -> bool:
    length = len(row.digits)
    return length > _CUSTOMER_LENGTH + 3 or (length == _CUSTOMER_LENGTH + 3 and is_whole(row.digits))


def _is_named(row: Row, words: Sequence[str]) -> bool:
    """Right after "klantnummer", or just before "is ons klantnummer"."""
    before, after = words[max(0, row.start_word - 4) : row.start_word], words[row.end_word : row.end_word + 4]
    if not _CUSTOMER_WORDS.isdisjoint(before) or {"klanten", "nummer"}.issubset(before):
        return True
    return "is" in after and not _CUSTOMER_WORDS.isdisjoint(after)


def _is_spelled(number: SpokenNumber, words: Sequence[str]) -> bool:
    """Five digits said one by one, and not after the name of something else that has a number."""
    before = words[max(0, number.start_word - 3) : number.start_word]
    length = number.end_word - number.start_word
    is_a_test = number.digits in _COUNTING
    return len(number.digits) == length == _CUSTOMER_LENGTH and not is_a_test and _OTHER_THINGS.isdisjoint(before)


def _phone(rows: Sequence[Row], at: int, words: Sequence[str]) -> SpokenNumber | None:
    row = rows[at]
    if _DUTCH.fullmatch(row.digits):
        return SpokenNumber(row.digits, row.start_word, row.end_word)
    readings = list(row.readings()) if len(row.digits) >= _SHORTEST_PHONE else []
    for way in sorted(readings, key=lambda digits: not _DUTCH.fullmatch(digits)):
        if is_whole(way):
            return SpokenNumber(way, row.start_word, row.end_word)
    if row.start_word and words[row.start_word - 1] in _NEARLY_ZERO:
        for way in row.readings():
            if _DUTCH.fullmatch(f"0{way}") or _BELGIAN.fullmatch(f"0{way}"):
                return SpokenNumber(f"0{way}", row.start_word - 1, row.end_word)
    inside = _inside(row)
    if inside is None and at > 0 and _is_correction(words, rows[at - 1], row):
        corrected = _corrected(rows[at - 1], row)
        return SpokenNumber(corrected, rows[at - 1].start_word, row.end_word) if corrected else None
    return inside


def _inside(row: Row) -> SpokenNumber | None:
    """A whole Dutch number with loose digits before or behind it ("toestel twee, nul zes ..."); a cut-off one is none."""
    if len(row.digits) < _DUTCH_LENGTH:
        return None
    for end in range(len(row.parts), 1, -1):
        for start in range(end - 1):
            part = Row(row.parts[start:end])
            is_said_again = end == len(row.parts) and part.digits[:2] == row.digits[:2]
            if is_said_again or len(row.digits) - len(part.digits) <= _CUSTOMER_LENGTH:
                for way in part.readings():
                    if _DUTCH.fullmatch(way):
                        return SpokenNumber(way, part.start_word, part.end_word)
    return None


def _is_correction(words: Sequence[str], before: Row, after: Row) -> bool:
    between = words[before.end_word : after.start_word]
    return len(between) <= _NEAR and not _CORRECTION.isdisjoint(between)


def _corrected(before: Row, after: Row) -> str | None:
    """The first row with its tail replaced, so that the whole is a number again."""
    parts = [part.readings[0] for part in before.parts]
    for kept in range(len(parts) - 1, 0, -1):
        whole = "".join(parts[:kept]) + after.digits
        if _DUTCH.fullmatch(whole) or _ABROAD.fullmatch(whole):
            return whole
    whole = before.digits[: -len(after.digits)] + after.digits
    return whole if is_whole(whole) else None


def _chosen(phones: Sequence[SpokenNumber], words: Sequence[str]) -> SpokenNumber | None:
    """The last one; one that calls are sent on to comes after all others."""
    ours = [phone for phone in phones if _NOT_OURS.isdisjoint(words[max(0, phone.start_word - 4) : phone.start_word])]
    candidates = ours or phones
    return candidates[-1] if candidates else None
