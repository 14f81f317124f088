"""`meldlijn run`, `worker`, `doctor`: the line itself."""

import asyncio
from typing import Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, fail, print_json, results, settings_of

MARKS = {"ok": "[green]ok[/]     ", "warning": "[yellow]warning[/]", "fault": "[red]fault[/]  "}


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(worker)
    app.command()(doctor)


def run(home: HomeOption = None) -> None:
    """Start the line: Asterisk, calls, pages and the transcribing worker, until Ctrl-C."""
    from ari_app.service import run_line
    from ari_app.setting_up import LineStopped

    settings = settings_of(home)
    try:
        asyncio.run(run_line(settings))
    except LineStopped as why:
        fail(str(why))


def worker(
    home: HomeOption = None,
    parent: Annotated[
        int | None, typer.Option("--with-parent", help="End when this process, which started it, ends.", metavar="PID")
    ] = None,
) -> None:
    """Transcribe and assess messages, as a process of its own; as many as there are cores is useful."""
    from ari_app.jobs.worker import run_worker

    settings = settings_of(home)
    run_worker(settings, parent=parent)


def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check everything that the line needs; each fault with its remedy. Exit code 1 when something is wrong.

    A warning does not count as wrong: calls are taken, but a person should look.
    """
    from ari_app.doctor import examine
    from ari_app.logs import set_up_logs

    set_up_logs()
    findings = asyncio.run(examine(home))
    is_well = all(finding.ok for finding in findings)
    if as_json:
        print_json({"ok": is_well, "checks": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            results.print(f"{MARKS[finding.level]} {finding.name}: {escape(finding.found)}", soft_wrap=True)
            if finding.remedy:
                results.print(f"        remedy: {escape(finding.remedy)}", soft_wrap=True)
    raise typer.Exit(0 if is_well else 1)
