"""A call while its script runs: the caller, the report that fills up, and what a script may ask for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ari_app.asterisk.call import Call, Leg, Recording, Ringing, Target
from ari_app.asterisk.channel import Hangup
from ari_app.clock import Clock
from ari_app.config import LineSettings
from ari_app.desk.report import CallReport, LegReport, Step
from ari_app.desk.rota_handshake import Handshake
from routing.caller import Caller
from routing.decision import OpeningHours
from routing.rota import Engineer

#: What a prompt's name becomes for Asterisk: an absolute path without the file's ending.
PromptMedia = Callable[[str], str]
#: Speaks a name that is not known beforehand; None when that can't be done now.
SpokenName = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of a line share."""

    settings: LineSettings
    hours: OpeningHours
    media: PromptMedia
    spoken_name: SpokenName
    recordings: Path
    trunk: str
    handshake: Handshake


@dataclass(slots=True)
class OpenCall:
    """The caller on the line and everything that the script needs; the verbs below also keep the report."""

    call: Call
    report: CallReport
    clock: Clock
    caller: Caller
    on_duty: tuple[Engineer, ...]
    line: Surroundings

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
        names = {self.line.media(prompt): prompt for prompt in prompts}
        left = list(names)
        self.call.digits.clear()  # a key pressed before, such as during the music, was not meant for these prompts
        while left:
            began = self.clock.now()
            begun: list[str] = []
            try:
                skips = await self.call.play(*left, on_end=begun.extend)
            finally:
                self.report.steps.extend(Step(began, "prompt", names[medium]) for medium in begun)
            left = left[max(1, len(begun)) :] if skips else []
            if skips:
                self.call.digits.popleft()

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
    async def ring(self, *targets: Target, ring_for: float) -> AsyncIterator[Ringing]:
        """Rings phones together and keeps their leg reports, whatever happens. Raises Hangup."""
        reports = [
            LegReport(target.who, target.number, rang_at=self.clock.now(), engineer_id=target.engineer_id)
            for target in targets
        ]
        self.report.legs.extend(reports)
        ringing: Ringing | None = None
        try:
            async with self.call.ring(*targets, ring_for=ring_for, caller_id=self.settings.service_number) as ringing:
                self._close_legs(reports, ringing)
                yield ringing
        finally:
            for report in reports:
                if report.result == "ringing":
                    report.result, report.why = "caller_gone", "De beller hing op terwijl dit toestel overging."
                report.ended_at = report.ended_at or self.clock.now()

    async def talk(self, leg: Leg) -> bool:
        """Caller and `leg` talk until one hangs up. False: `leg` was gone before they heard each other. Raises Hangup."""
        self.report.talked_with = leg.target.who
        self.report.talk_started_at = self.clock.now()
        self.note("talk", leg.target.who)
        talk = await self.call.talk_with(leg)
        if not talk.is_connected:
            self.report.talked_with = self.report.talk_started_at = None
            self.note("talk", f"not connected: {talk.ended_by} was gone")
            if talk.ended_by == "caller":
                raise Hangup(self.call)
            return False
        self.report.talk_ended_at = self.clock.now()
        other = "desk" if leg.target.engineer_id is None else "engineer"
        self.report.ended_by = "caller" if talk.ended_by == "caller" else other
        self.note("talk", f"ended by {self.report.ended_by}")
        return True

    def leg_report(self, leg: Leg) -> LegReport:
        """The report of a leg that was just rung."""
        return next(report for report in reversed(self.report.legs) if report.who == leg.target.who)

    def _close_legs(self, reports: list[LegReport], ringing: Ringing) -> None:
        for report, leg in zip(reports, ringing.legs, strict=True):
            report.result = leg.result if leg is ringing.answered or not leg.is_up else "no_answer"
            report.sip_code = leg.sip_code
            report.why = _LEG_WHY.get(report.result, "")
            if leg is not ringing.answered:
                report.ended_at = self.clock.now()


_LEG_WHY = {
    "answered": "Opgenomen.",
    "no_answer": "Niet opgenomen.",
    "busy": "In gesprek.",
    "refused": "Weggedrukt.",
    "unreachable": "Niet bereikbaar.",
}
