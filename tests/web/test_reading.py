"""How a transcript becomes lines with marked words. Values in, values out."""

from dataclasses import replace

from ari_app.desk.views import EvidenceView, VoicemailView, WordView
from ari_app.web.reading import (
    bars,
    confidence_class,
    doubtful_word,
    lines,
    marks,
    silences,
    telling_line,
    telling_words,
)
from sla.terms import Category


def said(text: str, *, pauses_before: tuple[str, ...] = ()) -> tuple[WordView, ...]:
    found, at = [], 0.0
    for word in text.split():
        at += 1.0 if word in pauses_before else 0.0
        found.append(WordView(word, at, at + 0.4, 0.9))
        at += 0.4
    return tuple(found)


def evidence(start: int, end: int, category: Category = Category.III, against: bool = False) -> EvidenceView:
    return EvidenceView(start, end, category, "", against)


def texts(line) -> list[str]:
    return [" ".join(word.text for word in piece.words) for piece in line.pieces]


def test_a_pause_begins_a_new_line_with_the_time_of_its_first_word():
    words = said("goedemorgen met willem alles ligt plat", pauses_before=("alles",))

    found = lines(words, ())

    assert [texts(line) for line in found] == [["goedemorgen", "met", "willem"], ["alles", "ligt", "plat"]]
    assert found[1].start == words[3].start


def test_deciding_words_stay_together_also_over_a_pause():
    words = said("alles ligt plat", pauses_before=("plat",))

    found = lines(words, [evidence(0, 3)])

    assert [texts(line) for line in found] == [["alles ligt plat"]]


def test_of_two_overlapping_reasons_the_gravest_is_marked_and_no_word_comes_twice():
    words = said("ligt de hele telefonie plat")

    (line,) = lines(words, [evidence(0, 5, Category.I), evidence(2, 5, Category.III), evidence(3, 4, Category.II)])

    assert texts(line) == ["ligt", "de", "hele telefonie plat"]
    assert [piece.evidence.category for piece in line.pieces if piece.evidence] == [Category.III]


def test_overlapping_reasons_of_one_kind_become_one_mark():
    words = said("alleen mijn toestel doet het")

    (line,) = lines(words, [evidence(0, 2, Category.I), evidence(1, 3, Category.I)])

    assert texts(line) == ["alleen mijn toestel", "doet", "het"]


def test_of_a_shorter_reason_the_words_that_nobody_else_claims_stay_marked():
    words = said("hele bedrijf plat alleen")

    (line,) = lines(words, [evidence(0, 3), evidence(2, 4, Category.I)])

    assert texts(line) == ["hele bedrijf plat", "alleen"]
    assert [piece.evidence.category for piece in line.pieces] == [Category.III, Category.I]


def test_a_place_outside_the_text_marks_nothing():
    words = said("alles plat")

    (line,) = lines(words, [evidence(1, 9), evidence(1, 1)])

    assert all(piece.evidence is None for piece in line.pieces)


def test_somebody_who_never_pauses_still_gets_lines():
    found = lines(said("ja " * 40), ())

    assert [len(line.pieces) for line in found] == [16, 16, 8]


def test_the_row_shows_the_words_that_count_and_not_the_greeting():
    words = said("goedemorgen met willem alles ligt plat", pauses_before=("alles",))
    voicemail = _voicemail(words, (evidence(3, 6),))

    assert texts(telling_line(voicemail)) == ["alles ligt plat"]


def test_words_that_speak_against_come_second():
    words = said("mobiel werkt alles ligt plat", pauses_before=("alles",))
    voicemail = _voicemail(words, (evidence(0, 2, against=True), evidence(2, 5)))

    assert texts(telling_line(voicemail)) == ["alles ligt plat"]


def test_without_deciding_words_there_is_no_telling_line():
    assert telling_line(_voicemail(said("goedemorgen"), ())) is None


def test_a_narrow_line_begins_with_the_words_that_plead_and_not_with_the_greeting():
    words = said("goedemorgen u spreekt met willem alles ligt plat")

    assert telling_words(_voicemail(words, (evidence(1, 3, against=True), evidence(5, 8)))) == "… alles ligt plat"
    assert telling_words(_voicemail(words, ())) == ""


def test_a_silence_can_be_skipped_when_it_is_long_and_quiet_and_no_word_is_touched():
    words = said("alles ligt plat", pauses_before=("plat",))
    loud = tuple(0.9 if at < 5 or 18 <= at < 23 else 0.02 for at in range(100))
    view = replace(_voicemail(words, ()), peaks=loud, words=(words[0], replace(words[2], start=1.8, end=2.2)))

    found = silences(view)

    assert found == ((0.65, 1.55), (2.45, 9.75))
    assert silences(replace(view, peaks=tuple(0.9 for _ in range(100)))) == ()
    assert silences(replace(view, words=())) == ()


def test_the_first_badly_heard_word_that_decides_is_the_one_to_listen_to():
    words = tuple(
        replace(word, confidence=sure) for word, sure in zip(said("alles ligt plat"), (0.9, 0.5, 0.4), strict=True)
    )

    assert doubtful_word(_voicemail(words, (evidence(0, 3),)), Category.III) == words[1]
    assert doubtful_word(_voicemail(words, (evidence(0, 3, against=True),)), Category.III) is None
    assert doubtful_word(_voicemail(words, (evidence(0, 1),)), Category.III) is None


def test_shading_follows_the_two_bands_of_confidence():
    assert [confidence_class(WordView("x", 0, 1, sure)) for sure in (0.59, 0.6, 0.79, 0.8)] == ["l", "m", "m", ""]


def test_a_thousand_peaks_become_at_most_160_stripes_inside_the_drawing():
    found = bars([0.0, 1.0, 2.0] * 334)

    assert len(found) <= 160
    assert all(bar.y >= 0 and bar.y + bar.height <= 46 for bar in found)
    assert bars(()) == ()


def test_marks_stand_where_the_words_were_said():
    voicemail = _voicemail(said("a b alles plat"), (evidence(2, 4),))

    (mark,) = marks(voicemail)

    assert mark.x == round(0.8 / 10 * 640, 1)
    assert mark.start == 0.8


def _voicemail(words: tuple[WordView, ...], found: tuple[EvidenceView, ...]) -> VoicemailView:
    return VoicemailView(1, "transcribed", "call/a.wav", 10.0, words, found, 0.8, "model", False, (), "")
