"""Reports on disk: where a call waits as long as the database is away."""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from ari_app.desk.report import CallReport

#: A file in the spool that is no report is set apart under this name, so that it is asked about once and never lost.
UNREADABLE = ".unreadable"
#: What is wrong with the report itself, and not with the database.
NOT_FILED = (DataError, IntegrityError, ValueError, TypeError, KeyError)


def write_report(folder: Path, report: CallReport) -> Path:
    """Writes the report whole or not at all, also when the process is killed half-way."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{_file_name(report.call_id)}.json"
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(report.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(target)
    return target


def waiting_reports(folder: Path) -> Iterator[tuple[Path, CallReport | None]]:
    """All reports in the folder, oldest call name first. None: the file is no report and was set apart beside it."""
    for file in sorted(folder.glob("*.json")):
        try:
            report = CallReport.from_dict(json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError):
            yield set_apart(file), None
        else:
            yield file, report


def set_apart(file: Path) -> Path:
    """Under a name that nobody files: the doctor tells of it."""
    return file.replace(file.with_name(file.name + UNREADABLE))


def _file_name(call_id: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in call_id)
