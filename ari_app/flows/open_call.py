"""A call while its script runs: the caller, the report that fills up, and what a script may ask for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ari_app.asterisk.call import Call, Leg, Race, Recording, Ringing, Target
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.conversation import Conversation, conversation
from ari_app.clock import Clock
from ari_app.config import LineSettings
from ari_app.desk.announcements import Announcement
from ari_app.desk.calls_now import CallsNow
from ari_app.desk.customer_now import CustomerNow
from ari_app.desk.for_engineers import ForEngineers
from ari_app.desk.pins import PinResult
from ari_app.desk.report import CallReport, Consent, KeyedIn, LegReport, Step
from ari_app.flows.desk_queue import DeskQueue
from routing.caller import Caller
from routing.decision import OpeningHours
from routing.rota import Engineer
from sla.agreement import Agreement
from sla.hours import Hours

#: Prompts that name a digit: which ones were said does not belong in the report.
DIGIT = "digit-"


class PromptMedia(Protocol):
    """What a prompt's name becomes for Asterisk: an absolute path without the file's ending."""

    def __call__(self, prompt: str, language: str = "", /) -> str:
        """In the language of the line unless another one is named."""


class SpokenName(Protocol):
    """Speaks a text that is not known beforehand; None when that can't be done now."""

    def __call__(self, text: str, language: str = "", /) -> Awaitable[str | None]:
        """In the language of the line unless another one is named."""


#: The number of the caller, the customer number and PIN that were entered, and the moment.
PinChecked = Callable[[str | None, str, str, datetime], Awaitable[PinResult]]
#: The call's id, and what the caller agreed to.
ConsentKept = Callable[[str, Consent], Awaitable[None]]
#: What an engineer should know of the customer with this id.
CustomerNowAsked = Callable[[int], Awaitable[CustomerNow]]
#: What a caller hears after the welcome: the customer's id, or None for somebody whom we don't know, and the moment.
AnnouncementsHeard = Callable[[int | None, datetime], Sequence[Announcement]]
#: Seconds; the longest call that the dialplan allows.
LONGEST_RECORDED_TALK = 14400


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of a line share."""

    settings: LineSettings
    hours: OpeningHours
    media: PromptMedia
    spoken_name: SpokenName
    recordings: Path
    trunk: str
    for_engineers: ForEngineers
    customer_now: CustomerNowAsked
    agreement: Agreement
    check_pin: PinChecked
    keep_consent: ConsentKept
    #: Ids of engineers who are rung for a caller, or talk with one: nobody else's call rings them.
    engaged: set[int] = field(default_factory=set)
    desk_queue: DeskQueue = field(default_factory=DeskQueue)
    #: For whoever looks on: the board.
    calls_now: CallsNow = field(default_factory=CallsNow)
    announcements: AnnouncementsHeard = lambda _customer, _at: ()
    #: The desk's hours, with holidays and single dates.
    phone_hours: Callable[[], Hours] | None = None


@dataclass(slots=True)
class OpenCall:
    """The caller on the line and everything that the script needs; the verbs below also keep the report."""

    call: Call
    report: CallReport
    clock: Clock
    caller: Caller
    on_duty: tuple[Engineer, ...]
    line: Surroundings
    #: Texts that were spoken for this call, by their sound.
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> LineSettings:
        return self.line.settings

    def note(self, what: str, detail: str = "") -> None:
        self.report.steps.append(Step(self.clock.now(), what, detail))

    def because(self, *why: str) -> None:
        self.report.why.extend(why)

    async def answer(self) -> None:
        await self.call.answer()
        self.report.answered_at = self.clock.now()
        self.note("answered")

    async def say(self, *prompts: str) -> None:
        """One prompt after another, in one request; a digit skips the one that plays, for who knows the line. Raises Hangup."""
        names = {self._media(prompt): prompt for prompt in prompts}
        left = list(names)
        self.call.digits.clear()  # a key pressed before, such as during the music, was not meant for these prompts
        while left:
            began = self.clock.now()
            begun: list[str] = []
            try:
                skips = await self.call.play(*left, on_end=begun.extend)
            finally:
                self._has_said(began, [names[medium] for medium in begun])
            left = left[max(1, len(begun)) :] if skips else []
            if skips:
                self.call.digits.popleft()

    async def play(self, *prompts: str) -> None:
        """Prompts that ask something, until a key, which is still to be read. Raises Hangup."""
        began = self.clock.now()
        try:
            await self.call.play(*(self._media(prompt) for prompt in prompts))
        finally:
            self._has_said(began, [prompt for prompt in prompts if not prompt.startswith(DIGIT)])

    async def spoken(self, text: str, language: str = "") -> tuple[str, ...]:
        """`text` as a prompt for `say` and questions; no prompt at all when it can't be spoken now. `language` of the text,
        "": that of the caller."""
        medium = await self.line.spoken_name(text, language or self.report.language)
        if medium is None:
            return ()
        self.texts[medium] = text
        return (medium,)

    async def say_over_music(self, prompt: str) -> None:
        """Raises Hangup."""
        self.note("prompt", prompt)
        await self.call.hear_over_music(self._media(prompt))

    async def hear_over_music(self, *prompts: str) -> None:
        """Prompts break the music off; keys that are pressed meanwhile are still to be read. Raises Hangup."""
        began = self.clock.now()
        await self.call.hear_over_music(*(self._media(prompt) for prompt in prompts))
        self._has_said(began, prompts)

    async def record(self, name: str) -> Recording:
        self.report.recording = f"{name}.wav"
        self.note("recording", "started")
        recording = await self.call.record(
            name,
            max_seconds=self.settings.message_max_seconds,
            max_silence_seconds=self.settings.message_silence_seconds,
        )
        self.note("recording", f"ended by {recording.ended_by}")
        return recording

    @asynccontextmanager
    async def ring(
        self,
        *targets: Target,
        ring_for: float,
        race: Race | None = None,
        unless: Callable[[], bool] = lambda: False,
    ) -> AsyncIterator[Ringing]:
        """Rings phones together, until `unless` is so, and keeps their leg reports, whatever happens. Raises Hangup."""
        reports = [
            LegReport(target.who, target.number, rang_at=self.clock.now(), engineer_id=target.engineer_id)
            for target in targets
        ]
        self.report.legs.extend(reports)
        ringing: Ringing | None = None
        try:
            caller_id = self.settings.service_number
            async with self.call.ring(
                *targets, ring_for=ring_for, caller_id=caller_id, race=race, unless=unless
            ) as ringing:
                self._close_legs(reports, ringing, ring_for)
                yield ringing
        finally:
            for report in reports:
                if report.result == "ringing":
                    report.result, report.why = "caller_gone", "De beller hing op terwijl dit toestel overging."
                if ringing is None or ringing.kept is None or ringing.kept.target.who != report.who:
                    report.ended_at = report.ended_at or self.clock.now()

    async def talk(self, leg: Leg, meanwhile: Callable[[Conversation], Awaitable[None]] = Conversation.over) -> bool:
        """Caller and `leg` talk until one hangs up, or `meanwhile` returns; who is left hears that the other is gone.

        False: `leg` was gone before they heard each other. Raises Hangup when the caller was.
        """
        await self._announce_recording(leg)
        async with conversation(self.call, leg) as talk:
            was_gone = talk.ended_by
            if was_gone is not None:
                self.note("talk", f"not connected: {was_gone} was gone")
                if was_gone == "caller":
                    raise Hangup(self.call)
                return False
            await self._begin_talk(talk)
            try:
                await meanwhile(talk)
            finally:
                self._end_talk(talk)
        if talk.ended_by == "caller":
            await leg.part(self.line.media("engineer-caller-left"))
        elif talk.ended_by:
            await self.say("talk-other-left")
        return True

    async def _announce_recording(self, leg: Leg) -> None:
        """Both are told before anything is recorded. Who leaves meanwhile is noticed by the talk."""
        if not self.settings.record_talks:
            return
        await self.call.stop_music()
        telling = (
            self.call.play_to_the_end(self._media("talk-is-recorded")),
            leg.play_to_the_end(self.line.media("talk-is-recorded")),
        )
        await asyncio.gather(*telling, return_exceptions=True)

    async def _begin_talk(self, talk: Conversation) -> None:
        who = talk.legs[0].target.who
        self.report.talked_with, self.report.talk_started_at = who, self.clock.now()
        self.note("talk", who)
        if self.settings.record_talks:
            name = f"talk/{self.call.id}"
            is_recorded = await talk.record(name, max_seconds=LONGEST_RECORDED_TALK)
            self.report.talk_recording = f"{name}.wav" if is_recorded else None
            self.note("talk", "recorded" if is_recorded else "could not be recorded")

    def _end_talk(self, talk: Conversation) -> None:
        self.report.talk_ended_at = self.clock.now()
        other = "desk" if talk.legs[0].target.engineer_id is None else "engineer"
        self.report.ended_by = "caller" if talk.ended_by == "caller" else other
        if talk.ended_by == "caller":
            self.report.ended_at = self.report.talk_ended_at
        self.note("talk", f"ended by {self.report.ended_by}")

    async def let_go(self, leg: Leg) -> None:
        """Frees an engineer's phone, and the engineer for other calls; again is harmless."""
        report = self.leg_report(leg)
        report.ended_at = report.ended_at or self.clock.now()
        self.line.engaged.discard(leg.target.engineer_id or 0)
        await self.call.let_go(leg)

    def key_in(self, leg: Leg, what: str, value: str = "") -> None:
        """An engineer decided something with the keys of the phone."""
        engineer_id = leg.target.engineer_id
        assert engineer_id is not None, f"{leg.target.who} is no engineer: desk phones have no keys"
        self.report.keyed_in.append(KeyedIn(self.clock.now(), leg.target.who, engineer_id, what, value))
        self.note("key", f"{what} {value}".strip())

    def leg_report(self, leg: Leg) -> LegReport:
        """The report of a leg that was just rung."""
        rung = (leg.target.who, leg.target.number)
        return next(report for report in reversed(self.report.legs) if (report.who, report.number) == rung)

    def _media(self, prompt: str) -> str:
        return prompt if prompt in self.texts else self.line.media(prompt, self.report.language)

    def _has_said(self, began: datetime, prompts: Sequence[str]) -> None:
        self.report.steps.extend(Step(began, "prompt", self.texts.get(prompt, prompt)) for prompt in prompts)

    def _close_legs(self, reports: list[LegReport], ringing: Ringing, ring_for: float) -> None:
        for report, leg in zip(reports, ringing.legs, strict=True):
            report.result = leg.result if leg is ringing.answered or not leg.is_up else "no_answer"
            report.sip_code = leg.sip_code
            # Of phones that ring together nobody knows here which one ended when.
            rang_out = len(reports) == 1 and (self.clock.now() - report.rang_at).total_seconds() >= ring_for
            report.why = leg.not_dialled or (
                f"Niet binnen {ring_for:g} seconden opgenomen."
                if rang_out and leg.sip_code == OWN_TIMER
                else _why(report.result, leg.sip_code)
            )
            if leg is not ringing.answered:
                report.ended_at = self.clock.now()


def _why(result: str, sip_code: int | None) -> str:
    """In Dutch; with what the phone itself answered, which says more than that nobody picked up."""
    told = _PHONE_SAYS.get(sip_code or 0) or _LEG_WHY.get(result, "")
    return f"{told.removesuffix('.')} ({sip_code})." if told and sip_code else told


#: Asterisk tells the end of our own ringing as it tells a phone that can't be reached.
OWN_TIMER = 480
#: What a SIP answer means, where the result says less.
_PHONE_SAYS = {
    404: "Dit nummer bestaat niet.",
    408: "De telefoon antwoordde niet op tijd.",
    480: "Toestel niet bereikbaar.",
    484: "Dit nummer is niet volledig.",
    500: "Storing bij de provider.",
    503: "De provider kan het gesprek nu niet doorgeven.",
}
_LEG_WHY = {
    "answered": "Opgenomen.",
    "no_answer": "Niet opgenomen.",
    "busy": "In gesprek.",
    "refused": "Weggedrukt.",
    "unreachable": "Niet bereikbaar.",
    "elsewhere": "Een ander nam het gesprek aan.",
}
