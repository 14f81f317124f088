"""Signing in at an OpenID provider: a small one that speaks the protocol, and answers that must not be believed."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlmodel import select

from ari_app.access_settings import OidcSettings
from ari_app.config import Settings
from ari_app.desk.audit import Asked
from ari_app.store.account_tables import AccountRow
from ari_app.web.guard import SESSION_COOKIE

CLIENT, SECRET = "meldlijn", "geheim-van-de-client"


@dataclass
class SmallProvider:
    """Signs what a test has it say. `claims` and `key` change it for the worse."""

    clock: Any
    keys: list[RSAKey] = field(default_factory=lambda: [RSAKey.generate_key(2048, {"kid": "een"}, private=True)])
    claims: dict[str, Any] = field(default_factory=dict)
    sign_with: RSAKey | None = None
    #: In place of one that it signs.
    id_token: str = ""
    issuer: str = ""
    nonce: str = ""
    challenge: str = ""
    posts: list[dict[str, str]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/.well-known/openid-configuration", self.discovery),
            web.get("/keys", self.public_keys),
            web.post("/token", self.token),
        ]

    async def discovery(self, _request: web.Request) -> web.Response:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return web.json_response({"issuer": self.issuer, **{name: self.issuer + path for name, path in places.items()}})

    async def public_keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [key.as_dict(private=False) for key in self.keys]})

    async def token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.posts.append(form)
        if request.headers.get("Authorization") != encode_basic_auth(CLIENT, SECRET) or form["code"] != "de-code":
            return web.json_response({"error": "invalid_client"}, status=401)
        now = int(self.clock.now().timestamp())
        said = {
            "iss": self.issuer, "aud": CLIENT, "sub": "u-17", "exp": now + 300, "iat": now, "nonce": self.nonce,
            "preferred_username": "Sanne", "groups": ["iedereen", "telefonie"], **self.claims,
        }  # fmt: skip
        key = self.sign_with or self.keys[0]
        signed = jwt.encode({"alg": "RS256", "kid": self.keys[0].kid}, said, key)
        return web.json_response({"id_token": self.id_token or signed, "access_token": "x", "token_type": "Bearer"})

    def authorize(self, address: str) -> str:
        """What the browser brings back when somebody signs in there: the state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        self.nonce, self.challenge = query["nonce"], query["code_challenge"]
        return query["state"]


@pytest.fixture
async def provider(clock) -> AsyncIterator[SmallProvider]:
    small = SmallProvider(clock)
    app = web.Application()
    app.add_routes(small.routes())
    served = TestServer(app)
    await served.start_server()
    small.issuer = str(served.make_url("/")).rstrip("/")
    yield small
    await served.close()


@pytest.fixture
def line(tmp_path, provider) -> Settings:
    roles = {"telefonie": "engineer", "chefs": "supervisor"}
    secret = tmp_path / "oidc-secret"
    secret.write_text(f"{SECRET}\n")
    oidc = OidcSettings(
        issuer=provider.issuer, client_id=CLIENT, client_secret_file=secret, roles=roles, name="Bedrijf Bedacht"
    )
    return Settings(home=tmp_path, oidc=oidc)


async def signs_in(client, provider, code="de-code", state=None, target="/rota"):
    away = await client.get(f"/login/outside?next={target}", allow_redirects=False)
    true_state = provider.authorize(away.headers["Location"])
    query = f"code={code}&state={state if state is not None else true_state}"
    return await client.get(f"/login/outside/return?{query}", allow_redirects=False)


async def test_who_signs_in_there_has_an_account_with_the_role_of_the_group(stranger, provider, accounts):
    page = await (await stranger.get("/login")).text()
    answer = await signs_in(stranger, provider)

    assert "Log in met Bedrijf Bedacht" in page
    assert (answer.status, answer.headers["Location"]) == (303, "/rota")
    assert (await stranger.get("/", allow_redirects=False)).status == 200
    (account,) = await accounts.register.all()
    assert (account.username, account.role, account.is_from_outside) == ("sanne", "engineer", True)


async def test_the_code_is_traded_with_the_secret_half_of_pkce(stranger, provider):
    await signs_in(stranger, provider)

    (form,) = provider.posts
    hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == provider.challenge
    assert form["redirect_uri"].endswith("/login/outside/return")


async def test_another_group_gives_another_role_at_the_next_login_and_that_is_written_down(browsers, provider, desk):
    await signs_in(await browsers(), provider)
    provider.claims = {"groups": ["telefonie", "chefs"]}
    await signs_in(await browsers(), provider)

    newest = (await desk.audit.entries(Asked(who="sanne", what="login"), 1))[0]
    assert (newest.role, newest.detail) == ("supervisor", "rol: engineer wordt supervisor")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "van-een-ander"},
        {"nonce": None},
        {"aud": "een-ander-programma"},
        {"aud": ["meldlijn", "een-ander"], "azp": "een-ander"},
        {"iss": "https://elders.example"},
        {"exp": 0},
        {"sub": None},
        {"preferred_username": ""},
    ],
    ids=["nonce of another login", "no nonce", "another audience", "issued to another", "another issuer", "expired",
         "nobody", "no name"],
)  # fmt: skip
async def test_a_token_that_is_not_for_this_login_opens_nothing(stranger, provider, accounts, claims):
    provider.claims = claims

    answer = await signs_in(stranger, provider)

    assert answer.status == 403
    assert SESSION_COOKIE not in answer.cookies
    assert await accounts.register.all() == []


async def test_a_signature_with_another_key_opens_nothing(stranger, provider):
    provider.sign_with = RSAKey.generate_key(2048, {"kid": "een"}, private=True)

    assert (await signs_in(stranger, provider)).status == 403


async def test_a_token_without_a_signature_opens_nothing(stranger, provider):
    provider.id_token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTE3In0."

    assert (await signs_in(stranger, provider)).status == 403


async def test_new_keys_of_the_provider_are_fetched_when_an_unknown_one_signed(browsers, provider, clock):
    await signs_in(await browsers(), provider)
    provider.keys = [RSAKey.generate_key(2048, {"kid": "twee"}, private=True)]
    clock.move(timedelta(minutes=5))

    assert (await signs_in(await browsers(), provider)).status == 303


@pytest.mark.parametrize("state", ["", "verzonnen"])
async def test_an_answer_that_belongs_to_no_login_of_this_browser_opens_nothing(stranger, provider, state):
    assert (await signs_in(stranger, provider, state=state)).status == 403
    assert provider.posts == []


async def test_an_answer_of_another_browser_opens_nothing(browsers, provider):
    victim, attacker = await browsers(), await browsers()
    away = await attacker.get("/login/outside", allow_redirects=False)
    state = provider.authorize(away.headers["Location"])

    answer = await victim.get(f"/login/outside/return?code=de-code&state={state}", allow_redirects=False)

    assert answer.status == 403


async def test_an_answer_counts_once_and_for_ten_minutes(stranger, provider, clock):
    away = await stranger.get("/login/outside", allow_redirects=False)
    address = f"/login/outside/return?code=de-code&state={provider.authorize(away.headers['Location'])}"
    assert (await stranger.get(address, allow_redirects=False)).status == 303
    assert (await stranger.get(address, allow_redirects=False)).status == 403

    away = await stranger.get("/login/outside", allow_redirects=False)
    state = provider.authorize(away.headers["Location"])
    clock.move(timedelta(minutes=10))
    late = await stranger.get(f"/login/outside/return?code=de-code&state={state}", allow_redirects=False)
    assert late.status == 403


@pytest.mark.parametrize(
    ("claims", "words"),
    [({"groups": ["iedereen"]}, "een groep geeft die hier een rol heeft"), ({"groups": None}, "een groep geeft")],
)
async def test_who_has_no_group_of_ours_reads_what_is_needed(stranger, provider, claims, words):
    provider.claims = claims

    answer = await signs_in(stranger, provider)

    assert (answer.status, words in await answer.text()) == (403, True)


async def test_a_local_account_of_the_same_name_is_not_taken_over(stranger, provider, accounts):
    await accounts.create("sanne", "administrator")

    answer = await signs_in(stranger, provider)

    assert answer.status == 403
    assert "die naam is al in gebruik" in await answer.text()


async def test_who_was_disabled_here_does_not_come_in_there(browsers, provider, accounts):
    await signs_in(await browsers(), provider)
    await accounts.register.disable("sanne")

    answer = await signs_in(await browsers(), provider)

    assert "je account weer aanzet" in await answer.text()


async def test_a_provider_that_is_away_or_calls_itself_otherwise_is_a_page_and_no_crash(stranger, provider):
    provider.issuer += "/anders"

    answer = await stranger.get("/login/outside", allow_redirects=False)

    assert answer.status == 403
    assert "Bedrijf Bedacht lukte niet" in await answer.text()


async def test_an_account_of_the_provider_has_no_password_here(stranger, provider, web_store):
    await signs_in(stranger, provider)

    async with web_store.reading() as session:
        assert (await session.exec(select(AccountRow))).one().password_hash == ""
    form = {"username": "sanne", "password": ""}
    assert (await stranger.post("/login", data=form, headers={"Sec-Fetch-Site": "same-origin"})).status == 403
