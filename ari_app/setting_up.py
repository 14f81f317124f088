"""From settings to the parts of a line, and what must be there before it can start."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from ari_app.asterisk.hardening import Tls
from ari_app.asterisk.server import AsteriskServer
from ari_app.clock import Clock, DemoClock, SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.speech.models import SpeechModel, in_use
from ari_app.speech.prompts import PROMPT_TEXTS, Built, build, missing, read_prompts
from ari_app.store.database import Store
from ari_app.store.schema import upgrade
from ari_app.web.accounts import Accounts
from ari_app.web.signing_in.register import NameTaken, Register
from transcription.vosk_engine import language_of

PROJECT = Path(__file__).parents[1]
#: Small and real, but it has heard only a speech synthesiser: for demo and tests.
BUNDLED_MODEL = PROJECT / "tests" / "speech_model" / "vosk-tiny-nl"
#: Every prompt that a flow uses; at start each must be there in the line's language.
PROMPTS = (
    "welcome",
    "beep",
    "desk-connecting",
    "desk-no-answer",
    "closed-hours",
    "calamity-connecting",
    "calamity-no-sla",
    "calamity-nobody-free",
    "closed-mail",
    "calamity-checking",
    "calamity-what",
    "calamity-question",
    "calamity-excluded",
    "calamity-no-sla-costs",
    "pin-customer-number",
    "pin-code",
    "pin-wrong",
    "voicemail-instructions",
    "voicemail-thanks",
    "voicemail-not-saved",
    "voicemail-too-short",
    "voicemail-empty",
    "calamity-still-trying",
    "calamity-trying-next",
    "not-a-calamity",
    "talk-is-recorded",
    "engineer-caller-left",
    "talk-other-left",
    "engineer-announce",
    "engineer-press-1",
    "engineer-no-longer-needed",
    "engineer-already-taken",
    "engineer-keys-noted",
    "engineer-keys-unknown",
    "engineer-second-line-called",
    "engineer-second-line-nobody",
    "engineer-wrap-up-category",
    "engineer-wrap-up-minutes",
    "engineer-wrap-up-note",
    "engineer-wrap-up-thanks",
    "engineer-call-back",
    "engineer-customer-no-answer",
    "sorry-error",
    "duty-press-1",
    "duty-taken",
    "line-restarted",
    "engineer-urgent-keys",
    "engineer-urgent-yours",
    "engineer-press-1-call-back",
    "engineer-urgent-taken",
    "engineer-keys-failed",
    "duty-call-me",
    "urgent-call-me",
    "we-call-you-now",
    "desk-all-busy",
    "desk-press-for-message",
    "desk-message",
    "language-choice",
    "announcement-join",
    "announcement-joined",
    "voicemail-user-forms",
    "message-menu",
    "message-urgent",
    "message-again",
    "call-back-on",
    "call-back-agree",
    "call-back-agreed",
    "call-back-type",
    "call-back-no-number",
    *(f"digit-{digit}" for digit in range(10)),
)


class LineStopped(Exception):
    """The line can't start or must not go on; the message says what to do."""


def clock_of(settings: Settings) -> Clock:
    return DemoClock(settings.clock_file) if settings.demo else SystemClock()


def desk_of(settings: Settings, store: Store, clock: Clock) -> Desk:
    return Desk(store, settings, clock)


def asterisk_server(settings: Settings) -> AsteriskServer:
    """The Asterisk of a line, as its settings describe it."""
    asked = settings.asterisk
    return AsteriskServer(
        home=settings.asterisk_home,
        ari_ip=asked.host,
        ari_port=asked.ari_port,
        sip_ip=asked.sip_host,
        sip_port=asked.sip_port,
        rtp_ports=asked.rtp_ports,
        app=asked.app,
        ari_user=asked.user,
        trunk=asked.trunk,
        trunk_contact=asked.trunk_contact,
        trunk_addresses=asked.trunk_addresses,
        desk_phones=asked.desk_phones,
        tls=Tls(*asked.tls_files, port=asked.tls_port) if asked.tls_files else None,
        prompts=settings.sounds / settings.line.language,
    )


def model_of(settings: Settings, language: str | None = None) -> SpeechModel:
    """The speech model in use for a language; none given: that of the line. Raises NoModel."""
    named = settings.speech.model
    if named and language in (None, language_of(named)):
        return in_use(settings.models, BUNDLED_MODEL, name=named)
    return in_use(settings.models, BUNDLED_MODEL, language=language or settings.line.language)


def speak_prompts(settings: Settings) -> Built:
    """Raises PromptMistake or SpeechFailed."""
    return build(read_prompts(PROMPT_TEXTS), settings.sounds)


def missing_prompts(settings: Settings) -> list[str]:
    """Prompts that a flow uses and that have no sound."""
    languages = ("nl", "en") if settings.line.language_choice else (settings.line.language,)
    return missing(PROMPTS, settings.sounds, languages)


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk of a line, whether that line runs or not."""
    store = Store.open(settings.database_url)
    try:
        yield desk_of(settings, store, clock_of(settings))
    finally:
        await store.close()


@contextmanager
def only_one_line(home: Path) -> Iterator[None]:
    """Holds the lock of a running line; the kernel frees it however the line ends. Raises LineStopped when another holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "line.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LineStopped(
                f"A line runs already in {home}. Stop it first, or give this one another --home."
            ) from None
        yield


def is_line_running(home: Path) -> bool:
    try:
        with only_one_line(home):
            return False
    except LineStopped:
        return True


async def prepare_home(settings: Settings) -> str | None:
    """Makes what is not there yet: folders, tables, prompts, one account; the account's password if it was made now."""
    for folder in (settings.home, settings.recordings, settings.spool, settings.models):
        folder.mkdir(parents=True, exist_ok=True)
    await asyncio.gather(
        asyncio.to_thread(upgrade, settings.database_url),
        asyncio.to_thread(speak_prompts, settings),
    )
    return await create_account(settings, first_account(settings), "administrator")


def first_account(settings: Settings) -> str:
    return "demo" if settings.demo else "beheer"


async def create_account(settings: Settings, name: str, role: str, engineer: str = "") -> str | None:
    """The password of a new account, shown once; None when there is an account of that name. Raises ValueError."""
    async with open_register(settings) as accounts:
        try:
            return await accounts.create(name, role, engineer)
        except NameTaken:
            return None


@asynccontextmanager
async def open_register(settings: Settings) -> AsyncIterator[Register]:
    """The accounts of a line, whether that line runs or not."""
    store = Store.open(settings.database_url)
    try:
        yield Accounts(store, clock_of(settings)).register
    finally:
        await store.close()
