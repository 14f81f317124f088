"""SIP messages as values: reading a datagram and writing one (RFC 3261, UDP only). No sockets, no state."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

Headers = Iterable[tuple[str, str]]

PHRASES = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    404: "Not Found",
    408: "Request Timeout",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "c": "content-type",
    "l": "content-length",
}
#: What stands in the user part as it is (RFC 3261 section 25.1), beside letters and digits.
_USER_CHARACTERS = "-_.!~*'()&=+$,"
_REQUIRED = ("via", "from", "to", "call-id", "cseq")


@dataclass(frozen=True)
class Message:
    """What requests and responses share. Header names are matched without regard to case."""

    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str:
        """The first value, or "" when the header is absent."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method. ValueError when it is not "<number> <METHOD>"."""
        number, method = self.header("CSeq").split()
        return int(number), method

    @property
    def branch(self) -> str:
        """The id of the transaction: the branch of the topmost Via."""
        found = re.search(r"branch=([^;,\s]+)", self.header("Via"))
        return found.group(1) if found else ""

    @property
    def routes(self) -> list[str]:
        """Record-Route entries, topmost first; several in one header are taken apart."""
        return [route for value in self.all("Record-Route") for route in re.split(r",\s*(?=<)", value)]

    def _encode(self, first_line: str) -> bytes:
        lines = [first_line, *(f"{name}: {value}" for name, value in self.headers)]
        body = self.body.encode()
        if unsafe := next((line for line in lines if "\r" in line or "\n" in line), None):
            raise ValueError(f"line break inside a SIP header: {unsafe!r}; remove it")
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@dataclass(frozen=True)
class Request(Message):
    method: str
    uri: str

    def encode(self) -> bytes:
        return self._encode(f"{self.method} {self.uri} SIP/2.0")


@dataclass(frozen=True)
class Response(Message):
    code: int
    phrase: str

    def encode(self) -> bytes:
        return self._encode(f"SIP/2.0 {self.code} {self.phrase}")


@dataclass(frozen=True)
class NameAddress:
    """The value of From, To and Contact: `"name" <uri>;tag=...`."""

    name: str
    uri: str
    tag: str

    @classmethod
    def read(cls, value: str) -> Self:
        """ValueError when no SIP or tel URI is found."""
        found = re.match(r'\s*(?:"((?:\\.|[^"\\])*)"|([^<"]*?))\s*<((?:sips?|tel):[^>]+)>(.*)$', value)
        if not found:
            bare = re.match(r"\s*((?:sips?|tel):[^;\s]+)(.*)$", value)
            if not bare:
                raise ValueError(f"no SIP address in {value!r}; expected <sip:user@host>")
            return cls("", bare.group(1), _tag(bare.group(2)))
        quoted, plain, uri, parameters = found.groups()
        return cls(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain, uri, _tag(parameters))

    @property
    def user(self) -> str:
        return user_of(self.uri)


def user_of(uri: str) -> str:
    """The user part of a SIP URI (or the number of a tel URI), unescaped and without parameters; "" if there is none."""
    scheme, _, rest = uri.partition(":")
    if scheme == "tel":
        return rest.split(";")[0]
    user, at, _ = rest.partition("@")
    return unquote(user.split(";")[0].split(":")[0]) if at else ""


def uri_for(user: str, host: str, port: int) -> str:
    return f"sip:{quote(user, safe=_USER_CHARACTERS)}@{host}:{port}"


def quoted(name: str) -> str:
    """A display name as it stands in From, with what must be escaped escaped."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def parse(datagram: bytes) -> Request | Response:
    """ValueError for anything that is not a whole, well-formed SIP message."""
    head, blank, body = datagram.partition(b"\r\n\r\n")
    if not blank:
        raise ValueError("no empty line after the headers: not a SIP message, or cut off")
    first, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode()).split("\r\n")
    headers = tuple(_header(line) for line in lines)
    message = _begin(first, headers, _body(headers, body))
    if missing := [name for name in _REQUIRED if not message.header(name)]:
        raise ValueError(f"SIP message without {', '.join(missing)}: {first!r}")
    if not message.cseq[1].isalpha():
        raise ValueError(f"CSeq {message.header('CSeq')!r} names no method")
    return message


def reply(
    request: Request, code: int, phrase: str = "", *, tag: str = "", headers: Headers = (), body: str = ""
) -> Response:
    """The response to `request`; `tag` is added to To unless one is there already."""
    to = request.header("To")
    if tag and not NameAddress.read(to).tag:
        to = f"{to};tag={tag}"
    copied = [("Via", via) for via in request.all("Via")] + [("Record-Route", route) for route in request.routes]
    copied += [("From", request.header("From")), ("To", to)]
    copied += [("Call-ID", request.header("Call-ID")), ("CSeq", request.header("CSeq"))]
    return Response((*copied, *headers), body, code, phrase or PHRASES.get(code, "Unknown"))


def _begin(first: str, headers: tuple[tuple[str, str], ...], body: str) -> Request | Response:
    if status := re.fullmatch(r"SIP/2\.0 ([1-6]\d\d) ?(.*)", first):
        return Response(headers, body, int(status.group(1)), status.group(2))
    if line := re.fullmatch(r"([A-Za-z]+) (\S+) SIP/2\.0", first):
        return Request(headers, body, line.group(1), line.group(2))
    raise ValueError(f"not the first line of a SIP message: {first[:80]!r}")


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise ValueError(f"not a SIP header: {line[:80]!r}")
    name = name.strip()
    return _COMPACT.get(name.lower(), name), value.strip()


def _body(headers: tuple[tuple[str, str], ...], body: bytes) -> str:
    length = next((value for name, value in headers if name.lower() == "content-length"), None)
    if length is None:
        return body.decode()
    if not length.isdigit() or int(length) > len(body):
        raise ValueError(f"Content-Length {length!r}, but {len(body)} bytes follow")
    return body[: int(length)].decode()


def _tag(parameters: str) -> str:
    found = re.search(r";\s*tag=([^;\s]+)", parameters)
    return found.group(1) if found else ""
