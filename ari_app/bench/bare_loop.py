"""The least that an ARI service can do: answer, beep, record, on bare aiohttp. What our service is measured against."""

import asyncio
import json
import sys
from typing import Any

import aiohttp


async def serve(url: str, user: str, password: str, app: str, beep: str) -> None:
    """One task per event that matters, no state, no database, no contract."""
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(user, password), trust_env=False) as session:

        async def post(path: str, **parameters: str) -> None:
            async with session.post(url + path, params=parameters) as answer:
                await answer.read()

        async def on_event(event: dict[str, Any]) -> None:
            if event["type"] == "StasisStart":
                channel = event["channel"]["id"]
                await post(f"/channels/{channel}/answer")
                await post(f"/channels/{channel}/play/beep-{channel}", media=beep)
            elif event["type"] == "PlaybackFinished":
                channel = event["playback"]["target_uri"].removeprefix("channel:")
                limits = {"maxDurationSeconds": "180", "maxSilenceSeconds": "8", "terminateOn": "#"}
                await post(f"/channels/{channel}/record", name=f"bare/{channel}", format="wav", **limits)

        running: set[asyncio.Task[None]] = set()
        async with session.ws_connect(f"{url}/events", params={"app": app}, heartbeat=5) as socket:
            beating = asyncio.create_task(_beat(post))
            print("ready", flush=True)
            async for message in socket:
                task = asyncio.create_task(on_event(json.loads(message.data)))
                running.add(task)
                task.add_done_callback(running.discard)
            beating.cancel()


async def _beat(post: Any) -> None:
    import time

    while True:
        await post("/asterisk/variable", variable="LINE_HB", value=str(int(time.time())))
        await asyncio.sleep(3)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:6]))
