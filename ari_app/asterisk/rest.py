"""The requests to Asterisk that a support line needs, over one pooled HTTP session. Ids are ours, so that events find their call."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from ari_app.asterisk.errors import Fatal, Gone, Refused, Unreachable

#: Below Asterisk's sessionlimit (500); the WebSocket counts too.
POOL = 64
#: Above the longest prompt: answer and addChannel wait for a prompt that still plays (asterisk-live, section 4).
REQUEST_TIMEOUT = 60.0

_GONE_REASONS = ("not in stasis", "channel not found", "not found")


class Rest:
    """Asterisk's REST interface. Every method may raise Gone, Refused, Unreachable or Fatal (wrong password)."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._session: aiohttp.ClientSession | None = None
        #: Called with (method, path, parameters, body) before each request: the tests check them against the api-docs.
        self.on_request: Callable[[str, str, Mapping[str, str], Any], None] | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Asterisk closes idle connections after session_keep_alive (60 s): we let go of them well before.
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(limit=POOL, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT, sock_connect=5),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(self, method: str, path: str, body: Any = None, **parameters: str | int | bool) -> Any:
        """The parsed answer of a GET, None of a command. `path` is already percent-encoded where it needs to be."""
        query = {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in parameters.items()
        }
        if self.on_request:
            self.on_request(method, path, query, body)
        address = f"{self.url}{path}?{urlencode(query, quote_via=quote)}" if query else self.url + path
        try:
            # Written here once, so that nobody has to look for what to quote.
            async with self.session.request(method, URL(address, encoded=True), json=body) as answer:
                text = await answer.read()
                if answer.status < 300:
                    return json.loads(text) if text and method == "GET" else None
                raise _error(answer.status, f"{method} {path}", text.decode(errors="replace"))
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise Unreachable(f"No answer from Asterisk at {self.url}: {failure!r}") from failure
        except json.JSONDecodeError as failure:
            raise Unreachable(f"Who answers at {self.url} is no Asterisk: {failure}") from failure

    # --- channels
    async def answer(self, channel: str) -> None:
        await self.request("POST", f"/channels/{channel}/answer")

    async def hang_up(self, channel: str) -> None:
        await self.request("DELETE", f"/channels/{channel}")

    async def play(self, channel: str, playback: str, media: list[str]) -> None:
        await self.request("POST", f"/channels/{channel}/play/{playback}", body={"media": media})

    async def stop_playback(self, playback: str) -> None:
        await self.request("DELETE", f"/playbacks/{playback}")

    async def record(self, channel: str, name: str, *, max_seconds: int, max_silence_seconds: int) -> None:
        """Records 8 kHz mono 16-bit `name`.wav until `#`, silence, the maximum or the end of the call. Never behind a prompt."""
        await self.request(
            "POST",
            f"/channels/{channel}/record",
            name=name,
            format="wav",
            maxDurationSeconds=max_seconds,
            maxSilenceSeconds=max_silence_seconds,
            ifExists="fail",
            beep=False,
            terminateOn="#",
        )

    async def is_recording(self, name: str) -> bool:
        return await self._exists(f"/recordings/live/{quote(name, safe='')}")

    async def is_playing(self, playback: str) -> bool:
        """Also one that waits for its turn."""
        return await self._exists(f"/playbacks/{playback}")

    async def start_music(self, channel: str) -> None:
        await self.request("POST", f"/channels/{channel}/moh")

    async def stop_music(self, channel: str) -> None:
        await self.request("DELETE", f"/channels/{channel}/moh")

    async def create(self, endpoint: str, channel: str, app: str, *, caller_id: str, caller_name: str) -> None:
        """A leg that is not dialled yet. CONNECTEDLINE, not CALLERID, sets the From of its INVITE (asterisk-live, section 3)."""
        shown = {"CONNECTEDLINE(num)": caller_id, "CONNECTEDLINE(name)": caller_name}
        await self.request(
            "POST",
            "/channels/create",
            body={"variables": shown},
            endpoint=endpoint,
            app=app,
            appArgs="leg",
            channelId=channel,
        )

    async def dial(self, channel: str, *, ring_for: float) -> None:
        """Never twice for one leg: a second dial hangs it up."""
        await self.request("POST", f"/channels/{channel}/dial", timeout=max(1, round(ring_for)))

    async def variable(self, channel: str, name: str) -> str:
        """A variable or function of a channel; "" when it has none of that name, or the function finds nothing."""
        try:
            return str((await self.request("GET", f"/channels/{channel}/variable", variable=name))["value"])
        except Gone:
            return ""
        except Refused as no:
            if no.status == 500:  # what a header function says of a header that is not there
                return ""
            raise

    async def channels(self) -> list[dict[str, Any]]:
        return list(await self.request("GET", "/channels"))

    # --- bridges
    async def create_bridge(self, bridge: str) -> None:
        """Of a type in which digits still reach us while two people talk."""
        await self.request("POST", f"/bridges/{bridge}", type="mixing,dtmf_events")

    async def add_to_bridge(self, bridge: str, *channels: str) -> None:
        """Their digits become events and are not heard by the others."""
        await self.request("POST", f"/bridges/{bridge}/addChannel", channel=",".join(channels), absorbDTMF=True)

    async def remove_from_bridge(self, bridge: str, channel: str) -> None:
        """The channel has left when this returns; Asterisk takes prompts for it again."""
        await self.request("POST", f"/bridges/{bridge}/removeChannel", channel=channel)

    async def record_bridge(self, bridge: str, name: str, *, max_seconds: int) -> None:
        """Everybody in it, as 8 kHz mono 16-bit `name`.wav, until the bridge is gone or the maximum is reached."""
        await self.request(
            "POST",
            f"/bridges/{bridge}/record",
            name=name,
            format="wav",
            maxDurationSeconds=max_seconds,
            ifExists="fail",
            beep=False,
            terminateOn="none",
        )

    async def delete_bridge(self, bridge: str) -> None:
        await self.request("DELETE", f"/bridges/{bridge}")

    async def bridge_members(self, bridge: str) -> list[str]:
        """The channels in a bridge; none when it is gone."""
        try:
            return list((await self.request("GET", f"/bridges/{bridge}"))["channels"])
        except Gone:
            return []

    # --- the server
    async def info(self) -> dict[str, Any]:
        return dict(await self.request("GET", "/asterisk/info"))

    async def application(self, app: str) -> dict[str, Any]:
        return dict(await self.request("GET", f"/applications/{app}"))

    async def set_global(self, variable: str, value: str) -> None:
        await self.request("POST", "/asterisk/variable", variable=variable, value=value)

    async def get_global(self, variable: str) -> str | None:
        """A variable of the whole exchange; None when nobody set it."""
        try:
            return str((await self.request("GET", "/asterisk/variable", variable=variable))["value"])
        except Gone:
            return None

    async def _exists(self, path: str) -> bool:
        try:
            await self.request("GET", path)
        except Gone:
            return False
        return True

    async def leave_out(self, app: str, *types: str) -> None:
        """Event types that Asterisk need not send us. A `disallowed` list: an `allowed` one hides ApplicationReplaced."""
        body = {"disallowed": [{"type": name} for name in types]}
        await self.request("PUT", f"/applications/{app}/eventFilter", body=body)


def _error(status: int, what: str, text: str) -> Exception:
    reason = text.strip()
    if status == 401:
        return Fatal(f"Asterisk refused our password ({what}: 401). Compare the ARI password file with ari.conf.")
    if status == 404 or (status in (400, 409, 412) and any(words in reason.lower() for words in _GONE_REASONS)):
        return Gone(f"{what}: {status} {reason}")
    return Refused(status, what, reason)
