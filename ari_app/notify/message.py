"""What a channel sends, and how it says that it could not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """To one person or receiver. `id` is the same at each try, so that a receiver can know a repetition. Texts are Dutch."""

    id: str
    #: In the form of the channel: a mail address, E.164, a topic; "" for a webhook.
    to: str
    subject: str
    text: str
    kind: str
    #: "" when it is about none.
    ticket: str
    link: str
    #: When it became true, not when it is sent.
    written_at: datetime
    #: What a webhook gets: its type, such as "notice.breached", and its data.
    event_type: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)


class DeliveryFailed(Exception):
    """A channel could not deliver; the message says why, in Dutch and without anybody's address.

    `permanent`: trying again does not help. `again_in`: not sooner than that, as the receiver asks.
    """

    def __init__(self, why: str, *, permanent: bool = False, again_in: timedelta | None = None) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.again_in = again_in


class Channel(Protocol):
    """One way to tell people."""

    async def deliver(self, message: Message) -> None:
        """Returns when the other side took it. Raises DeliveryFailed."""
