"""`python -m ari_app.bench.counted_line run --home DIR`: a line that tells, when asked by SIGUSR1, what it still holds."""

import asyncio
import gc
import json
import signal
import sys
from collections import Counter
from pathlib import Path

from ari_app.asterisk.channel import Channel
from ari_app.asterisk.client import AriClient
from ari_app.config import read_settings
from ari_app.logs import set_up_logs
from ari_app.service import run_line

COUNTS = "counts.json"


def held() -> dict[str, int]:
    """Channels that are watched, channels in memory, and the most numerous kinds of objects that the garbage collector knows."""
    gc.collect()
    objects = gc.get_objects()
    watched = sum(one.watched for one in objects if isinstance(one, AriClient))
    channels = sum(isinstance(one, Channel) for one in objects)
    return {"watched": watched, "channels": channels, "objects": len(objects), **_commonest(objects)}


def _commonest(objects: list[object]) -> dict[str, int]:
    return {f"of {kind}": count for kind, count in Counter(type(one).__name__ for one in objects).most_common(20)}


def main() -> None:
    home = Path(sys.argv[-1])

    def write_counts(_number: int, _frame: object) -> None:
        draft = home / f"{COUNTS}.new"
        draft.write_text(json.dumps(held()))
        draft.replace(home / COUNTS)

    signal.signal(signal.SIGUSR1, write_counts)
    settings = read_settings(home)
    set_up_logs(as_json=settings.log_json)
    asyncio.run(run_line(settings))


if __name__ == "__main__":
    main()
