"""Messages with what people say they are, from JSON lines; and honest figures of a voice that never saw what it judges."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from transcription.assessment import Ears, assess
from transcription.company_training import train_spotter
from transcription.learned_voice import HEADS
from transcription.phrases import PROPOSALS
from transcription.scoring import MARKS, SPOKEN, Judged
from transcription.training import Labelled, train

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Message:
    """`truth` holds the category and whatever else people labelled."""

    number: str
    text: str
    language: str
    truth: Mapping[str, Any]
    model: str = ""
    #: Of the set that it belongs to, such as what was read while phrases were written; "" for a set without parts.
    part: str = ""


def read_messages(lines: Sequence[str]) -> list[Message]:
    """JSON lines with id, asr (or text), language and labels. Raises ValueError that lists every wrong line."""
    found, mistakes = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_message(json.loads(line)))
        except (ValueError, TypeError, KeyError) as wrong:
            mistakes.append(f"- line {number}: {wrong}")
    if mistakes:
        raise ValueError("the labelled messages have mistakes:\n" + "\n".join(mistakes))
    return found


def _message(raw: Mapping[str, Any]) -> Message:
    text = raw.get("asr", raw.get("text"))
    if not isinstance(text, str):
        raise ValueError('there is no "asr" and no "text": what the caller said')
    if raw.get("category") not in PROPOSALS:
        raise ValueError(f"category is {raw.get('category')!r}; known are {', '.join(PROPOSALS)}")
    truth = {name: raw[name] for name in ("category", *MARKS, *SPOKEN) if name in raw}
    return Message(
        str(raw.get("id", "")), text, raw.get("language", "nl"), truth, raw.get("model", ""), raw.get("part", "")
    )


def judge(messages: Sequence[Message], ears_of: Callable[[str], Ears]) -> list[Judged]:
    """Every message beside what is proposed for it."""
    return [
        Judged(
            number=one.number,
            text=one.text,
            language=one.language,
            model=one.model,
            truth=one.truth,
            proposed=assess(one.text, ears_of(one.language)).to_dict(),
            part=one.part,
        )
        for one in messages
    ]


def learn(messages: Sequence[Message], ears_of: Callable[[str], Ears]) -> Ears:
    """Ears trained on these messages; the phrases in them are those of the first message's language."""
    voice = train([_labelled(one) for one in messages], lambda language: ears_of(language).phrases)
    named = [(one.text, one.truth["company"]) for one in messages if "company" in one.truth]
    return replace(
        ears_of(messages[0].language),
        learned=voice,
        spotter=train_spotter(named) if any(name for _, name in named) else None,
    )


def cross_validated(tested: Sequence[Message], also: Sequence[Message], ears_of: Callable[[str], Ears]) -> list[Judged]:
    """Each of `tested` judged by ears that learned from the other folds of it and from all of `also`. Order is kept."""
    judged: dict[int, Judged] = {}
    for fold in _folds(tested):
        held_out = set(fold)
        rest = [one for place, one in enumerate(tested) if place not in held_out]
        found = judged_after([tested[place] for place in fold], [*rest, *also], ears_of)
        judged |= dict(zip(fold, found, strict=True))
    return [judged[place] for place in range(len(tested))]


def judged_after(tested: Sequence[Message], learned: Sequence[Message], ears_of: Callable[[str], Ears]) -> list[Judged]:
    """Each of `tested` judged by ears that learned from `learned` alone."""
    heard = learn(learned, ears_of)
    return judge(tested, lambda language: replace(heard, phrases=ears_of(language).phrases))


def _folds(messages: Sequence[Message]) -> Iterator[list[int]]:
    """Places, each category spread evenly: the first of it to the first fold, the second to the second, and around."""
    places = defaultdict(list)
    for place, one in enumerate(messages):
        places[one.truth["category"]].append(place)
    for fold in range(FOLDS):
        yield sorted(place for same in places.values() for place in same[fold::FOLDS])


def _labelled(one: Message) -> Labelled:
    return Labelled(
        one.text, one.language, one.truth["category"], {name: bool(one.truth.get(name, False)) for name in HEADS}
    )
