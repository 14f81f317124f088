"""A transcript as a reader sees it: one line per pause, words that point to a category in one piece with its colour."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ari_app.desk.views import EvidenceView, VoicemailView, WordView
from sla.terms import Category

#: A silence of so many seconds begins a new line.
PAUSE = 0.7
#: A speaker without pauses gets a new line too.
LONGEST_LINE = 16
#: Confidence under these: "minder zeker", "onzeker, luister".
LESS_SURE, UNSURE = 0.8, 0.6

#: Seconds that are left of a silence on both sides, and how long it must be to be worth skipping.
_BREATH, _WORTH_SKIPPING = 0.25, 0.8
#: As loud as this share of the loudest is still silence.
_QUIET = 0.12

#: Words that fit in a line of the queue.
_TELLING = 14

_WAVE_WIDTH, _WAVE_HEIGHT = 640.0, 46.0
_MOST_BARS = 160
_STRIPE = '<rect class="b" x="{}" y="{}" width="2.6" height="{}"/>'


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow each other; `evidence` is None for words that decide nothing."""

    words: tuple[WordView, ...]
    evidence: EvidenceView | None


@dataclass(frozen=True, slots=True)
class Line:
    """`start` is seconds from the start of the recording."""

    start: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One stripe of the waveform, in units of the drawing."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in the recording the evidence is, in units of the drawing."""

    x: float
    width: float
    category: str
    start: float


def lines(words: Sequence[WordView], evidence: Sequence[EvidenceView]) -> tuple[Line, ...]:
    """A line breaks at a pause or when it is full, never inside evidence."""
    found: list[Line] = []
    current: list[Piece] = []
    spoken = 0
    for piece in _pieces(words, evidence):
        if current and (spoken >= LONGEST_LINE or piece.words[0].start - current[-1].words[-1].end >= PAUSE):
            found.append(_line(current))
            current, spoken = [], 0
        current.append(piece)
        spoken += len(piece.words)
    if current:
        found.append(_line(current))
    return tuple(found)


def confidence_class(word: WordView) -> str:
    """CSS class of the shading: "" is sure, "m" less sure, "l" unsure."""
    if word.confidence < UNSURE:
        return "l"
    return "m" if word.confidence < LESS_SURE else ""


def mean_confidence(words: Sequence[WordView]) -> float:
    """0..1; 0 when nothing was heard."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def stripes(peaks: Sequence[float]) -> str:
    """The waveform as SVG: at most 160 stripes around the middle, over the whole width of 640; peaks are 0..1."""
    return "".join(_STRIPE.format(bar.x, bar.y, bar.height) for bar in bars(peaks))


def bars(peaks: Sequence[float]) -> tuple[Bar, ...]:
    """At most 160 stripes around the middle, over the whole width of 640; peaks are 0..1."""
    if not peaks:
        return ()
    group = -(-len(peaks) // _MOST_BARS)
    loudest = [max(peaks[i : i + group]) for i in range(0, len(peaks), group)]
    heights = [max(3.0, min(1.0, peak) * (_WAVE_HEIGHT - 4)) for peak in loudest]
    step = _WAVE_WIDTH / len(heights)
    return tuple(
        Bar(round(i * step, 1), round((_WAVE_HEIGHT - height) / 2, 1), round(height, 1))
        for i, height in enumerate(heights)
    )


def marks(voicemail: VoicemailView) -> tuple[Mark, ...]:
    """The lane under the waveform; none while the length of the recording is not known."""
    if not voicemail.seconds:
        return ()
    scale = _WAVE_WIDTH / voicemail.seconds
    return tuple(
        Mark(
            x=round(piece.words[0].start * scale, 1),
            width=round(max(6.0, (piece.words[-1].end - piece.words[0].start) * scale), 1),
            category=piece.evidence.category,
            start=piece.words[0].start,
        )
        for piece in _pieces(voicemail.words, voicemail.evidence)
        if piece.evidence
    )


def silences(voicemail: VoicemailView) -> tuple[tuple[float, float], ...]:
    """[begin, end) in seconds where nothing is heard and nothing was understood: what a listener may skip. A little is left
    on both sides, and what is loud is never skipped: the machine may have missed words there."""
    if not voicemail.words or not voicemail.peaks or not voicemail.seconds:
        return ()
    edges = [0.0, *(edge for word in voicemail.words for edge in (word.start, word.end)), voicemail.seconds]
    gaps = ((begin + _BREATH, end - _BREATH) for begin, end in zip(edges[::2], edges[1::2], strict=True))
    return tuple(
        (round(begin, 2), round(end, 2))
        for begin, end in gaps
        if end - begin >= _WORTH_SKIPPING and _is_quiet(voicemail, begin, end)
    )


def _is_quiet(voicemail: VoicemailView, begin: float, end: float) -> bool:
    per_second = len(voicemail.peaks) / (voicemail.seconds or 1.0)
    between = voicemail.peaks[int(begin * per_second) : int(end * per_second) + 1]
    return max(between, default=0.0) <= _QUIET * max(voicemail.peaks)


def doubtful_word(voicemail: VoicemailView, category: Category) -> WordView | None:
    """The first word that pleads for `category` and was heard so badly that it must be listened to; None: none was."""
    placed = (one for one in voicemail.evidence if one.category is category and not one.against)
    words = (word for one in placed for word in voicemail.words[one.start_word : one.end_word])
    return min((word for word in words if word.confidence < UNSURE), key=lambda word: word.start, default=None)


def telling_words(voicemail: VoicemailView) -> str:
    """For one narrow line: from the first words that plead for the proposal on, else the first that plead at all; ""
    when nothing points anywhere."""
    placed = sorted(voicemail.evidence, key=lambda one: (one.against, one.start_word))
    if not placed or placed[0].start_word >= len(voicemail.words):
        return ""
    start = placed[0].start_word
    begins = "" if start == 0 else "… "
    return begins + " ".join(word.text for word in voicemail.words[start : start + _TELLING])


def telling_line(voicemail: VoicemailView) -> Line | None:
    """The line with the strongest reason to look: the first with evidence for the proposal, else the first with any."""
    if not voicemail.evidence:
        return None
    with_evidence = [
        (line, [piece.evidence for piece in line.pieces if piece.evidence])
        for line in lines(voicemail.words, voicemail.evidence)
    ]
    for line, evidence in with_evidence:
        if any(not one.against for one in evidence):
            return line
    return next((line for line, evidence in with_evidence if evidence), None)


def _pieces(words: Sequence[WordView], evidence: Sequence[EvidenceView]) -> list[Piece]:
    """Every word once; a word that several reasons claim goes to the gravest. Places outside the text mark nothing."""
    owners: list[EvidenceView | None] = [None] * len(words)
    placed = _joined([one for one in evidence if 0 <= one.start_word < one.end_word <= len(words)])
    for one in sorted(placed, key=_weight):
        if not any(_outdoes(other, one) for other in placed):
            owners[one.start_word : one.end_word] = [one] * (one.end_word - one.start_word)
    found: list[Piece] = []
    for owner, group in groupby(range(len(words)), key=lambda at: owners[at]):
        together = tuple(words[at] for at in group)
        found += [Piece(together, owner)] if owner else [Piece((word,), None) for word in together]
    return found


def _weight(one: EvidenceView) -> tuple[int, bool, int]:
    return one.category.gravity, not one.against, one.end_word - one.start_word


def _outdoes(other: EvidenceView, one: EvidenceView) -> bool:
    """A graver reason of the same side lies inside: the rest of the longer phrase would only be a loose end."""
    lies_inside = one.start_word <= other.start_word and other.end_word <= one.end_word
    return lies_inside and other.against == one.against and other.category.gravity > one.category.gravity


def _joined(evidence: Sequence[EvidenceView]) -> list[EvidenceView]:
    """Reasons of one kind that overlap, as one."""
    found: list[EvidenceView] = []
    for one in sorted(evidence, key=lambda one: (one.category, one.against, one.start_word)):
        last = found[-1] if found else None
        if last and (last.category, last.against) == (one.category, one.against) and one.start_word < last.end_word:
            found[-1] = replace(last, end_word=max(last.end_word, one.end_word))
        else:
            found.append(one)
    return found


def _line(pieces: Sequence[Piece]) -> Line:
    return Line(pieces[0].words[0].start, tuple(pieces))
