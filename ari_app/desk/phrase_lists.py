"""The list of phrases of a line: shown, tried on messages that people labelled, and saved. Nothing is saved unseen."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import structlog

from ari_app.desk.actor import Actor
from ari_app.desk.confirmed import confirmed_messages
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from transcription.assessment import Ears
from transcription.labelled import Message, judge
from transcription.phrases import Phrases, parse_phrases
from transcription.reading import LANGUAGES, ears_in
from transcription.scoring import Judged, score

log = structlog.get_logger()

#: Only people judge; the machine proposes by this list.
RULE = "R-085"
MOST_BYTES = 256 * 1024
#: Changes that are named one by one.
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class ChangedProposal:
    """Of one labelled message. `verdict`: "better", "worse" or "still wrong"."""

    number: str
    is_really: str
    was: str
    would_be: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a changed list would do on `messages` labelled ones: shares 0..1 before and after. `digest` names the list."""

    messages: int
    accuracy: tuple[float, float]
    cat_iii_found: tuple[float | None, float | None]
    changed: tuple[ChangedProposal, ...]
    in_all: int
    digest: str


class PhraseLists:
    """Of the line whose home this is; `store` holds what people confirmed."""

    def __init__(self, home: Path, store: Store) -> None:
        self._home = home
        self._store = store

    def text(self, language: str) -> str:
        """The line's own list, else the one that ships. Raises Refused for a language without one."""
        own = self._own(language)
        if own.is_file():
            return own.read_text(encoding="utf-8")
        return (resources.files("transcription") / f"phrases_{language}.toml").read_text(encoding="utf-8")

    def is_own(self, language: str) -> bool:
        return self._own(language).is_file()

    async def effect(self, language: str, text: str) -> Effect:
        """On what people confirmed on this line, and on the messages that ship. Saves nothing. Raises Refused with every
        mistake in the list."""
        changed = self._parsed(language, text)
        async with self._store.reading() as session:
            confirmed = await confirmed_messages(session)
        return await asyncio.to_thread(self._judged, changed, confirmed, text)

    def save(self, language: str, text: str, digest: str, by: Actor) -> None:
        """`digest`: of the list whose effect `by` saw. Raises Refused for another one."""
        by.must_supervise(RULE)
        self._parsed(language, text)
        if digest != digest_of(text):
            raise Refused("Kan nadat je het effect van precies deze lijst hebt bekeken", RULE)
        own = self._own(language)
        unfinished = own.with_suffix(".toml.new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(own)
        log.info("A list of phrases was saved", action="phrases_saved", language=language, digest=digest, by=by.name)

    def drop(self, language: str, by: Actor) -> None:
        """Back to the list that ships."""
        by.must_supervise(RULE)
        if not self.is_own(language):
            raise Refused("De meegeleverde lijst is al in gebruik", RULE)
        self._own(language).unlink()
        log.info("The own list of phrases was dropped", action="phrases_dropped", language=language, by=by.name)

    def _judged(self, changed: Phrases, confirmed: Sequence[Message], text: str) -> Effect:
        messages = [one for one in (*shipped_messages(), *confirmed) if one.language == changed.language]
        current = ears_in(self._home)

        def with_it(language: str) -> Ears:
            return replace(current(language), phrases=changed)

        before, after = judge(messages, current), judge(messages, with_it)
        differences = [_difference(old, new) for old, new in zip(before, after, strict=True) if _differ(old, new)]
        now, then = score(before), score(after)
        return Effect(
            messages=len(messages),
            accuracy=(now["accuracy"], then["accuracy"]),
            cat_iii_found=(_found(now), _found(then)),
            changed=tuple(sorted(differences, key=lambda one: one.verdict != "worse")[:MOST_SHOWN]),
            in_all=len(differences),
            digest=digest_of(text),
        )

    def _parsed(self, language: str, text: str) -> Phrases:
        if len(text.encode()) > MOST_BYTES:
            raise Refused(f"De lijst is groter dan {MOST_BYTES // 1024} kB", RULE)
        try:
            phrases = parse_phrases(text)
        except (ValueError, RecursionError) as mistakes:
            raise Refused(f"De lijst kan zo niet worden gelezen: {mistakes}", RULE) from mistakes
        if phrases.language != language:
            raise Refused(f"Dit is een lijst voor {phrases.language!r}, niet voor {language!r}", RULE)
        return phrases

    def _own(self, language: str) -> Path:
        if language not in LANGUAGES:
            raise Refused(f"Er is geen lijst voor {language!r}: kies {' of '.join(LANGUAGES)}", RULE)
        return self._home / f"phrases_{language}.toml"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shipped_messages() -> list[Message]:
    """Labelled messages that were composed for this, and that no voice was trained on."""
    from transcription.labelled import read_messages

    file = resources.files("transcription") / "messages" / "dev.jsonl"
    return read_messages(file.read_text(encoding="utf-8").splitlines())


def _differ(old: Judged, new: Judged) -> bool:
    return bool(old.proposed["category"] != new.proposed["category"])


def _difference(old: Judged, new: Judged) -> ChangedProposal:
    truth, was, would_be = old.truth["category"], old.proposed["category"], new.proposed["category"]
    verdict = "better" if would_be == truth else "worse" if was == truth else "still wrong"
    return ChangedProposal(old.number, truth, was, would_be, verdict)


def _found(figures: dict[str, Any]) -> float | None:
    one = figures["by_category"].get("cat3")
    return None if one is None else one["recall"]
