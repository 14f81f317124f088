"""A line with real rows and real pages. Time stands still until a test moves it."""

import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from sqlmodel import select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.report import CallReport, LegReport, Step
from ari_app.desk.transcripts import Heard
from ari_app.simulator.beside import explaining
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from ari_app.web.accounts import Accounts
from ari_app.web.app import make_app
from transcription.assessment import assess
from transcription.phrases import parse_phrases
from transcription.transcript import Transcript, Word

TUESDAY_10_42 = datetime(2026, 11, 10, 9, 42, tzinfo=UTC)
RATE = 8000


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def pinned(self) -> "StandingClock":
        return StandingClock(self._at)

    def move(self, by: timedelta) -> None:
        self._at += by


@dataclass
class Caller:
    """Makes calls end at the desk, as the script of a call would."""

    desk: Desk
    store: Store
    line: Settings
    clock: StandingClock
    calls: int = 0

    async def leaves_message(self, number: str | None = "+31850004120", *, seconds: int = 12, **facts: Any) -> str:
        """The ticket's number. The recording is a real one: mono 16-bit PCM, 8 kHz, a tone."""
        name = f"call/message-{self.calls + 1}.wav"
        path = self.line.recordings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        tone = numpy.sin(numpy.arange(seconds * RATE) / 9.0) * 9000
        soundfile.write(path, tone.astype("int16"), RATE)
        return await self.hangs_up(number, recording=name, **facts)

    async def hangs_up(self, number: str | None = "+31850004120", **facts: Any) -> str:
        self.calls += 1
        now = self.clock.now()
        given: dict[str, Any] = {
            "call_id": f"call-{self.calls}",
            "line": "support",
            "caller_number": number,
            "caller_id_raw": number or "anonymous",
            "received_at": now,
            "caller": await self.desk.who_is(number),
            "route": "voicemail",
            "why": ["Buiten de telefonische meldtijden gaat een melding naar de voicemail."],
            "steps": [Step(now, "prompt", "welkom"), Step(now, "recording", "ingesproken")],
            "legs": [
                LegReport("Fenna Fictief", "+31612345001", now, "no_answer", now + timedelta(seconds=20)),
                LegReport("Bram Bedacht", "+31612345002", now, "not_accepted", now + timedelta(seconds=40)),
            ],
            "ended_at": now + timedelta(minutes=1),
            "ended_by": "caller",
        }
        return await self.desk.close_call(CallReport(**(given | facts)))

    async def was_heard(self, number: str, text: str, *, model: str = "vosk-tiny-nl", seconds: float = 12.0) -> None:
        """The worker is done: the words, each a third of a second, judged with the phrases that ship."""
        job = SoundJob(Sound.MESSAGE, await self.voicemail_of(number))
        await self.was_heard_by(job, text, model=model, seconds=seconds)

    async def was_heard_by(self, job: SoundJob, text: str, *, model: str, seconds: float = 12.0) -> None:
        phrases = parse_phrases((resources.files("transcription") / "phrases_nl.toml").read_text("utf-8"))
        words = tuple(
            Word(word, round(0.4 + i * 0.45, 2), round(0.75 + i * 0.45, 2), 0.95 if i % 6 else 0.55)
            for i, word in enumerate(text.split())
        )
        transcript = Transcript(words, seconds, model, "nl")
        peaks = tuple(0.1 + 0.8 * ((i * 7) % 11) / 10 for i in range(160))
        await self.desk.hearing.file(job, Heard(transcript, assess(transcript, phrases), peaks))

    async def voicemail_of(self, number: str) -> int:
        recording = (await self.desk.ticket(number)).voicemail.recording
        async with self.store.reading() as session:
            return (await session.exec(select(VoicemailRow.id).where(VoicemailRow.recording == recording))).one()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TUESDAY_10_42)


@pytest.fixture
def line(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
async def web_store(tmp_path: Path, migrated_file: Path, clock: StandingClock) -> AsyncIterator[Store]:
    """SQLite with the fictitious customers."""
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'meldlijn.db')}"
    store = Store.open(url)
    await seed_demo(store, clock.now())
    yield store
    await store.close()


@pytest.fixture
def desk(web_store: Store, line: Settings, clock: StandingClock) -> Desk:
    return Desk(web_store, line, clock)


@pytest.fixture
def caller(desk: Desk, web_store: Store, line: Settings, clock: StandingClock) -> Caller:
    return Caller(desk, web_store, line, clock)


@pytest.fixture
def accounts(web_store: Store, clock: StandingClock) -> Accounts:
    """Real argon2id with the smallest cost that it knows: tests try many passwords."""
    return Accounts(web_store, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def password(accounts: Accounts) -> str:
    """Of the only account, ilse."""
    return await accounts.create("ilse", "supervisor")


@pytest.fixture
def readiness() -> dict[str, bool]:
    """What `/readyz` finds; a test changes it."""
    return {"database": True, "asterisk": True, "model": True}


@pytest.fixture
async def server(
    desk: Desk, accounts: Accounts, clock: StandingClock, line: Settings, readiness: dict[str, bool]
) -> AsyncIterator[TestServer]:
    async def now() -> dict[str, bool]:
        return readiness

    served = TestServer(make_app(desk, accounts, clock, line, now, explaining(line)))
    await served.start_server()
    yield served
    await served.close()


@pytest.fixture
async def browsers(server: TestServer) -> AsyncIterator[Callable[[], Coroutine[Any, Any, TestClient[Any, Any]]]]:
    """Makes one client after another, each with its own cookies."""
    made: list[TestClient[Any, Any]] = []

    async def another() -> TestClient[Any, Any]:
        made.append(TestClient(server))
        await made[-1].start_server()
        return made[-1]

    yield another
    for client in made:
        await client.session.close()


@pytest.fixture
async def stranger(browsers: Callable[[], Coroutine[Any, Any, TestClient[Any, Any]]]) -> TestClient[Any, Any]:
    """Somebody who is not logged in."""
    return await browsers()


@pytest.fixture
async def visitor(
    browsers: Callable[[], Coroutine[Any, Any, TestClient[Any, Any]]], password: str
) -> TestClient[Any, Any]:
    """Ilse, logged in."""
    client = await browsers()
    form = {"username": "ilse", "password": password}
    await client.post("/login", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    return client
