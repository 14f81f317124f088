"""The command `meldlijn`. Each command reads the settings, does one thing, and says in plain words what went wrong."""

import sys

import typer

from ari_app.cli import (
    account,
    agreement,
    announce,
    assess,
    audit,
    bench,
    call_back,
    calls,
    database,
    directory,
    evaluate,
    evaluate_sound,
    exclusions,
    explain_call,
    export,
    holds,
    hours,
    line,
    maintenance,
    models,
    notify,
    outbox,
    person,
    pin,
    retention,
    rota,
    self_call,
    speech,
    ticket_commands,
    tokens,
    transcribe,
    urgent,
    work,
)
from ari_app.cli.acting import remember

app = typer.Typer(
    name="meldlijn",
    help="A support line that answers the phone, knows the agreement and explains what it does.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(remember)
line.add_to(app)
calls.add_to(app)
self_call.add_to(app)
call_back.add_to(app)
explain_call.add_to(app)
ticket_commands.add_to(app)
transcribe.add_to(app)
speech.add_to(app)
models.add_to(app)
evaluate_sound.add_to(app)
assess.add_to(app)
evaluate.add_to(app)
work.add_to(app)
retention.add_to(app)
database.add_to(app)
account.add_to(app)
agreement.add_to(app)
hours.add_to(app)
exclusions.add_to(app)
directory.add_to(app)
rota.add_to(app)
outbox.add_to(app)
person.add_to(app)
holds.add_to(app)
notify.add_to(app)
audit.add_to(app)
urgent.add_to(app)
announce.add_to(app)
maintenance.add_to(app)
pin.add_to(app)
tokens.add_to(app)
export.add_to(app)
bench.add_to(app)


def main() -> None:
    """Runs the command line. Wrong settings exit with 2, everything else that is expected with 1 and one message."""
    try:
        app()
    except Exception as wrong:
        # Loading the settings' class takes a third of a second, which `sla clock` does not spend: so only now.
        from ari_app.config import ConfigurationError

        if not isinstance(wrong, ConfigurationError):
            raise
        print(wrong, file=sys.stderr)
        sys.exit(2)
