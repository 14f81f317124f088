"""`meldlijn run`, `worker`, `doctor`: the line itself."""

import asyncio
from typing import Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, print_json, results
from ari_app.config import read_settings
from ari_app.logs import set_up_logs


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(worker)
    app.command()(doctor)


def run(home: HomeOption = None) -> None:
    """Start the line: Asterisk, calls, pages and the transcribing worker, until Ctrl-C."""
    from ari_app.service import run_line
    from ari_app.setting_up import LineStopped

    settings = read_settings(home)
    set_up_logs(as_json=settings.log_json)
    try:
        asyncio.run(run_line(settings))
    except LineStopped as why:
        fail(str(why))


def worker(
    home: HomeOption = None,
    with_parent: Annotated[bool, typer.Option(help="End when the process that started it ends.")] = False,
) -> None:
    """Transcribe and assess messages, as a process of its own; as many as there are cores is useful."""
    from ari_app.jobs.worker import run_worker

    settings = read_settings(home)
    set_up_logs(as_json=settings.log_json)
    run_worker(settings, with_parent=with_parent)


def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check everything that the line needs; each fault with its remedy. Exit code 1 when something is wrong."""
    from ari_app.doctor import examine

    findings = asyncio.run(examine(home))
    is_well = all(finding.ok for finding in findings)
    if as_json:
        print_json({"ok": is_well, "checks": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            mark = "[green]ok[/]   " if finding.ok else "[red]fault[/]"
            results.print(f"{mark} {finding.name}: {finding.found}")
            if not finding.ok:
                results.print(f"      remedy: {finding.remedy}")
    raise typer.Exit(0 if is_well else 1)
