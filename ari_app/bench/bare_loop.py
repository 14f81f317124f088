"""The least that an ARI service can do: answer, beep, record, on bare aiohttp. What our service is measured against.

`python -m ari_app.bench.bare_loop URL USER APP BEEP`, with ARI's password as the first line of stdin; prints `ready`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

Post = Callable[..., Awaitable[None]]


async def serve(url: str, user: str, app: str, beep: str, password: str) -> None:
    """One task per event that matters, no state, no database, no contract. `beep` is media as ARI names it."""
    login = {"Authorization": aiohttp.encode_basic_auth(user, password)}
    async with aiohttp.ClientSession(headers=login, trust_env=False) as session:

        async def post(path: str, **parameters: str) -> None:
            async with session.post(url + path, params=parameters) as answer:
                await answer.read()

        async with session.ws_connect(f"{url}/events", params={"app": app}, heartbeat=5) as socket:
            beating = asyncio.create_task(_beat(post))
            running: set[asyncio.Task[None]] = set()
            print("ready", flush=True)
            async for message in socket:
                event = json.loads(message.data)
                if event["type"] in ("StasisStart", "PlaybackFinished"):
                    task = asyncio.create_task(_on_event(post, event, beep))
                    running.add(task)
                    task.add_done_callback(running.discard)
            beating.cancel()


async def _on_event(post: Post, event: dict[str, Any], beep: str) -> None:
    if event["type"] == "StasisStart":
        channel = event["channel"]["id"]
        await post(f"/channels/{channel}/answer")
        await post(f"/channels/{channel}/play/beep-{channel}", media=beep)
    else:
        channel = event["playback"]["target_uri"].removeprefix("channel:")
        limits = {"maxDurationSeconds": "180", "maxSilenceSeconds": "8", "terminateOn": "#"}
        await post(f"/channels/{channel}/record", name=f"bare/{channel}", format="wav", **limits)


async def _beat(post: Post) -> None:
    """The dialplan sends callers to a service that lives only."""
    while True:
        await post("/asterisk/variable", variable="LINE_HB", value=str(int(time.time())))
        await asyncio.sleep(3)


if __name__ == "__main__":
    address, login_name, application, sound = sys.argv[1:5]
    asyncio.run(serve(address, login_name, application, sound, sys.stdin.readline().strip()))
