"""All benches by name. A new one is a file with `run(scratch)`, and a line here."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from ari_app.bench import capacity, explained_calls, killed, memory, next_due, service_time, soak, voicemail_calls
from ari_app.bench.figure import BenchFailed, Figure

Run = Callable[[Path], AsyncIterator[Figure]]


@dataclass(frozen=True, slots=True)
class Bench:
    """`run` gets an empty folder of its own, which is removed afterwards; what it starts it also ends."""

    about: str
    run: Run


BENCHES: dict[str, Bench] = {
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
    killed.NAME: Bench("200 messages, kill -9 of workers and service at every step, on both databases", killed.run),
    memory.NAME: Bench("1,000 short messages: memory, open files, calls that were not let go", memory.run),
}


def chosen(names: list[str]) -> dict[str, Bench]:
    """The benches of these names, all when there are none. Raises BenchFailed for a name that is no bench."""
    for name in names:
        if name not in BENCHES:
            raise BenchFailed(f"There is no bench {name!r}. Choose from: {', '.join(BENCHES)}.")
    return {name: BENCHES[name] for name in names or BENCHES}
