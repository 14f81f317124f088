"""What an OpenID provider says, and who it says came back. All is checked: signature, issuer, audience, time, nonce."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ari_app.access_settings import OidcSettings

#: How far the clocks of the provider and ours may be apart.
LEEWAY_SECONDS = 60
#: What the provider says of itself is asked anew after so long; keys also when one is unknown.
KEPT_FOR = timedelta(hours=1)
TIMEOUT_SECONDS = 10.0
#: Signatures with a key that only the provider has; never "none", never a shared secret.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class OutsideLoginFailed(Exception):
    """The provider could not be asked, or what it said does not hold. The message is for the log, not for the page."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `subject` is unique with its issuer; `groups` are the values of the role claim."""

    subject: str
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """One login under way. `verifier` stays here; the provider sees its hash only (PKCE)."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Asking":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64))


@dataclass(frozen=True, slots=True)
class _Said:
    """The discovery document and the keys."""

    document: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """One OpenID provider. Every method may raise OutsideLoginFailed."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._issuer = settings.issuer or ""
        self._said: _Said | None = None

    async def address(self, asking: Asking, back_to: str, now: datetime) -> str:
        """Where the browser is sent."""
        document = (await self._ask(now)).document
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asking.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back_to,
            "scope": self._settings.scopes,
            "state": asking.state,
            "nonce": asking.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        place = str(document["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    async def identity(self, code: str, asking: Asking, back_to: str, now: datetime) -> Identity:
        """Trades the code for a signed token and reads it."""
        said = await self._ask(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "client_id": self._settings.client_id,
            "code_verifier": asking.verifier,
        }
        answer = await self._post(str(said.document["token_endpoint"]), form, said.document)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OutsideLoginFailed("the provider gave no id_token; is `openid` among the scopes?")
        return self._identity_in(await self._claims(token, said, asking.nonce, now))

    async def _claims(self, token: str, said: _Said, nonce: str, now: datetime) -> Mapping[str, Any]:
        try:
            claims = _verified(token, said.keys)
        except (JoseError, ValueError) as unknown:
            # A key that we do not know: the provider may have new ones since we asked.
            if now - said.at < timedelta(minutes=1):
                raise OutsideLoginFailed(f"the id_token does not hold: {unknown}") from unknown
            self._said = None
            try:
                claims = _verified(token, (await self._ask(now)).keys)
            except (JoseError, ValueError) as wrong:
                raise OutsideLoginFailed(f"the id_token does not hold: {wrong}") from wrong
        self._check(claims, nonce, now)
        return claims

    def _check(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> None:
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            rules.validate(dict(claims))
        except JoseError as wrong:
            raise OutsideLoginFailed(f"the id_token does not hold: {wrong}") from wrong
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._settings.client_id:
            raise OutsideLoginFailed("the id_token is for several, and not issued to us")

    def _identity_in(self, claims: Mapping[str, Any]) -> Identity:
        name, groups = claims.get(self._settings.name_claim), claims.get(self._settings.role_claim, ())
        if not isinstance(name, str) or not name.strip():
            raise OutsideLoginFailed(
                f"the id_token has no claim {self._settings.name_claim!r} to name an account after"
            )
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        return Identity(f"{self._issuer} {claims['sub']}", name.strip(), tuple(str(group) for group in listed))

    async def _ask(self, now: datetime) -> _Said:
        if self._said is None or now - self._said.at > KEPT_FOR:
            document = await self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != self._issuer:
                raise OutsideLoginFailed(f"the provider calls itself {document.get('issuer')!r}, not {self._issuer!r}")
            missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - document.keys()
            if missing:
                raise OutsideLoginFailed(f"the discovery document lacks {', '.join(sorted(missing))}")
            keys = await self._get(str(document["jwks_uri"]))
            try:
                self._said = _Said(document, KeySet.import_key_set(keys), now)  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as damage:
                raise OutsideLoginFailed(f"the keys of the provider can't be read: {damage}") from damage
        return self._said

    async def _get(self, address: str) -> dict[str, Any]:
        return await _json("GET", address)

    async def _post(self, address: str, form: dict[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
        secret = _secret_of(self._settings)
        if not secret:
            return await _json("POST", address, data=form)
        ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            return await _json("POST", address, data=form, auth=(self._settings.client_id, secret))
        return await _json("POST", address, data={**form, "client_secret": secret})


def _secret_of(settings: OidcSettings) -> str:
    """Read at each login: a new secret needs no restart."""
    if settings.client_secret_file is None:
        return ""
    try:
        return settings.client_secret_file.read_text(encoding="utf-8").strip()
    except OSError as failure:
        raise OutsideLoginFailed(f"oidc.client_secret_file can't be read: {failure}") from failure


def _verified(token: str, keys: KeySet) -> Mapping[str, Any]:
    return jwt.decode(token, keys, algorithms=list(_ALGORITHMS)).claims


async def _json(method: str, address: str, **more: Any) -> dict[str, Any]:
    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.request(method, address, **more)
            found = answer.json() if answer.status_code == 200 else None
    except (httpx2.HTTPError, ValueError) as failure:
        raise OutsideLoginFailed(f"{address} did not answer: {failure}") from failure
    if not isinstance(found, dict):
        raise OutsideLoginFailed(f"{address} answered {answer.status_code}, not with a JSON object")
    return found
