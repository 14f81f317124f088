"""What must be in store before the first call: tables, prompts, a speech model; and what waits in the spool."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from ari_app.config import Settings
from ari_app.desk.spool import UNREADABLE
from ari_app.doctor.finding import Finding, fault, warning, well
from ari_app.setting_up import PROMPTS, missing_prompts, model_of
from ari_app.speech.models import NoModel
from ari_app.store.schema import check

#: Reading a larger file from end to end takes longer than a person waits for the doctor.
LOOKED_THROUGH_BYTES = 200 * 1024**2


async def check_database(settings: Settings) -> list[Finding]:
    address = make_url(settings.database_url)
    is_file = address.get_backend_name() == "sqlite"
    if is_file and (damage := _damage(Path(address.database or ""))):
        remedy = "Stop the line and put the last backup in its place (docs/operations.md). Reports wait in the spool."
        return [fault("database", f"{address.database} is damaged: {damage}", remedy)]
    impatient = address if is_file else address.update_query_dict({"connect_timeout": "2"})
    try:
        state = check(impatient.render_as_string(hide_password=False))
    except Exception as failure:
        remedy = "Is the database server up, and is `database` in meldlijn.toml right? Reports wait in the spool."
        found = f"{address.render_as_string()} can't be read: {getattr(failure, 'orig', None) or failure}"
        return [fault("database", found, remedy)]
    if not state.is_current:
        found = f"tables are at {state.found or 'nothing'}, this program needs {state.expected}"
        return [fault("database", found, "Run `meldlijn db upgrade`.")]
    return [well("database", f"tables at {state.found}")]


def _damage(file: Path) -> str | None:
    """What SQLite has to say about a file that is there; None when it is sound."""
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            ask = "PRAGMA quick_check(1)" if file.stat().st_size < LOOKED_THROUGH_BYTES else "PRAGMA schema_version"
            (answer,) = opened.execute(ask).fetchone()
    except sqlite3.Error as failure:
        return str(failure)
    return None if answer == "ok" or isinstance(answer, int) else " ".join(str(answer).split())


async def check_prompts(settings: Settings) -> list[Finding]:
    missing = missing_prompts(settings)
    if missing:
        return [fault("prompts", f"missing: {', '.join(missing)}", "Run `meldlijn prompts build`.")]
    return [well("prompts", f"all {len(PROMPTS)} in {settings.line.language}")]


async def check_model(settings: Settings) -> list[Finding]:
    try:
        model = model_of(settings)
    except NoModel as nothing:
        remedy = "Run `meldlijn model fetch`. Messages wait until there is a model."
        return [fault("speech model", str(nothing), remedy)]
    wanted = settings.speech.model
    if wanted and model.name != wanted:
        found = f"{wanted} is not there; {model.name} is used instead"
        remedy = f"Run `meldlijn model fetch {wanted}`, or correct speech.model in meldlijn.toml."
        return [fault("speech model", found, remedy)]
    if model.warning:
        return [warning("speech model", f"{model.name}. {model.warning}", "Run `meldlijn model fetch`.")]
    return [well("speech model", model.name)]


async def check_spool(settings: Settings) -> list[Finding]:
    waiting = len(list(settings.spool.glob("*.json")))
    unreadable = sorted(file.name for file in settings.spool.glob(f"*{UNREADABLE}"))
    if unreadable:
        remedy = f"A person must read these files in {settings.spool}, make the tickets by hand, and remove them."
        return [warning("spool", f"not readable as reports: {', '.join(unreadable)}", remedy)]
    if waiting:
        remedy = "They are filed as soon as the line runs and its database answers; nothing else to do."
        return [warning("spool", f"{waiting} reports wait to be filed", remedy)]
    return [well("spool", "no report waits")]
