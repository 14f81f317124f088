"""The channels of a line, made from its settings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from ari_app.channel_settings import MAIL, NotifySettings
from ari_app.clock import Clock, SystemClock
from ari_app.notify.answers import new_client
from ari_app.notify.gateway import Gateway
from ari_app.notify.mail import Mail
from ari_app.notify.message import Channel, DeliveryFailed
from ari_app.notify.secrets import read_secret, read_signing_secret
from ari_app.notify.webhook import Webhook

Channels = Mapping[str, Channel]


@asynccontextmanager
async def open_channels(settings: NotifySettings, clock: Clock | None = None) -> AsyncIterator[Channels]:
    """By name. `clock` None: real time, which a receiver of webhooks compares with its own."""
    async with new_client() as client:
        channels: dict[str, Channel] = {MAIL: Mail(settings.mail)} if settings.mail.host else {}
        channels |= {name: Gateway(one, client) for name, one in settings.gateways.items()}
        channels |= {name: Webhook(one, client, clock or SystemClock()) for name, one in settings.webhooks.items()}
        yield channels


def missing_secrets(settings: NotifySettings) -> list[str]:
    """What is wrong with the files of the secrets, in Dutch, with the name of the channel."""
    wrong = []
    files = [(MAIL, settings.mail.password_file)] if settings.mail.host else []
    files += [(name, one.secret_file) for name, one in settings.gateways.items()]
    for name, file in files:
        try:
            read_secret(file)
        except DeliveryFailed as failure:
            wrong.append(f"{name}: {failure}")
    for name, hook in settings.webhooks.items():
        for key in hook.secret_files:
            try:
                read_signing_secret(key)
            except DeliveryFailed as failure:
                wrong.append(f"{name}: {failure}")
    return wrong
