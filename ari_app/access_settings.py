"""Settings about people: who may do what, and where they sign in."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

RoleName = Literal["supervisor", "engineer", "manager", "auditor", "administrator"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AccessSettings(_Part):
    """Who may do what in the pages, where the table of roles leaves it to the line."""

    #: Who may hear and read what callers said (R-113).
    hear_roles: tuple[RoleName, ...] = ("supervisor", "engineer", "administrator")
    #: Who must have a second factor: they set it up at the next login.
    totp_roles: tuple[RoleName, ...] = ()


class OidcSettings(_Part):
    """Signing in at an OpenID provider, beside local accounts. No issuer: not at all."""

    #: Where its discovery document is, without `/.well-known/openid-configuration`.
    issuer: str | None = Field(None, pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?)$")
    client_id: str = ""
    #: None: a public client, with PKCE alone.
    client_secret_file: Path | None = None
    #: On the button: "Log in met ...".
    name: str = "je organisatie"
    scopes: str = "openid profile email"
    #: The claim that an account is named after.
    name_claim: str = "preferred_username"
    #: The claim with groups or roles, and the role that each value gives here.
    role_claim: str = "groups"
    roles: dict[str, RoleName] = {}
