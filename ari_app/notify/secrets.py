"""Secrets of channels: read at each use, so that a changed file counts without a restart."""

import base64
import binascii
from pathlib import Path

from ari_app.notify.message import DeliveryFailed

_PREFIX = "whsec_"
#: What Standard Webhooks asks of a secret, in bytes.
_SHORTEST, _LONGEST = 24, 64


def read_secret(file: Path | None) -> str:
    """Without the line end; "" when there is no file to read. Raises DeliveryFailed."""
    if file is None:
        return ""
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failure:
        raise DeliveryFailed(f"Het bestand {file.name} met het geheim kan niet worden gelezen.") from failure
    if not secret or "\n" in secret:
        raise DeliveryFailed(f"Het bestand {file.name} hoort één regel met het geheim te bevatten.")
    return secret


def read_signing_secret(file: Path) -> bytes:
    """The key of a `whsec_` file. Raises DeliveryFailed."""
    text = read_secret(file).removeprefix(_PREFIX)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as mistake:
        raise DeliveryFailed(f"Het geheim in {file.name} is geen base64.") from mistake
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise DeliveryFailed(f"Het geheim in {file.name} heeft {len(key)} bytes; het horen er 24 tot 64 te zijn.")
    return key
