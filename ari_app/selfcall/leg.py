"""Our side of a call that we place ourselves, and an ear at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np

from ari_app.asterisk.channel import Channel, Hangup
from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import Gone, Refused
from ari_app.asterisk.events import Event
from ari_app.sip_phone.alaw import Pcm

LEG_STARTS_WITHIN = 5.0
_HEADER_BYTES = 44


class NotPlaced(Exception):
    """The call did not come about; the message says why, in Dutch."""


class OwnLeg(Channel):
    """A leg without a caller behind it."""

    ends_with = frozenset({"ChannelDestroyed"})
    is_ringing = False

    def deliver(self, event: Event) -> None:
        if event.type == "ChannelStateChange" and event.state == "Ringing":
            self.is_ringing = True
        super().deliver(event)


@asynccontextmanager
async def dialled(client: AriClient, endpoint: str, name: str, caller_id: str, within: float) -> AsyncIterator[OwnLeg]:
    """Create and dial, never originate: a redirect is not followed. Leaving the block hangs up. Raises NotPlaced."""
    leg = OwnLeg(client.rest, name)
    client.watch(leg)
    try:
        await client.rest.create(endpoint, leg.id, client.app, caller_id=caller_id, caller_name="")
        await leg.wait_for(lambda: leg.is_started or None, LEG_STARTS_WITHIN)
        await client.rest.dial(leg.id, ring_for=within)
        yield leg
    except (Gone, Refused) as failure:
        raise NotPlaced(f"de centrale kon niet bellen ({failure})") from failure
    except Hangup:
        raise NotPlaced(f"de provider weigerde of verbrak (SIP {leg.sip_code}, oorzaak {leg.cause})") from None
    finally:
        with suppress(Gone, Refused):
            await leg.hang_up()
        client.forget(leg.id)


class Ear:
    """Records what a leg hears, and gives it while it grows."""

    def __init__(self, client: AriClient, leg: OwnLeg, recordings: Path) -> None:
        self._client = client
        self._leg = leg
        self._name = f"self-call/{leg.id}"
        self.file = recordings / f"{self._name}.wav"

    async def open(self, seconds: int) -> None:
        """Listens at the leg by a channel beside it: one that was dialled by us can't be recorded itself."""
        listener = Channel(self._client.rest, f"ear-{self._leg.id}")
        self._client.watch(listener)
        await self._client.rest.request(
            "POST", f"/channels/{self._leg.id}/snoop/{listener.id}", spy="in", app=self._client.app, appArgs="ear"
        )
        await listener.wait_for(lambda: listener.is_started or None, LEG_STARTS_WITHIN)
        await self._client.rest.record(listener.id, self._name, max_seconds=seconds, max_silence_seconds=0)

    def heard(self) -> Pcm:
        """All so far; 8 kHz mono."""
        if not self.file.is_file():
            return np.zeros(0, np.int16)
        sound = self.file.read_bytes()[_HEADER_BYTES:]
        return np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2").astype(np.int16)

    def close(self) -> None:
        self._client.forget(f"ear-{self._leg.id}")
