"""An official speech model from the page of Vosk to the folder of models: whole, compared, or not at all."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx2

from ari_app.speech.models import OFFICIAL_BASE_URL, OFFICIAL_NAME, SpeechModel, by_hand, is_model, official
from ari_app.speech.sums import sum_of, write_sums

#: No answer within this time means that there is no network here.
CONNECT_SECONDS = 8.0
READ_SECONDS = 9.0
CHUNK_BYTES = 1 << 16

#: Gets the bytes that are there and the bytes in all (None when the server does not say).
Progress = Callable[[int, int | None], None]


class FetchFailed(Exception):
    """The model could not be fetched; the message says what to do by hand."""


def fetch(
    models_dir: Path,
    name: str = OFFICIAL_NAME,
    *,
    base_url: str = OFFICIAL_BASE_URL,
    progress: Progress | None = None,
    sha256: str | None = None,
) -> SpeechModel:
    """Download `<base_url>/<name>.zip` and unpack it into `models_dir`; a download that broke off goes on where it was.

    `sha256` of the archive, in hex: anything else is refused and removed. The sums of all files are kept, for `verify`.
    Returns at once when the model is there. Raises `FetchFailed`, without network within 10 seconds.
    """
    target = models_dir / name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise FetchFailed(f"{name!r} is no name of a model; a name looks like {OFFICIAL_NAME}")
    if is_model(target):
        return official(target)
    models_dir.mkdir(parents=True, exist_ok=True)
    archive = models_dir / f"{name}.zip.part"
    url = f"{base_url.rstrip('/')}/{name}.zip"
    try:
        _download(url, archive, progress or _silent)
    except httpx2.HTTPError as cause:
        reason = str(cause) or type(cause).__name__
        raise FetchFailed(f"{url} can't be fetched ({reason}); {by_hand(name, models_dir)}") from cause
    _compare(archive, name, sha256)
    _unpack(archive, name, models_dir)
    archive.unlink()
    return official(target)


def _download(url: str, archive: Path, progress: Progress) -> None:
    there = archive.stat().st_size if archive.exists() else 0
    headers = {"Range": f"bytes={there}-"} if there else {}
    timeout = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    with (
        httpx2.Client(timeout=timeout, follow_redirects=True) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it was there already; the check of the archive decides
        answer.raise_for_status()
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        there = there if goes_on else 0
        length = answer.headers.get("Content-Length")
        total = there + int(length) if length else None
        with archive.open("ab" if goes_on else "wb") as file:
            progress(there, total)
            for chunk in answer.iter_bytes(CHUNK_BYTES):
                file.write(chunk)
                there += len(chunk)
                progress(there, total)


def _compare(archive: Path, name: str, wanted: str | None) -> None:
    if wanted is None:
        return
    found = sum_of(archive)
    if found != wanted.lower():
        archive.unlink()
        raise FetchFailed(
            f"the archive of {name} has SHA-256 {found}, not {wanted}; it was removed and nothing changed"
        )


def _unpack(archive: Path, name: str, models_dir: Path) -> None:
    """A model appears whole or not at all: it is unpacked beside its place and renamed."""
    unpacked = models_dir / f".{name}.unpacking"
    shutil.rmtree(unpacked, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as zipped:
            damaged = zipped.testzip()
            if damaged is not None:
                raise zipfile.BadZipFile(f"{damaged} is damaged")
            zipped.extractall(unpacked)
    except zipfile.BadZipFile as cause:
        archive.unlink()
        raise FetchFailed(f"the archive of {name} is no whole zip ({cause}); it was removed, fetch it again") from cause
    if not is_model(unpacked / name):
        shutil.rmtree(unpacked)
        archive.unlink()
        raise FetchFailed(f"the archive holds no model in a folder {name}; look whether the name is right")
    write_sums(unpacked / name)
    (unpacked / name).rename(models_dir / name)
    shutil.rmtree(unpacked)


def _silent(_there: int, _total: int | None) -> None:
    """Progress that nobody watches."""
