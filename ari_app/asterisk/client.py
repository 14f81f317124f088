"""Our connection to Asterisk: one WebSocket whose events go to the calls they belong to, at once and in order, and the heartbeat."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog

from ari_app.asterisk.channel import Channel
from ari_app.asterisk.dialling import DialGuard
from ari_app.asterisk.errors import Fatal, Gone, Refused, Unreachable
from ari_app.asterisk.events import Event, UnreadableEvent, read_event
from ari_app.asterisk.heartbeat import HEARTBEAT_EVERY, Heartbeat
from ari_app.asterisk.rest import Rest
from ari_app.asterisk.version import check_version

log = structlog.get_logger()

#: Our own pings find a half-open connection; Asterisk sends none.
PING_EVERY = 5.0
BACK_OFF = (0.1, 0.3, 1.0, 2.0, 5.0)
#: Events that no call needs.
NOISE = (
    "ChannelCallerId",
    "ChannelConnectedLine",
    "ChannelCreated",
    "ChannelDialplan",
    "ChannelVarset",
    "DeviceStateChanged",
    "PlaybackContinuing",
    "PlaybackStarted",
    "RecordingStarted",
)


class AriClient:
    """Keeps the connection, hands events to channels, and a new caller to `on_caller`.

    `takes_callers`: false for a connection that only places calls; it gives no sign of life.
    """

    def __init__(self, rest: Rest, app: str, heartbeat: Heartbeat | None = None, *, takes_callers: bool = True) -> None:
        self.rest = rest
        self.app = app
        self.heartbeat = (heartbeat or Heartbeat(rest)) if takes_callers else None
        self.connected = asyncio.Event()
        #: The service ends: what is on in Asterisk is left as it is, for the next start to go on with.
        self.is_stopping = False
        #: Set by the reception; before that nothing is rung.
        self.guard = DialGuard()
        #: Set by the service: takes the StasisStart of a caller who just came in; must not wait.
        self.on_caller: Callable[[Event], None] = lambda event: None
        #: Set by the service: takes (channels, bridges) of Asterisk after a connect that no call of ours claims.
        self.on_strays: Callable[[list[dict[str, Any]], list[str]], None] = lambda channels, bridges: None
        #: Called with each raw message: the tests check them against the api-docs.
        self.on_message: Callable[[dict[str, Any]], None] | None = None
        self._channels: dict[str, Channel] = {}

    def watch(self, channel: Channel) -> None:
        """From now on its events reach it. Before the first command about it."""
        self._channels[channel.id] = channel

    def forget(self, channel_id: str) -> None:
        self._channels.pop(channel_id, None)
        self.guard.forget(channel_id)

    def watches(self, channel_id: str) -> bool:
        """A call or leg of this service."""
        return channel_id in self._channels

    @property
    def watched(self) -> int:
        """How many channels are watched: none when no call is on."""
        return len(self._channels)

    async def run(self) -> None:
        """Connects, and connects again after each break. Raises Fatal when going on would do harm."""
        attempt = 0
        while True:
            try:
                await self._session()
                attempt = 0
            # Gone and Refused: a server that is booting or stopping answers so for a moment.
            except (Unreachable, Gone, Refused, aiohttp.ClientError, TimeoutError, OSError) as failure:
                log.warning(
                    "No connection to Asterisk", action="ari_unreachable", attempt=attempt, why=repr(failure)[:200]
                )
            self.connected.clear()
            pause = BACK_OFF[min(attempt, len(BACK_OFF) - 1)]
            attempt += 1
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))

    async def beat(self) -> None:
        """Tells the dialplan every few seconds that this loop lives."""
        while self.heartbeat:
            if self.connected.is_set():
                await self.heartbeat.once()
            await asyncio.sleep(HEARTBEAT_EVERY)

    async def _session(self) -> None:
        await self._check_version()
        if self.heartbeat:
            await self.heartbeat.claim()
        url = f"{self.rest.url}/events"
        connecting = self.rest.session.ws_connect(url, params={"app": self.app}, heartbeat=PING_EVERY, autoping=True)
        async with await connecting as socket:
            await self.rest.leave_out(self.app, *NOISE)
            if self.heartbeat:
                await self.heartbeat.once()
            await self._resynchronise()
            self.connected.set()
            log.info("Connected to Asterisk", action="ari_connected", app=self.app)
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)

    async def _check_version(self) -> None:
        try:
            info = await self.rest.info()
            version = str(info["system"]["version"])
        except Gone:  # its modules are still loading
            raise Unreachable("Asterisk is still starting") from None
        except (KeyError, TypeError):
            raise Unreachable(f"Who answers at {self.rest.url} is no Asterisk: it tells no version") from None
        if wrong := check_version(version):
            raise Fatal(wrong)

    async def _resynchronise(self) -> None:
        """Calls that Asterisk no longer knows hear that they are gone, the others what they missed; channels that no call knows
        are handed over as strays."""
        present = {channel["id"]: channel for channel in await self.rest.channels()}
        ours = await self.rest.application(self.app)
        for channel in list(self._channels.values()):
            if channel.id not in present:
                channel.lost()
            elif channel.id in ours["channel_ids"]:
                await channel.catch_up(present[channel.id]["state"])
        strays = [present[name] for name in ours["channel_ids"] if name in present and name not in self._channels]
        if strays or ours["bridge_ids"]:
            self.on_strays(strays, list(ours["bridge_ids"]))

    def _take(self, text: str) -> None:
        """One message; what is no event is left out, and all calls go on."""
        try:
            message, event = read_event(text)
        except UnreadableEvent as why:
            log.warning("Asterisk sent an event that can't be read", action="event_unreadable", why=str(why)[:200])
            return
        if self.on_message:
            self.on_message(message)
        self._dispatch(event)

    def _dispatch(self, event: Event) -> None:
        if event.type == "ApplicationReplaced":
            raise Fatal(
                f"Another instance took over the application {self.app!r}. Only one may run beside one Asterisk."
            )
        is_caller = event.type == "StasisStart" and event.args[:1] == ("in",)
        if is_caller and event.channel_id and event.channel_id not in self._channels:
            self.on_caller(event)
        if channel := self._channels.get(event.channel_id or ""):
            channel.deliver(event)
