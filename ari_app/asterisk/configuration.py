"""The files of `dialplan/` with their @words@ filled in. Standard library only."""

import re
from collections.abc import Mapping
from pathlib import Path

#: Asterisk's side of the line, as it stands in the repository.
SOURCES = Path(__file__).parents[2] / "dialplan"

#: Read by nobody as they are: the lines of one desk phone, and two forms of the trunk.
DESK_PHONE, TRUNK_UDP, TRUNK_TLS = "desk-phone.conf", "trunk-udp.conf", "trunk-tls.conf"

#: Asterisk reports an error for each of these that is not there, though its defaults serve.
LEFT_AT_DEFAULTS = ("acl", "ccss", "cel", "features", "pjproject", "udptl", "websocket_client")

_WORD = re.compile(r"@([a-z_]+)@")


def fill_in(text: str, words: Mapping[str, object]) -> str:
    """`text` with each @word@ replaced. Raises ValueError for a word without a value, or a value that would break out of its line."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in words:
            raise ValueError(f"dialplan/ asks for @{name}@, which has no value. Known: {', '.join(sorted(words))}.")
        filled = str(words[name])
        if re.search(r"[\r\n;\[\]]", filled):
            raise ValueError(
                f"{name} is {filled!r}: line ends and ; [ ] mean something else to Asterisk. Leave them out."
            )
        return filled

    return _WORD.sub(value, text)


def write_files(folder: Path, words: Mapping[str, object], desk_phones: Mapping[str, str]) -> None:
    """Writes all configuration files into `folder`, readable for this user only. The trunk is encrypted when `words` name a certificate.

    `desk_phones`: name of the endpoint to its SIP address, for example {"desk-1": "127.0.0.3:5081"}.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(SOURCES.glob("*.conf")):
        if source.name not in (DESK_PHONE, TRUNK_UDP, TRUNK_TLS):
            _write(folder / source.name, fill_in(source.read_text(encoding="utf-8"), words))
    for name in LEFT_AT_DEFAULTS:
        _write(folder / f"{name}.conf", "; Nothing is set here.\n")
    trunk = TRUNK_TLS if "tls_certificate" in words else TRUNK_UDP
    _write(folder / "trunk.conf", fill_in((SOURCES / trunk).read_text(encoding="utf-8"), words))
    phone = (SOURCES / DESK_PHONE).read_text(encoding="utf-8")
    phones = [fill_in(phone, {"name": name, "contact": contact}) for name, contact in desk_phones.items()]
    _write(folder / "desk-phones.conf", "\n".join(phones))


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
