"""The speech models on disk: which there are, which one listens, and how an official one is fetched."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx2

from transcription.vosk_engine import language_of

OFFICIAL_BASE_URL = "https://alphacephei.com/vosk/models"
OFFICIAL_NAME = "vosk-model-small-nl-0.22"
#: From the model page of Vosk.
LICENCES = {"vosk-model-small-nl-0.22": "Apache-2.0", "vosk-model-small-en-us-0.15": "Apache-2.0"}
DEMO_LICENCE = "made by us; see PROVENANCE.md beside the model"
DEMO_WARNING = (
    "Dit model kent alleen een spraakcomputer en is niet geschikt voor echte bellers; haal het officiële model op."
)
#: No answer within this time means that there is no network here.
CONNECT_SECONDS = 8.0
READ_SECONDS = 9.0
CHUNK_BYTES = 1 << 16

#: Gets the bytes that are there and the bytes in all (None when the server does not say).
Progress = Callable[[int, int | None], None]


class FetchFailed(Exception):
    """The model could not be fetched; the message says what to do by hand."""


class NoModel(Exception):
    """There is no model at all; the message says where one belongs."""


@dataclass(frozen=True, slots=True)
class SpeechModel:
    name: str
    path: Path
    #: ISO 639-1 code.
    language: str
    licence: str
    is_demo_model: bool

    @property
    def warning(self) -> str | None:
        """What the model is not for, in Dutch for the pages; None for an official one."""
        return DEMO_WARNING if self.is_demo_model else None


def list_models(models_dir: Path) -> list[SpeechModel]:
    """Official models in `models_dir`, by name. Folders without acoustic model and half-unpacked ones are left out."""
    if not models_dir.is_dir():
        return []
    return [_official(path) for path in sorted(models_dir.iterdir()) if _is_model(path)]


def in_use(models_dir: Path, bundled: Path, *, name: str = OFFICIAL_NAME) -> SpeechModel:
    """The official model `name`, else another of its language, else the bundled demo model. Raises `NoModel`."""
    official = list_models(models_dir)
    for model in official:
        if model.name == name:
            return model
    for model in official:
        if model.language == language_of(name):
            return model
    if _is_model(bundled):
        return SpeechModel(bundled.name, bundled, language_of(bundled.name), DEMO_LICENCE, is_demo_model=True)
    raise NoModel(f"there is no speech model in {models_dir} and none in {bundled}; {_by_hand(name, models_dir)}")


def fetch(
    models_dir: Path,
    name: str = OFFICIAL_NAME,
    *,
    base_url: str = OFFICIAL_BASE_URL,
    progress: Progress | None = None,
) -> SpeechModel:
    """Download `<base_url>/<name>.zip` and unpack it into `models_dir`; a download that broke off goes on where it was.

    Returns at once when the model is there. Raises `FetchFailed`, without network within 10 seconds.
    """
    target = models_dir / name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise FetchFailed(f"{name!r} is no name of a model; a name looks like {OFFICIAL_NAME}")
    if _is_model(target):
        return _official(target)
    models_dir.mkdir(parents=True, exist_ok=True)
    archive = models_dir / f"{name}.zip.part"
    url = f"{base_url.rstrip('/')}/{name}.zip"
    try:
        _download(url, archive, progress or _silent)
    except httpx2.HTTPError as cause:
        reason = str(cause) or type(cause).__name__
        raise FetchFailed(f"{url} can't be fetched ({reason}); {_by_hand(name, models_dir)}") from cause
    _unpack(archive, name, models_dir)
    archive.unlink()
    return _official(target)


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
    if not _is_model(unpacked / name):
        shutil.rmtree(unpacked)
        archive.unlink()
        raise FetchFailed(f"the archive holds no model in a folder {name}; look whether the name is right")
    (unpacked / name).rename(models_dir / name)
    shutil.rmtree(unpacked)


def _is_model(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def _official(path: Path) -> SpeechModel:
    licence = LICENCES.get(path.name, "see the model page of Vosk")
    return SpeechModel(path.name, path, language_of(path.name), licence, is_demo_model=False)


def _by_hand(name: str, models_dir: Path) -> str:
    return f"download {OFFICIAL_BASE_URL}/{name}.zip by hand and unpack it, so that {models_dir / name}/am is there"


def _silent(_there: int, _total: int | None) -> None:
    """Progress that nobody watches."""
