"""The list of phrases of a line: shown, tried on messages that people labelled, saved and taken back. Nothing is saved unseen."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import structlog

from ari_app.desk.actor import Actor
from ari_app.desk.audit import AuditLog
from ari_app.desk.confirmed import confirmed_messages
from ari_app.desk.refusal import Refused, needs
from ari_app.store.database import Store
from transcription.assessment import proposals
from transcription.labelled import Message, read_messages
from transcription.phrase_edit import with_phrase, without_phrase
from transcription.phrases import Phrases, parse_phrases
from transcription.reading import LANGUAGES, ears_in

log = structlog.get_logger()

#: Only people judge; the machine proposes by this list.
RULE = "R-085"
MOST_BYTES = 256 * 1024
#: Changes that are named one by one.
MOST_SHOWN = 30
#: More say nothing new, and the page has to wait for them.
MOST_CONFIRMED = 2000


@dataclass(frozen=True, slots=True)
class ChangedProposal:
    """Of one labelled message. `verdict`: "better", "worse" or "still wrong". `text`: what it says when it was composed, "" for
    what a caller said, which stands on its ticket `number`."""

    number: str
    text: str
    is_really: str
    was: str
    would_be: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a changed list would do on `messages` labelled ones, `confirmed` of them on this line: shares 0..1 before and
    after. `digest` names the list; `twice`: new phrases that stand in another group too, which pleads beside it."""

    messages: int
    confirmed: int
    accuracy: tuple[float, float]
    cat_iii_found: tuple[float | None, float | None]
    changed: tuple[ChangedProposal, ...]
    in_all: int
    digest: str
    twice: tuple[str, ...] = ()


class PhraseLists:
    """Of the line whose home this is; `store` holds what people confirmed."""

    def __init__(self, home: Path, store: Store, audit: AuditLog) -> None:
        self._home = home
        self._store = store
        self._audit = audit

    def text(self, language: str) -> str:
        """The line's own list, else the one that ships. Raises Refused for a language without one."""
        own = self._own(language)
        return own.read_text(encoding="utf-8") if own.is_file() else _shipped(language)

    def is_own(self, language: str) -> bool:
        return self._own(language).is_file()

    def has_previous(self, language: str) -> bool:
        """Whether there is a list to go back to with `undo`."""
        return self._previous(language).is_file()

    def edited(self, text: str, what: str, group: str, phrase: str) -> str:
        """`what` "add" or "remove": the list with the phrase in that group, or without it; else as it is. Raises Refused."""
        edit = {"add": with_phrase, "remove": without_phrase}.get(what)
        if edit is None:
            return text
        try:
            return edit(text, group, needs(phrase, "een zin is ingevuld", RULE))
        except Refused:
            raise
        except ValueError as mistake:
            raise Refused(f"De lijst kan zo niet worden gelezen: {mistake}", RULE) from mistake

    async def effect(self, language: str, text: str) -> Effect:
        """On what people confirmed on this line, the last `MOST_CONFIRMED`, and on the messages that ship. Saves nothing.
        Raises Refused with every mistake in the list."""
        changed = self._parsed(language, text)
        async with self._store.reading() as session:
            confirmed = await confirmed_messages(session, MOST_CONFIRMED)
        return await asyncio.to_thread(self._judged, changed, confirmed, text)

    async def save(self, language: str, text: str, digest: str, by: Actor, based_on: str = "") -> None:
        """`digest`: of the list whose effect `by` saw; `based_on`: of the list that `by` began with, "" for any. Raises Refused
        for another one."""
        by.must_supervise(RULE)
        self._parsed(language, text)
        if digest != digest_of(text):
            raise Refused("Kan nadat je het effect van precies deze lijst hebt bekeken", RULE)
        if based_on and based_on != digest_of(self.text(language)):
            raise Refused(
                "Kan niet: intussen heeft een ander de lijst bewaard. Open haar opnieuw en begin daarmee", RULE
            )
        self._replace(language, text)
        await self._audit.note_here(f"{language}: {digest}")
        log.info("A list of phrases was saved", action="phrases_saved", language=language, digest=digest, by=by.name)

    async def drop(self, language: str, by: Actor) -> None:
        """Back to the list that ships."""
        by.must_supervise(RULE)
        if not self.is_own(language):
            raise Refused("De meegeleverde lijst is al in gebruik", RULE)
        self._replace(language, None)
        await self._audit.note_here(language)
        log.info("The own list of phrases was dropped", action="phrases_dropped", language=language, by=by.name)

    async def undo(self, language: str, by: Actor) -> None:
        """Back to the list before the last change; once more goes forth again."""
        by.must_supervise(RULE)
        previous = self._previous(language)
        if not previous.is_file():
            raise Refused("Er is geen vorige lijst om naar terug te gaan", RULE)
        text = previous.read_text(encoding="utf-8")
        self._replace(language, None if text == _shipped(language) else text)
        await self._audit.note_here(f"{language}: {digest_of(text)}")
        log.info("The previous list of phrases was taken", action="phrases_undone", language=language, by=by.name)

    def _replace(self, language: str, text: str | None) -> None:
        """None: no own list. What was in force is kept as the previous one."""
        own = self._own(language)
        _write(self._previous(language), self.text(language))
        if text is None:
            own.unlink(missing_ok=True)
        else:
            _write(own, text)

    def _judged(self, changed: Phrases, confirmed: Sequence[Message], text: str) -> Effect:
        shipped = [one for one in shipped_messages() if one.language == changed.language]
        ours = [one for one in confirmed if one.language == changed.language]
        now = ears_in(self._home)(changed.language)
        then = replace(now, phrases=changed)
        judged = [(one, *proposals(one.text, now, then)) for one in (*shipped, *ours)]
        composed = {id(one) for one in shipped}
        differences = [
            _difference(one, was, would_be, one.text if id(one) in composed else "")
            for one, was, would_be in judged
            if was != would_be
        ]
        before = [(str(one.truth["category"]), was) for one, was, _ in judged]
        after = [(str(one.truth["category"]), would_be) for one, _, would_be in judged]
        return Effect(
            messages=len(judged),
            confirmed=len(ours),
            accuracy=(_right(before) or 0.0, _right(after) or 0.0),
            cat_iii_found=(_right(before, "cat3"), _right(after, "cat3")),
            changed=tuple(sorted(differences, key=_worst_first)[:MOST_SHOWN]),
            in_all=len(differences),
            digest=digest_of(text),
            twice=_twice(now.phrases, changed),
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

    def _previous(self, language: str) -> Path:
        return self._own(language).with_suffix(".previous.toml")


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shipped_messages() -> list[Message]:
    """Labelled messages that were composed for this, and that no voice was trained on."""
    file = resources.files("transcription") / "messages" / "dev.jsonl"
    return read_messages(file.read_text(encoding="utf-8").splitlines())


def _shipped(language: str) -> str:
    return (resources.files("transcription") / f"phrases_{language}.toml").read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    unfinished = file.with_suffix(".toml.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def _difference(message: Message, was: str, would_be: str, text: str) -> ChangedProposal:
    truth = str(message.truth["category"])
    verdict = "better" if would_be == truth else "worse" if was == truth else "still wrong"
    return ChangedProposal(message.number, text, truth, was, would_be, verdict)


def _worst_first(one: ChangedProposal) -> tuple[bool, bool]:
    """What becomes wrong, of that what callers of this line said, and then the rest."""
    return one.verdict != "worse", bool(one.text)


def _right(proposed: Sequence[tuple[str, str]], of: str | None = None) -> float | None:
    """The share that is proposed as it is, of those that are `of`; None when there are none."""
    true = [truth == proposal for truth, proposal in proposed if of in (None, truth)]
    return sum(true) / len(true) if true else None


def _twice(now: Phrases, then: Phrases) -> tuple[str, ...]:
    before = {(one.text, one.group.name) for one in now.phrases}
    groups: dict[str, set[str]] = defaultdict(set)
    for one in then.phrases:
        groups[one.text].add(one.group.name)
    added = {one.text for one in then.phrases if (one.text, one.group.name) not in before}
    return tuple(sorted(f"{text}: {', '.join(sorted(groups[text]))}" for text in added if len(groups[text]) > 1))
