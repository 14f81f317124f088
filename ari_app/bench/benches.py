"""All benches by name. A new one is a file with `run(scratch)`, and a line here."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from ari_app.bench import (
    accuracy,
    assessments,
    capacity,
    explained_calls,
    killed,
    memory,
    next_due,
    pages,
    pipeline_cost,
    service_time,
    soak,
    two_workers,
    urgent_latency,
    voicemail_calls,
    work_queue,
)
from ari_app.bench.figure import BenchFailed, Figure

Run = Callable[[Path], AsyncIterator[Figure]]


@dataclass(frozen=True, slots=True)
class Bench:
    """`run` gets an empty folder of its own, which is removed afterwards; what it starts it also ends."""

    about: str
    run: Run


BENCHES: dict[str, Bench] = {
    assessments.NAME: Bench("messages assessed in a second by one core", assessments.run),
    voicemail_calls.NAME: Bench("200 messages at 10 a second, against a bare aiohttp loop", voicemail_calls.run),
    capacity.NAME: Bench("rising load on our line and on Asterisk alone, until each loses a call", capacity.run),
    soak.WAITS: Bench("what people wait for in a call, and from its end to its ticket", soak.run_calm),
    soak.NAME: Bench("1,000 calls of all kinds, and what is left of them", soak.run),
    service_time.NAME: Bench(
        "deadlines and elapsed time, against businesstimedelta and a table of minutes", service_time.run
    ),
    next_due.NAME: Bench("which ticket is due next, among 1,000 to 1,000,000, on both databases", next_due.run),
    explained_calls.NAME: Bench(
        "all kinds of callers at all telling moments of a year, by virtual phones", explained_calls.run
    ),
    pipeline_cost.NAME: Bench(
        "CPU of a worker for each message, against bare Vosk on the same files", pipeline_cost.run
    ),
    two_workers.NAME: Bench("messages a minute of one worker and of two", two_workers.run),
    work_queue.NAME: Bench("10,000 messages into and out of the queue, on both databases", work_queue.run),
    urgent_latency.NAME: Bench("an urgent message behind 1,000 ordinary ones", urgent_latency.run),
    killed.NAME: Bench("200 messages, kill -9 of workers and service at every step, on both databases", killed.run),
    accuracy.NAME: Bench("every 10th development message by phone: wrong words, and the category", accuracy.run),
    pages.NAME: Bench(
        "pages with 100,000 tickets and 1,000,000 events on both databases, 200 board watchers", pages.run
    ),
    memory.NAME: Bench("1,000 short messages: memory, open files, calls that were not let go", memory.run),
}


def chosen(names: list[str]) -> dict[str, Bench]:
    """The benches of these names, all when there are none. Raises BenchFailed for a name that is no bench."""
    for name in names:
        if name not in BENCHES:
            raise BenchFailed(f"There is no bench {name!r}. Choose from: {', '.join(BENCHES)}.")
    return {name: BENCHES[name] for name in names or BENCHES}
