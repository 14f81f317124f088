"""Labelled messages for the commands that learn and evaluate: from files, and from what people confirmed on a line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.cli.common import fail

if TYPE_CHECKING:
    from ari_app.config import Settings
    from transcription.labelled import Message


def read_labelled(files: Sequence[Path]) -> list[Message]:
    """Ends the command with every mistake of a file that can't be used."""
    from transcription.labelled import read_messages

    found = []
    for file in files:
        try:
            found += read_messages(file.read_text(encoding="utf-8").splitlines())
        except OSError as cause:
            fail(f"{file} can't be read: {cause.strerror}. Give a file with JSON lines.")
        except ValueError as mistakes:
            fail(f"{file}: {mistakes}")
    return found


def confirmed_on(settings: Settings) -> list[Message]:
    """What people confirmed of messages that this line heard, beside what they are."""
    from ari_app.desk.confirmed import confirmed_messages
    from ari_app.store.database import Store

    async def read() -> list[Message]:
        store = Store.open(settings.database_url)
        try:
            async with store.reading() as session:
                return await confirmed_messages(session)
        finally:
            await store.close()

    return asyncio.run(read())
