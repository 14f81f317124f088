"""Who may reach Asterisk, and by what: the hashed password of ARI, lists of addresses, and an encrypted trunk. Standard library only."""

import contextlib
import hmac
import ipaddress
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: Asterisk hashes at each request. Many rounds only protect passwords that can be guessed; ours has 256 random bits.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of an encrypted trunk: our certificate with its chain, its key, and whom we trust to sign the carrier's."""

    certificate: Path
    key: Path
    authorities: Path
    port: int = 5061

    def words(self) -> dict[str, object]:
        """For dialplan/trunk-tls.conf. Raises ValueError for a file that is not there."""
        files = {"tls_certificate": self.certificate, "tls_key": self.key, "tls_authorities": self.authorities}
        for file in files.values():
            if not file.is_file():
                raise ValueError(f"The encrypted trunk needs {file}, which is not there. docs/operations.md says how.")
        return {**{name: file.absolute() for name, file in files.items()}, "tls_port": self.port}


def kept_password(file: Path) -> str:
    """What is in `file`; generated there when nobody did before, readable for this user only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # somebody else was first: then theirs counts
            _write_secret(file, secrets.token_urlsafe(32))
    return file.read_text(encoding="ascii").strip()


def hashed(password: str) -> str:
    """As crypt(3) does with `$sha1$`: what ari.conf needs to recognise the password, but not to use it."""
    salt = secrets.token_hex(8)
    return f"$sha1${_ROUNDS}${salt}${_encoded(_digest(password, salt))}"


def permitted(addresses: Iterable[str]) -> str:
    """Comma-separated networks for Asterisk's `permit`: of "192.0.2.10:5060", "192.0.2.0/24" or "192.0.2.10", each once.

    Raises ValueError for a host name: Asterisk would look it up at its start only, or for each call.
    """
    return ",".join(dict.fromkeys(str(_network(address)) for address in addresses))


def _write_secret(file: Path, secret: str) -> None:
    """Whole or not at all, and never readable for others."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as written:
        written.write(secret)
    try:
        os.link(fresh, file)
    finally:
        fresh.unlink()


def _network(address: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(address.partition(":")[0], strict=False)
    except ValueError:
        raise ValueError(f"{address!r} is no IPv4 address or network. Write one such as 192.0.2.10.") from None


def _digest(password: str, salt: str) -> bytes:
    key = password.encode()
    found = f"{salt}$sha1${_ROUNDS}".encode()
    for _ in range(_ROUNDS):
        found = hmac.digest(key, found, "sha1")
    return found


def _encoded(digest: bytes) -> str:
    whole = digest + digest[:1]
    groups = (int.from_bytes(whole[at : at + 3], "big") for at in range(0, len(whole), 3))
    return "".join(_ALPHABET[group >> shift & 63] for group in groups for shift in (0, 6, 12, 18))
