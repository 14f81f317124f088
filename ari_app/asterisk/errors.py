"""What can go wrong between us and Asterisk.

AsteriskError
├── Gone                  the channel, bridge or playback is no longer there: an end, not a fault
├── Unreachable           no connection; the client tries again
├── Refused               Asterisk said no (status and reason); a fault of ours or of its configuration
└── Fatal                 going on would do harm: wrong password, too old, another instance took over
"""


class AsteriskError(Exception):
    """Base of all errors of this package."""


class Gone(AsteriskError):
    """What the request was about is no longer there."""


class Unreachable(AsteriskError):
    """Asterisk does not answer. Is it running? `meldlijn doctor` tells."""


class Refused(AsteriskError):
    """Asterisk refused a request."""

    def __init__(self, status: int, what: str, reason: str) -> None:
        super().__init__(f"Asterisk refused {what}: {status} {reason}")
        self.status = status


class Fatal(AsteriskError):
    """The service must stop taking calls."""
