"""Ways to tell people: mail, gateways by HTTP and signed webhooks. Their addresses stand here and nowhere else."""

import re
from ipaddress import ip_address
from pathlib import Path
from string import Template
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

#: What a gateway's address, headers and body may name; `$to` is already the address of the person.
PLACES = frozenset({"to", "text", "subject", "id", "kind", "ticket", "link", "secret"})
MAIL = "mail"

Port = Annotated[int, Field(ge=1, le=65535)]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
#: Which address of a person a channel sends to.
AddressKind = Literal["mail", "phone", "topic"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MailSettings(_Part):
    """The mail server that takes our mail. No host: no mail is sent."""

    host: str | None = None
    port: Port = 587
    #: none: only to a server on this machine.
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: str = Field("Meldlijn <meldlijn@localhost>", pattern=r"^[^\r\n]*@[^\r\n]+$")
    #: Authorities that sign the server's certificate; None: those of this machine.
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _is_encrypted(self) -> "MailSettings":
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError(f"mail to {self.host} must be encrypted: set security to starttls or tls")
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file belong together: set both or none")
        return self


class GatewaySettings(_Part):
    """Any gateway that takes a message by one HTTP request: SMS, ntfy, Matrix. `$to` and the other places are filled in."""

    sends_to: Literal["phone", "topic"]
    url: str
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    body: str = ""
    #: How a value is written inside the body.
    body_is: Literal["json", "form", "text"] = "json"
    #: Its content is `$secret`.
    secret_file: Path | None = None
    #: The answer must hold this expression beside a status 200-299.
    success: str = ""

    @field_validator("url")
    @classmethod
    def _is_allowed(cls, url: str) -> str:
        return must_be_safe(url)

    @field_validator("success")
    @classmethod
    def _is_expression(cls, success: str) -> str:
        try:
            re.compile(success)
        except re.error as mistake:
            raise ValueError(f"success is no regular expression: {mistake}") from mistake
        return success

    @model_validator(mode="after")
    def _names_places(self) -> "GatewaySettings":
        texts = (self.url, self.body, *self.headers.values())
        named = {name for text in texts for name in _places_of(text)}
        if unknown := named - PLACES:
            raise ValueError(f"unknown places {', '.join(sorted(unknown))}; choose from {', '.join(sorted(PLACES))}")
        if "secret" in named and self.secret_file is None:
            raise ValueError("$secret is named: set secret_file to the file that holds it")
        return self


class WebhookSettings(_Part):
    """A receiver of signed events (Standard Webhooks)."""

    url: str
    #: The newest first; each one signs, so that a receiver can change over. Each holds `whsec_` and base64.
    secret_files: tuple[Path, ...] = Field(min_length=1, max_length=3)
    #: Which kinds it gets; none named: all.
    kinds: tuple[str, ...] = ()
    #: A field map, a TOML file or one that ships ("autotask"): events of tickets carry the ticket in those fields too.
    field_map: str = ""

    @field_validator("url")
    @classmethod
    def _is_allowed(cls, url: str) -> str:
        if "$" in url:
            raise ValueError("nothing is filled in here: write the whole address")
        return must_be_safe(url)


class NotifySettings(_Part):
    """How people are told, and when the next way is tried."""

    #: Not delivered, or nobody took it up: the next channel, then the next person.
    escalate_after_minutes: float = Field(5.0, gt=0, le=240)
    #: Where people open the pages, for links in messages; "": without a link.
    pages: str = Field("", pattern=r"^(https?://\S+[^/\s])?$")
    mail: MailSettings = MailSettings()
    gateways: dict[ChannelName, GatewaySettings] = {}
    webhooks: dict[ChannelName, WebhookSettings] = {}

    @model_validator(mode="after")
    def _are_names_of_one(self) -> "NotifySettings":
        if twice := ({MAIL, *self.webhooks} & set(self.gateways)) | ({MAIL} & set(self.webhooks)):
            raise ValueError(f"two channels are called {', '.join(sorted(twice))}: give each its own name")
        return self

    def ways(self) -> dict[str, AddressKind]:
        """The channels to people in the order of the settings, and which address of a person each needs."""
        mail: dict[str, AddressKind] = {MAIL: "mail"} if self.mail.host else {}
        return mail | {name: gateway.sends_to for name, gateway in self.gateways.items()}


def must_be_safe(url: str) -> str:
    """Encrypted, or on this machine; the host is fixed, and nobody's name stands in the address. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"{url!r} is no address: write https://host/path")
    if "$" in parts.netloc or "@" in parts.netloc:
        raise ValueError("the host must be fixed, and a name or password belongs in a header with $secret")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"write https: http is only for this machine, not for {parts.hostname}")
    return url


def is_loopback(host: str) -> bool:
    """Whether the name means this machine without asking anybody."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _places_of(text: str) -> list[str]:
    template = Template(text)
    if not template.is_valid():
        raise ValueError(f"{text!r}: a single $ must name a place; write $$ for the sign itself")
    return template.get_identifiers()
