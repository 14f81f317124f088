"""What may be put with a ticket, told by its content and never by what the sender calls it. Pure."""

import io
import zipfile
from dataclasses import dataclass

#: Of one file, in bytes.
LARGEST = 10 * 1024 * 1024
#: Of all files inside an office document: more is no document that a person wrote.
_LARGEST_UNPACKED = 20 * LARGEST
_NO_TEXT = frozenset(range(32)) - {9, 10, 13}


class NotTaken(ValueError):
    """`str()` of it is a Dutch sentence: which file, what is wrong with it, what may be added."""


@dataclass(frozen=True, slots=True)
class FileType:
    """`endings` are those that its name may have, in small letters."""

    media_type: str
    endings: tuple[str, ...]


_BY_START = (
    (b"%PDF-", FileType("application/pdf", (".pdf",))),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", (".png",))),
    (b"\xff\xd8\xff", FileType("image/jpeg", (".jpg", ".jpeg"))),
    (b"GIF87a", FileType("image/gif", (".gif",))),
    (b"GIF89a", FileType("image/gif", (".gif",))),
)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_BY_PART = {
    "word/document.xml": FileType(f"{_OFFICE}.wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": FileType(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",)),
}
_TEXT = FileType("text/plain", (".txt", ".log", ".csv", ".eml"))
TAKEN = "pdf, png, jpg, gif, txt, log, csv, eml, docx of xlsx, hoogstens 10 MB"


def file_type(name: str, content: bytes) -> FileType:
    """Raises NotTaken."""
    if not content:
        raise NotTaken(f"{name} is leeg. Kies een ander bestand.")
    if len(content) > LARGEST:
        raise NotTaken(f"{name} is {len(content) / 1024 / 1024:.0f} MB en dat is te groot. Wel: {TAKEN}.")
    found = _by_content(name, content)
    if found is None:
        raise NotTaken(f"{name} is geen bestand dat hier mag. Wel: {TAKEN}.")
    if not name.lower().endswith(found.endings):
        raise NotTaken(
            f"{name} heet anders dan de inhoud is: geef het de naam van een {found.endings[0][1:]}-bestand. Wel: {TAKEN}."
        )
    return found


def _by_content(name: str, content: bytes) -> FileType | None:
    for start, kind in _BY_START:
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office(name, content)
    return _TEXT if _is_text(content) else None


def _office(name: str, content: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile:
        return None
    names = {part.filename for part in parts}
    if any(part.endswith("vbaProject.bin") for part in names):
        raise NotTaken(f"{name} heeft macro's en mag daarom niet. Bewaar het zonder macro's. Wel: {TAKEN}.")
    if sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        return None
    return next((kind for part, kind in _BY_PART.items() if part in names), None)


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _NO_TEXT.isdisjoint(content)
