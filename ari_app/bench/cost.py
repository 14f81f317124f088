"""What a process costs, as the kernel counts it."""

import psutil


def cpu_seconds(pid: int) -> float:
    """User and system time of this one process so far, without its children."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def rss_megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def open_files(pid: int) -> int:
    """File descriptors, sockets included."""
    return int(psutil.Process(pid).num_fds())
