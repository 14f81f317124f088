"""What must be in store before the first call: tables, prompts, a speech model."""

from ari_app.config import Settings
from ari_app.doctor.finding import Finding, fault, well
from ari_app.setting_up import PROMPTS, missing_prompts, model_of
from ari_app.speech.models import NoModel
from ari_app.store.schema import check


async def check_database(settings: Settings) -> list[Finding]:
    try:
        state = check(settings.database_url)
    except Exception as failure:
        remedy = (
            "Is the database server up, and is `database` in meldlijn.toml right? Reports wait in the spool meanwhile."
        )
        return [fault("database", f"can't be read: {failure}", remedy)]
    if not state.is_current:
        found = f"tables are at {state.found or 'nothing'}, this program needs {state.expected}"
        return [fault("database", found, "Run `meldlijn db upgrade`.")]
    return [well("database", f"tables at {state.found}")]


async def check_prompts(settings: Settings) -> list[Finding]:
    missing = missing_prompts(settings)
    if missing:
        return [fault("prompts", f"missing: {', '.join(missing)}", "Run `meldlijn prompts build`.")]
    return [well("prompts", f"all {len(PROMPTS)} in {settings.line.language}")]


async def check_model(settings: Settings) -> list[Finding]:
    try:
        model = model_of(settings)
    except NoModel as nothing:
        return [
            fault("speech model", str(nothing), "Run `meldlijn model fetch`. Messages wait until there is a model.")
        ]
    wanted = settings.speech.model
    if wanted and model.name != wanted:
        found = f"{wanted} is not there; {model.name} is used instead"
        return [
            fault(
                "speech model", found, f"Run `meldlijn model fetch {wanted}`, or correct speech.model in meldlijn.toml."
            )
        ]
    return [well("speech model", f"{model.name}. {model.warning or ''}".strip())]
