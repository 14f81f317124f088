"""SHA-256 of every file of a speech model, kept beside them: a disk that rots makes a model that hears badly and says nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: As `sha256sum -c` reads it.
SUMS = "SHA256SUMS"


def sum_of(file: Path) -> str:
    """SHA-256 in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_sums(folder: Path) -> None:
    """Writes down what is there now."""
    lines = [f"{sum_of(file)}  {file.relative_to(folder).as_posix()}\n" for file in _files(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def damaged(folder: Path) -> list[str] | None:
    """Files that are missing or have changed since, by name; None when no sums were kept."""
    if not (folder / SUMS).is_file():
        return None
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    kept = {name: wanted for wanted, name in (line.split("  ", 1) for line in lines)}
    return [name for name, wanted in kept.items() if not (folder / name).is_file() or sum_of(folder / name) != wanted]


def _files(folder: Path) -> list[Path]:
    """Without what people read."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".md" and file.name != SUMS)
