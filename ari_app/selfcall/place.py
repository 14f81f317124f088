"""One self-call from beginning to end: call, hear the line, speak, and see what our own service made of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile

from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import AsteriskError, Fatal
from ari_app.asterisk.rest import Rest
from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.self_calls import Received, SelfCallStep, SelfCallView
from ari_app.selfcall.leg import Ear, NotPlaced, OwnLeg, dialled
from ari_app.sip_phone.alaw import Pcm
from ari_app.sip_phone.listening import contains
from ari_app.speech.synth import SpeechFailed, speak_to_file
from ari_app.store.tables import VoicemailState

Found = TypeVar("Found")

SAID = "Dit is een proefoproep van de lijn zelf. De telefoon doet het niet bij twaalf mensen."
CONNECT_WITHIN, ANSWER_WITHIN, BEEP_WITHIN = 10.0, 30.0, 120.0
FILED_WITHIN, HEARD_WITHIN, RING_WITHIN = 30.0, 120.0, 15.0
LOOK_EVERY = 0.5
#: The same sound after two A-law wires scores above 0.9, other speech below 0.2.
SURE = 0.5
#: So that the last word is in the message.
_PAUSE_AFTER_SPEAKING = 1.0


@dataclass
class SelfCall:
    """Places one; `place` does not raise what belongs to the call: everything that fails is a step."""

    settings: Settings
    desk: Desk
    clock: Clock
    steps: list[SelfCallStep] = field(default_factory=list)
    ticket: str = ""

    async def place(self) -> SelfCallView:
        """Keeps what came of it in the database, and gives it. Raises what the database raises."""
        began = self.clock.now()
        try:
            async with self._connected() as client:
                await self._call_ourselves(client)
                if self.settings.self_call.ring_duty_phone:
                    await self._ring_duty_phone(client)
        except NotPlaced as failure:
            self._failed("oproep", str(failure))
        except (AsteriskError, Fatal, SpeechFailed, OSError, TimeoutError) as failure:
            self._failed("oproep", f"{type(failure).__name__}: {failure}")
        view = SelfCallView(began, self.clock.now(), tuple(self.steps), self.ticket)
        await self.desk.self_calls.keep(view)
        return view

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AriClient]:
        """Under a name of its own, beside the line: it takes no caller and gives no sign of life."""
        asked = self.settings.asterisk
        password = (self.settings.asterisk_home / "ari-password").read_text(encoding="ascii").strip()
        rest = Rest(self.settings.ari_url, asked.user, password)
        client = AriClient(rest, f"{asked.app}-self-call", takes_callers=False)
        running = asyncio.create_task(client.run())
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await client.connected.wait()
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await rest.close()

    async def _call_ourselves(self, client: AriClient) -> None:
        said = self.settings.home / "self-call.wav"
        await asyncio.to_thread(speak_to_file, SAID, said)
        since = self.clock.now()
        number = self.settings.self_call.number or self.settings.line.service_number
        async with self._dialled(client, number, ANSWER_WITHIN) as leg:
            ear = Ear(client, leg, self.settings.recordings)
            if not await self._step(
                "opnemen", leg.wait_for(lambda: leg.is_up or None, ANSWER_WITHIN), "niet opgenomen"
            ):
                return
            try:
                if await self._hears_the_line(ear, leg):
                    await leg.play_to_the_end(f"sound:{said.with_suffix('')}")
                    await asyncio.sleep(_PAUSE_AFTER_SPEAKING)
            finally:
                ear.close()
        ear.file.unlink(missing_ok=True)
        if self.steps[-1].is_well:
            await self._looks_for_the_ticket(_sound(said), since)

    async def _hears_the_line(self, ear: Ear, leg: OwnLeg) -> bool:
        await ear.open(round(BEEP_WITHIN) + 60)
        beep, instructions = self._prompt("beep"), self._prompt("voicemail-instructions")
        at_the_end = len(beep) * 12

        async def beeped() -> bool | None:
            last = ear.heard()[-at_the_end:]
            has_beeped = (await asyncio.to_thread(contains, last, beep)).score > SURE
            return True if has_beeped or leg.is_gone else None

        if not await _within(BEEP_WITHIN, beeped) or leg.is_gone:
            self._failed("pieptoon", "niet gehoord")
            return False
        score = contains(ear.heard(), instructions).score
        is_well = score > SURE
        self.steps.append(SelfCallStep("meldtekst", is_well, f"herkend met {score:.2f}"))
        return is_well

    async def _looks_for_the_ticket(self, said: Pcm, since: datetime) -> None:
        """Only a message that holds our own words is ours: anybody may show our number."""

        async def ours() -> Received | None:
            for received in await self.desk.self_calls.received(self._shown, since):
                file = received.recording
                if file and file.is_file() and contains(await asyncio.to_thread(_sound, file), said).score > SURE:
                    return received
            return None

        found = await _within(FILED_WITHIN, ours)
        if found is None:
            self._failed("ticket", "geen ticket met deze boodschap")
            return
        self.ticket = found.ticket
        self.steps.append(SelfCallStep("ticket", True, found.ticket))

        async def heard() -> Received | None:
            received = await ours()
            return received if received and received.state is not VoicemailState.PENDING else None

        written = await _within(HEARD_WITHIN, heard)
        is_well = bool(written and written.state is VoicemailState.TRANSCRIBED and written.text)
        self.steps.append(SelfCallStep("uitschrijven", is_well, written.text if written else "wacht nog"))

    async def _ring_duty_phone(self, client: AriClient) -> None:
        """Rings once, connects nobody: what is shown is our own number."""
        on_duty = await self.desk.on_duty(self.clock.now())
        if not on_duty:
            self._failed("dienst", "niemand heeft dienst")
            return
        first = on_duty[0]
        async with self._dialled(client, first.number, RING_WITHIN) as leg:
            rings = leg.wait_for(lambda: leg.is_ringing or leg.is_up or None, RING_WITHIN)
            await self._step("toestel van de dienst", rings, f"dat van {first.name} ging niet over")

    @property
    def _shown(self) -> str:
        return self.settings.line.service_number

    def _dialled(self, client: AriClient, number: str, within: float) -> AbstractAsyncContextManager[OwnLeg]:
        digits = number.removeprefix("+")
        if not (digits.isascii() and digits.isdigit()):
            raise NotPlaced(f"{number!r} is geen telefoonnummer")
        endpoint = f"PJSIP/{digits}@{self.settings.asterisk.trunk}"
        return dialled(client, endpoint, f"leg-self-{secrets.token_hex(6)}", self._shown, within)

    async def _step(self, what: str, awaited: Awaitable[object], failed: str) -> bool:
        try:
            await awaited
        except TimeoutError:
            self._failed(what, failed)
            return False
        self.steps.append(SelfCallStep(what, True))
        return True

    def _failed(self, what: str, why: str) -> None:
        self.steps.append(SelfCallStep(what, False, why))

    def _prompt(self, name: str) -> Pcm:
        return _sound(self.settings.sounds / self.settings.line.language / f"{name}.wav")


async def _within(seconds: float, find: Callable[[], Awaitable[Found | None]]) -> Found | None:
    """What `find` gives as soon as that isn't None; None: not within this time."""
    for _ in range(round(seconds / LOOK_EVERY)):
        if (found := await find()) is not None:
            return found
        await asyncio.sleep(LOOK_EVERY)
    return None


def _sound(file: Path) -> Pcm:
    samples, _rate = soundfile.read(file, dtype="int16")
    return np.asarray(samples, dtype=np.int16)
