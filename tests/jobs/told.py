"""People to tell, and the other sides that hear it: a real mail server and a real receiver of HTTP requests."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from ari_app.channel_settings import GatewaySettings, MailSettings, NotifySettings, WebhookSettings
from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.notify.notifications import Notifications
from ari_app.desk.notify.preferences import Preferences
from ari_app.desk.notify.views import StepView
from ari_app.desk.outbox import Outbox
from ari_app.desk.telling import tell_once
from ari_app.jobs.telling import send_what_waits
from ari_app.jobs.watch import deliver, telling_people
from ari_app.notify.channels import Channels
from ari_app.store.account_tables import AccountRow
from ari_app.store.database import Store
from ari_app.store.tables import EngineerRow, Role
from tests.jobs.watched import SUPERVISOR, SetClock

KEY, OLD_KEY = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))
SMS_TOKEN = "geheim-van-de-gateway"


@dataclass
class MailServer:
    """Takes mail on this machine, encrypted; `answers` says what becomes of the next recipients, "" to take it."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: Any) -> str:
        if refusal := (self.answers.pop(0) if self.answers else ""):
            return refusal
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"


@asynccontextmanager
async def serve_mail(certificate: Path, key: Path) -> AsyncIterator[MailServer]:
    """Refuses whoever does not begin TLS."""
    server, context = MailServer(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(server, hostname="localhost", tls_context=context, require_starttls=True, loop=loop),
        "127.0.0.1",
        0,
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


@dataclass
class Request:
    """What the receiver got."""

    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Receiver:
    """Takes any request; `answers` are the next statuses, then 200. Whoever asks for something of `held` waits until it is
    set; under /drip an answer comes, a letter at a time, and never ends."""

    server: TestServer
    requests: list[Request]
    answers: list[int]
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    says: str = '{"status": "queued"}'

    def url(self, path: str) -> str:
        return str(self.server.make_url("/")) + path

    @property
    def bodies(self) -> list[str]:
        return [request.body for request in self.requests]


@asynccontextmanager
async def receive(context: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """`context`: speaks TLS with that."""
    requests: list[Request] = []
    answers: list[int] = []

    async def take(request: web.Request) -> web.StreamResponse:
        requests.append(Request(request.raw_path, dict(request.headers), await request.text()))
        if request.path == "/drip":
            return await _drip(request)
        if holding := receiver.held.get(request.path):
            await holding.wait()
        status = answers.pop(0) if answers else 200
        headers = {"Location": "http://127.0.0.1:1/elsewhere"} if status in (301, 307) else {}
        headers |= {"Retry-After": "600"} if status == 429 else {}
        return web.Response(status=status, text=receiver.says, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    server = TestServer(app, scheme="https" if context else "http")
    await server.start_server(ssl=context, shutdown_timeout=0.1)
    receiver = Receiver(server, requests, answers)
    try:
        yield receiver
    finally:
        await server.close()


async def _drip(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b".")
        await asyncio.sleep(0.02)


@dataclass
class Told:
    """A line with a supervisor (Ilse: mail, then SMS) and two engineers, of whom Bram has an account."""

    desk: Desk
    store: Store
    clock: SetClock
    channels: Channels
    mail: MailServer
    receiver: Receiver

    async def happens(self, kind: str, to: str, text: str = "Er is iets.", key: str = "") -> None:
        """Written in the outbox and spread, as the watch does."""
        async with self.store.session() as session:
            await tell_once(session, key or f"{kind}:{self.clock.now()}", kind, to, text, self.clock.now())
        await deliver(Outbox(self.store, self.clock), telling_people(self.desk.notifications))

    async def tick(self, after: timedelta = timedelta(0)) -> int:
        """Sends what waits, `after` from now."""
        self.clock.at += after
        return await send_what_waits(self.desk.notifications.tellings, self.channels)

    async def steps(self) -> list[StepView]:
        """Of the newest notice."""
        return list((await self.desk.notifications.newest(1))[0].steps)

    async def wants(self, account: str, wanted: Preferences) -> None:
        async with self.store.reading() as session:
            id = (await session.exec(select(AccountRow.id).where(AccountRow.username == account))).one()
        await self.desk.notifications.set_preferences(id or 0, wanted, SUPERVISOR)

    @property
    def heard(self) -> list[str]:
        """Channel and address of all that arrived, SMS after mail."""
        return [f"mail {one['To']}" for one in self.mail.mails] + [
            f"sms {one.path.removeprefix('/sms/')}" for one in self.receiver.requests if one.path.startswith("/sms")
        ]


def notify_settings(folder: Path, mail: MailServer, receiver: Receiver, authorities: Path) -> NotifySettings:
    """Mail, an SMS gateway and a webhook with two keys."""
    for name, secret in (("new", KEY), ("old", OLD_KEY), ("sms", SMS_TOKEN)):
        (folder / name).write_text(f"{secret}\n")
    return NotifySettings(
        pages="https://lijn.example",
        mail=MailSettings(host="127.0.0.1", port=mail.port, ca_file=authorities, sender="Lijn <lijn@lijn.example>"),
        gateways={
            "sms": GatewaySettings(
                sends_to="phone",
                url=receiver.url("sms/$to"),
                headers={"Authorization": "Bearer $secret", "Idempotency-Key": "$id"},
                body='{"to": "$to", "message": "$text"}',
                secret_file=folder / "sms",
                success='"status": *"queued"',
            )
        },
        webhooks={
            "ticketsysteem": WebhookSettings(url=receiver.url("hook"), secret_files=(folder / "new", folder / "old"))
        },
    )


async def make_told(
    store: Store,
    settings: Settings,
    channels: Channels,
    mail: MailServer,
    receiver: Receiver,
    jitter: Callable[[], float] = lambda: 0.5,
) -> Told:
    clock = SetClock()
    desk = Desk(store, settings, clock)
    desk.notifications = Notifications(store, clock, desk.days, settings.notify, jitter)
    async with store.session() as session:
        engineers = [EngineerRow(name=name, number=number) for name, number in ENGINEERS]
        session.add_all(engineers)
        await session.flush()
        session.add(_account("ilse", Role.SUPERVISOR, clock))
        session.add(_account("bram", Role.ENGINEER, clock, engineers[0].id))
    told = Told(desk, store, clock, channels, mail, receiver)
    await told.wants("ilse", Preferences(mail="ilse@lijn.example", phone="0612345009"))
    return told


ENGINEERS = (("Bram Bedacht", "+31612345002"), ("Sanne Schijn", "+31612345003"))


def _account(name: str, role: Role, clock: Clock, engineer_id: int | None = None) -> AccountRow:
    return AccountRow(username=name, password_hash="x", role=role, created_at=clock.now(), engineer_id=engineer_id)
