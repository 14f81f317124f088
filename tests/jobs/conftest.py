"""A desk whose clocks are watched, on either database; and a spoken message."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.notify.channels import open_channels
from ari_app.store.database import Store
from tests.asterisk.carrier import make_certificates
from tests.jobs.sounds import speak
from tests.jobs.told import Told, make_told, notify_settings, receive, serve_mail
from tests.jobs.watched import SetClock, Watched


@pytest.fixture
def watched(store: Store, database_url: str, tmp_path: Path) -> Watched:
    clock = SetClock()
    return Watched(Desk(store, Settings(home=tmp_path, database=database_url), clock), store, clock)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`sounds.MESSAGE`, as Asterisk records: mono 16-bit PCM, 8 kHz."""
    message = tmp_path_factory.mktemp("spoken") / "message.wav"
    speak(message)
    return message


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return make_certificates(tmp_path_factory.mktemp("mail") / "certificates", "127.0.0.1")


@pytest.fixture
async def told(store: Store, database_url: str, tmp_path: Path, certificates) -> AsyncIterator[Told]:  # type: ignore[no-untyped-def]
    async with AsyncExitStack() as open_now:
        mail = await open_now.enter_async_context(serve_mail(certificates.certificate, certificates.key))
        receiver = await open_now.enter_async_context(receive())
        notify = notify_settings(tmp_path, mail, receiver, certificates.authorities)
        channels = await open_now.enter_async_context(open_channels(notify))
        settings = Settings(home=tmp_path, database=database_url, notify=notify)
        yield await make_told(store, settings, channels, mail, receiver)
