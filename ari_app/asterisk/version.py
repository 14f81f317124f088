"""Which Asterisk is good enough, and why not an older one."""

import re

#: 22.10.1 closed twenty security holes, some of them through ARI itself.
MINIMUM = (22, 10, 1)


def check_version(version: str) -> str | None:
    """None when this Asterisk is new enough, else what is wrong and what to do."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", version)
    if not found:
        return f"Asterisk calls itself {version!r}: no version number in it. Asterisk 22.10.1 or newer is needed."
    if tuple(int(part) for part in found.groups()) < MINIMUM:
        return f"Asterisk {found.group()} is too old: 22.10.1 closed security holes in ARI. Install 22.10.1 or newer."
    return None
