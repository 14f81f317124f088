"""Passwords and tokens: made by chance, kept as hashes."""

import asyncio
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ari_app.web.languages import _

SHORTEST = 12
LONGEST = 200
#: No 0 and o, 1 and l and i: what is shown once is typed over from a screen.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """argon2id, in threads, at most two at once: one hash takes 64 MiB."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._at_once = asyncio.Semaphore(2)
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        async with self._at_once:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, hashed: str | None) -> bool:
        """Takes as long for an account that does not exist (None)."""
        async with self._at_once:
            matches = await asyncio.to_thread(self._matches, hashed or self._nobodys, password)
        return matches and hashed is not None

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def by_chance(groups: int, length: int) -> str:
    """Such as `wmzk-3rpa`: groups of readable characters, about five bits each."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(length)) for _ in range(groups))


def sha256(secret: str) -> str:
    """For what is random itself, such as a token: a table of such hashes opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def why_weak(password: str, username: str) -> str:
    """In Dutch, what is wrong with a password that somebody chose; "": nothing."""
    if not SHORTEST <= len(password) <= LONGEST:
        return _(
            "kies een wachtwoord van %(shortest)s tot %(longest)s tekens, niet van %(length)s",
            shortest=SHORTEST,
            longest=LONGEST,
            length=len(password),
        )
    if len(set(password)) < 5:
        return _("dit wachtwoord is te makkelijk te raden, kies bijvoorbeeld vier losse woorden")
    if username.casefold() in password.casefold():
        return _("je naam staat in het wachtwoord, kies iets zonder je naam")
    return ""
