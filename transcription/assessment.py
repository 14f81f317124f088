"""Words to a proposed category, with the words that led to it. The machine proposes; a person decides (R-085).

Two voices hear a message. The phrases are a list that the customer edits. The learned voice is a linear model over the
words and over what the phrases found, so an edited list reaches it as well. Their chances are averaged, the learned voice
counting most; where the two differ a person looks. When nothing was said the proposal is "unclear":
a doubt is shown, never filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcription.company import CompanySpotter
from transcription.evidence import Evidence
from transcription.extraction import Extraction, extract
from transcription.grounds import Words, grounds
from transcription.known_customer import Customer
from transcription.learned_voice import Hearing, LearnedVoice
from transcription.phrase_voice import PhraseHearing, hear_phrases
from transcription.phrases import Phrases, Proposal
from transcription.transcript import Transcript
from transcription.words import all_normal, without_digits

INCIDENTS: tuple[Proposal, ...] = ("cat1", "cat2", "cat3")

#: Below this chance a person has to look before anything follows from the proposal.
SURE_ENOUGH = 0.75
#: A graver incident is proposed when its chance is at least this share of the likeliest one (A-19).
GRAVER_SHARE = 0.8
#: For CAT III it is this share when the message names as many people as the customer has.
EVERYBODY_SHARE = 0.4
#: People who come or go are proposed when their chance is at least this share of the likeliest: they need the form (R-076).
USER_CHANGE_SHARE = 0.6
#: A mark that the phrases found stands when the learned voice gives it at least this chance; without them it needs more.
SECONDED, CONVINCED = 0.2, 0.5
#: What the phrases count for beside the learned voice, by cross-validation; docs/accuracy.md has the figures.
PHRASES_SHARE = 0.3
#: The phrases count as a second opinion from this chance on; below it they have none.
HAS_AN_OPINION = 0.6
#: Mean confidence of the words below which the transcript itself is in doubt.
HEARD_WELL = 0.6
SHORTEST_MESSAGE_WORDS = 3
#: Other readings of the recogniser that are looked at.
READINGS = 3


@dataclass(frozen=True, slots=True)
class Ears:
    """What messages of one language are heard with. Without the learned voice the phrases propose."""

    phrases: Phrases
    learned: LearnedVoice | None = None
    spotter: CompanySpotter | None = None
    #: What the phrases count for beside the learned voice, 0..1.
    phrases_share: float = PHRASES_SHARE


@dataclass(frozen=True, slots=True)
class Assessment:
    """A proposal and its grounds."""

    category: Proposal
    #: In order of speaking; what pleads against the proposal stands among it.
    because: tuple[Evidence, ...]
    #: Sum of the weights of the phrases for the proposal.
    score: float
    #: Chance of the proposal, and its lead over the next category.
    sure: float
    margin: float
    #: Why a person has to look first, in words; empty when nobody has to.
    doubts: tuple[str, ...]
    #: The whole company stands still, it is more than one person, and there is no way around it (R-080).
    calamity: bool
    third_party: bool
    customer_caused: bool
    #: Who, what and how to reach are told: "melding volledig duidelijk" starts the clock (R-049).
    complete: bool
    extraction: Extraction
    #: What each voice would propose alone.
    voices: Mapping[str, Proposal]
    #: Of every category, 0..1, in all 1.
    chances: Mapping[Proposal, float]

    @property
    def needs_review(self) -> bool:
        return bool(self.doubts)

    @property
    def missing(self) -> tuple[str, ...]:
        """Of a clear report, what has to be asked: "who" or "how_to_reach" (R-048)."""
        if self.category in ("other", "unclear"):
            return ()
        asked = {"who": self.extraction.says_who, "how_to_reach": self.extraction.says_how_to_reach}
        return tuple(name for name, is_said in asked.items() if not is_said)

    @property
    def told(self) -> dict[str, Any]:
        """What stands beside the proposal and its grounds, as plain values that json.dumps takes."""
        return {
            **self.extraction.to_dict(),
            "calamity": self.calamity,
            "third_party": self.third_party,
            "customer_caused": self.customer_caused,
            "complete": self.complete,
            "missing": list(self.missing),
            "doubts": list(self.doubts),
            "voices": dict(self.voices),
            "margin": round(self.margin, 3),
            "chances": {name: round(chance, 3) for name, chance in self.chances.items()},
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values that json.dumps takes."""
        said = self.extraction
        return {
            "category": self.category,
            "calamity": self.calamity,
            "third_party": self.third_party,
            "customer_caused": self.customer_caused,
            "complete": self.complete,
            "needs_review": self.needs_review,
            "doubts": list(self.doubts),
            "sure": round(self.sure, 3),
            "score": round(self.score, 2),
            "margin": round(self.margin, 3),
            "voices": dict(self.voices),
            "because": [evidence.to_dict() for evidence in self.because],
            "company": said.company.value if said.company else None,
            "customer_number": said.customer_number.value if said.customer_number else None,
            "callback": said.callback.value if said.callback else None,
            "extraction": said.to_dict(),
        }


def assess(message: Transcript | str, ears: Ears | Phrases, customer: Customer | None = None) -> Assessment:
    """Propose a category; with bare phrases nothing learned is heard. Word numbers are those of `transcript.words`, or of
    `text.split()`."""
    if isinstance(ears, Phrases):
        ears = Ears(ears)
    heard = message.words if isinstance(message, Transcript) else None
    spoken = [word.text for word in heard] if heard is not None else str(message).split()
    words = all_normal(spoken)
    by_phrases = hear_phrases(words, ears.phrases)
    kept = without_digits(words)
    by_learning = _learned(kept, by_phrases, ears)
    chances = _together(by_phrases, by_learning, ears.phrases_share)
    is_short = len(words) < SHORTEST_MESSAGE_WORDS
    extraction = extract(spoken, words, kept, ears.spotter, heard)
    known = _known(words, extraction, customer)
    category: Proposal = "unclear" if is_short else _choose(chances, known)
    others = _other_readings(message, ears, category)
    text = Words(spoken, heard, ears.phrases.common_words)
    crucial = known.crucial if category in INCIDENTS else ()
    return Assessment(
        category=category,
        because=grounds(category, by_phrases, by_learning, kept, text, places=crucial),
        score=by_phrases.scores[category],
        sure=chances[category],
        margin=chances[category] - max(chance for name, chance in chances.items() if name != category),
        doubts=(
            *_doubts(category, chances, by_phrases, message, others, is_learned=by_learning is not None),
            *_doubts_about_the_customer(category, known, customer),
        ),
        **_marks(category, by_phrases, by_learning, customer),
        complete=category not in ("unclear", "other") and extraction.says_who and extraction.says_how_to_reach,
        extraction=extraction,
        voices={
            name: _likeliest(voice.chances)
            for name, voice in (("phrases", by_phrases), ("learned", by_learning))
            if voice
        },
        chances=dict(chances),
    )


def proposals(text: str, now: Ears, then: Ears) -> tuple[Proposal, Proposal]:
    """The category that `assess` would propose with each, of which only the phrases differ; nothing is known of the customer."""
    words = all_normal(text.split())
    heard, heard_then = hear_phrases(words, now.phrases), hear_phrases(words, then.phrases)
    was = _proposal(words, heard, now)
    return was, was if heard_then == heard else _proposal(words, heard_then, then)


def _proposal(words: Sequence[str], by_phrases: PhraseHearing, ears: Ears) -> Proposal:
    if len(words) < SHORTEST_MESSAGE_WORDS:
        return "unclear"
    return _choose(_together(by_phrases, _learned(without_digits(words), by_phrases, ears), ears.phrases_share))


def _learned(kept: Sequence[tuple[str, int]], by_phrases: PhraseHearing, ears: Ears) -> Hearing | None:
    if ears.learned is None:
        return None
    return ears.learned.hear([word for word, _ in kept], [find.idea for find in by_phrases.finds])


def _together(by_phrases: PhraseHearing, by_learning: Hearing | None, share: float) -> Mapping[Proposal, float]:
    if by_learning is None:
        return by_phrases.chances
    return {
        name: share * by_phrases.chances[name] + (1 - share) * chance for name, chance in by_learning.chances.items()
    }


def _likeliest(chances: Mapping[Proposal, float]) -> Proposal:
    return max(chances, key=chances.__getitem__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the message has to do with what is known of the customer."""

    #: First word, the word after the last, and the place.
    crucial: Sequence[tuple[int, int, str]] = ()
    calls_from_crucial: bool = False
    is_everybody: bool = False


def _known(words: Sequence[str], extraction: Extraction, customer: Customer | None) -> _Known:
    if customer is None:
        return _NOTHING_KNOWN
    everybody = customer.is_everybody(extraction.people)
    return _Known(customer.crucial_in(words), customer.calls_from_crucial, everybody)


_NOTHING_KNOWN = _Known()


def _choose(chances: Mapping[Proposal, float], known: _Known = _NOTHING_KNOWN) -> Proposal:
    """The likeliest; among incidents the graver in doubt (A-19), and never CAT I at a place the customer calls crucial.

    When it is likelier an incident than unclear, the likeliest incident is proposed: a doubt about which is no doubt that.
    """
    best = _likeliest(chances)
    if best == "unclear" and sum(chances[name] for name in INCIDENTS) > chances[best]:
        best = max(INCIDENTS, key=chances.__getitem__)
    if best not in INCIDENTS:
        is_near = chances["user_change"] >= USER_CHANGE_SHARE * chances[best]
        return "user_change" if is_near else best
    near = [name for name in INCIDENTS if chances[name] >= GRAVER_SHARE * chances[best]]
    if known.is_everybody and chances["cat3"] >= EVERYBODY_SHARE * chances[best]:
        return "cat3"
    is_crucial = known.crucial or known.calls_from_crucial
    return "cat2" if near[-1] == "cat1" and is_crucial else near[-1]


def _other_readings(message: Transcript | str, ears: Ears, category: Proposal) -> set[Proposal]:
    """What else the message would be if another reading of the recogniser is right."""
    if not isinstance(message, Transcript):
        return set()
    others = set()
    for text in message.alternatives[:READINGS]:
        words = all_normal(text.split())
        by_phrases = hear_phrases(words, ears.phrases)
        by_learning = _learned(without_digits(words), by_phrases, ears)
        others.add(_choose(_together(by_phrases, by_learning, ears.phrases_share)))
    return others - {category}


def _doubts(
    category: Proposal,
    chances: Mapping[Proposal, float],
    by_phrases: PhraseHearing,
    message: Transcript | str,
    others: set[Proposal],
    *,
    is_learned: bool,
) -> tuple[str, ...]:
    doubts = []
    if category == "unclear":
        doubts.append("nothing points anywhere")
    if chances[category] < SURE_ENOUGH:
        doubts.append(f"only {chances[category]:.0%} sure")
    if isinstance(message, Transcript) and message.confidence < HEARD_WELL:
        doubts.append("heard badly")
    second = _likeliest(by_phrases.chances)
    if is_learned and second != category and by_phrases.chances[second] >= HAS_AN_OPINION:
        doubts.append(f"the phrases alone say {second}")
    doubts += [f"another reading of the sound says {other}" for other in sorted(others)]
    return tuple(doubts)


def _doubts_about_the_customer(category: Proposal, known: _Known, customer: Customer | None) -> list[str]:
    """What decided or may have, and does not stand in the words by itself."""
    doubts = []
    if category == "cat2" and known.calls_from_crucial:
        doubts.append("it comes from a place that is crucial to this customer")
    if category == "cat3" and known.is_everybody and customer is not None:
        doubts.append(f"it names as many people as the customer has: {customer.people}")
    return doubts


def _marks(
    category: Proposal, by_phrases: PhraseHearing, by_learning: Hearing | None, customer: Customer | None
) -> dict[str, bool]:
    """Third party and customer caused go with an incident, calamity with CAT III only."""
    marks, heads = by_phrases.marks, by_learning.heads if by_learning else None
    has_way_out = "alternative" in marks and "no_alternative" not in marks
    is_one_person = "alone" in marks and "several" not in marks
    said: dict[str, bool] = {
        "calamity": not has_way_out and not is_one_person,
        "third_party": "third_party" in marks,
        "customer_caused": "customer_caused" in marks,
    }
    if heads is not None:
        said = {name: heads[name] > (SECONDED if is_said else CONVINCED) for name, is_said in said.items()}
    is_incident = category in INCIDENTS
    works_alone = customer is not None and customer.people == 1
    return {
        "calamity": category == "cat3" and said["calamity"] and not works_alone,
        "third_party": is_incident and said["third_party"],
        "customer_caused": is_incident and said["customer_caused"],
    }
