"""A line in service: Asterisk, calls, pages, ticks and workers, in one task group. Stops on SIGTERM or Ctrl-C."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import AsteriskError, Fatal
from ari_app.asterisk.heartbeat import Heartbeat
from ari_app.asterisk.install import AsteriskMissing
from ari_app.asterisk.rest import Rest
from ari_app.asterisk.server import AsteriskServer, ServerFailed
from ari_app.config import Settings, without_password
from ari_app.desk import Desk
from ari_app.desk.outbox import Outbox
from ari_app.desk.retention import Retention
from ari_app.fallback.export import EXPORT_EVERY, PlanExport
from ari_app.flows.outgoing import Outgoing
from ari_app.flows.run_call import Reception
from ari_app.flows.surroundings import surroundings
from ari_app.garbage import spare_what_is_there
from ari_app.jobs.announcing import ANNOUNCEMENTS_EVERY, announcing
from ari_app.jobs.retention import RETENTION_EVERY, retaining
from ari_app.jobs.rota import ROTA_EVERY, looking_after
from ari_app.jobs.telling import TELL_EVERY, following, sending
from ari_app.jobs.ticks import Work, start_ticks
from ari_app.jobs.urgent import URGENT_EVERY, telling_of
from ari_app.jobs.watch import WATCH_EVERY, watching
from ari_app.notify.channels import open_channels
from ari_app.selfcall.nightly import call_every_night
from ari_app.setting_up import LineStopped, asterisk_server, clock_of, desk_of, missing_prompts, model_of, only_one_line
from ari_app.simulator.beside import explaining
from ari_app.speech.models import NoModel
from ari_app.store.database import Store
from ari_app.store.schema import check
from ari_app.web.accounts import Accounts
from ari_app.web.app import make_app
from ari_app.web.unreadable import Runner

log = structlog.get_logger()

FILE_LEFT_BEHIND_EVERY = 3.0
OUTGOING_EVERY = 1.0
#: Asking for all channels costs with each call that is on; only a service that died leaves calls behind.
RECOVER_EVERY = 30.0
WORKER_BACK_OFF = 2.0


class _Stop(Exception):
    """A signal asked the line to stop."""


async def run_line(settings: Settings) -> None:
    """Runs until a signal. Raises LineStopped when it can't start or must not go on."""
    with only_one_line(settings.home):
        await _run(settings)


async def _run(settings: Settings) -> None:
    check_line(settings)
    server = asterisk_server(settings)
    if settings.asterisk.managed and not server.running():  # it runs still when we were killed: calls go on in it
        await _start(server)
    reasons: list[str] = []
    try:
        await _serve(settings)
    except* _Stop:
        log.info("The line stops", action="line_stopped")
    except* (Fatal, LineStopped) as fatal:
        reasons = [str(reason) for reason in fatal.exceptions]
    finally:
        if settings.asterisk.managed:
            await asyncio.to_thread(server.stop)
    if reasons:  # raised in `except*`, Python 3.11.2 puts it in a group
        raise LineStopped("; ".join(reasons))


async def _start(server: AsteriskServer) -> None:
    try:
        await asyncio.to_thread(server.start)
    except (ServerFailed, AsteriskMissing, ValueError) as failure:
        raise LineStopped(str(failure)) from failure


def check_line(settings: Settings) -> None:
    """Raises LineStopped with what is missing before a caller could notice."""
    try:
        is_current = check(settings.database_url).is_current
    except SQLAlchemyError as away:
        where = without_password(settings.database_url)
        raise LineStopped(f"The database {where} does not answer: {str(away).splitlines()[0]}") from away
    if not is_current:
        raise LineStopped("The database is not up to date. Run `meldlijn db upgrade`.")
    if missing := missing_prompts(settings):
        raise LineStopped(f"Prompts are missing: {', '.join(missing)}. Run `meldlijn prompts build`.")


async def _serve(settings: Settings) -> None:
    clock, store = clock_of(settings), Store.open(settings.database_url)
    desk = desk_of(settings, store, clock)
    rest = Rest(settings.ari_url, settings.asterisk.user, asterisk_server(settings).password())
    watched = settings.asterisk
    heartbeat = Heartbeat(
        rest,
        slow_after=watched.slow_after_seconds,
        times=watched.slow_times,
        trouble=store.trouble,
        owner=settings.line_name,
    )
    client = AriClient(rest, settings.asterisk.app, heartbeat)
    try:
        async with (
            open_channels(settings.notify) as channels,
            asyncio.TaskGroup() as tasks,
            _pages(settings, desk, store, client),
        ):
            shared = surroundings(settings, desk)
            reception = Reception(client, desk, clock, shared, tasks)
            reception.open()
            outgoing = Outgoing(client, desk, clock, shared, tasks, reception.strays)
            for number in range(settings.speech.workers):
                tasks.create_task(_keep_worker(settings), name=f"worker {number}")
            tasks.create_task(client.run(), name="asterisk")
            tasks.create_task(client.beat(), name="heartbeat")
            retention = Retention(store, clock, settings)
            plan = PlanExport(desk, settings, asterisk_server(settings).plan)
            ticks = start_ticks(
                {
                    "file what was left behind": (FILE_LEFT_BEHIND_EVERY, _left_behind(desk, client, reception)),
                    "write the plan of the exchange": (EXPORT_EVERY, plan.export),
                    "look after the rota": (ROTA_EVERY, looking_after(desk)),
                    "read the announcements": (ANNOUNCEMENTS_EVERY, announcing(desk.announcements, shared.spoken_name)),
                    "tell of urgent messages": (URGENT_EVERY, telling_of(desk.urgent)),
                    "delete what is past its term": (RETENTION_EVERY, retaining(retention)),
                    "make calls": (OUTGOING_EVERY, outgoing.tick),
                    "follow tickets for webhooks": (TELL_EVERY, following(desk.notifications.ticket_events)),
                    **sending(desk.notifications.tellings, channels),
                    "watch the clocks": (WATCH_EVERY, watching(desk, Outbox(store, clock))),
                }
            )
            call_every_night(ticks, settings, desk, clock)
            spare_what_is_there()
            try:
                await _signal()
            finally:
                client.is_stopping = True
                ticks.shutdown(wait=False)
    finally:
        await rest.close()
        await store.close()


async def _signal() -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await stopping.wait()
    raise _Stop


@contextlib.asynccontextmanager
async def _pages(settings: Settings, desk: Desk, store: Store, client: AriClient) -> AsyncIterator[None]:
    async def readiness() -> Mapping[str, bool]:
        return {
            "database": (await asyncio.to_thread(check, settings.database_url)).is_current,
            "asterisk": client.connected.is_set(),
            "model": _has_model(settings),
        }

    clock = clock_of(settings)
    app = make_app(desk, Accounts(store, clock), clock, settings, readiness, explaining(settings))
    runner = Runner(app, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, settings)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    host, port = settings.web.host, settings.web.port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as failure:
        raise LineStopped(
            f"The pages can't be served at {host}:{port}: {failure.strerror}. Set web.host and web.port, or stop who holds it."
        ) from failure


def _has_model(settings: Settings) -> bool:
    try:
        model_of(settings)
    except NoModel:
        return False
    return True


def _left_behind(desk: Desk, client: AriClient, reception: Reception) -> Work:
    """Messages that the dialplan took, reports in the spool; and often after the start, then seldom, calls whose service died."""
    started_at = asyncio.get_running_loop().time()
    recovered_at = float("-inf")

    async def file() -> None:
        nonlocal recovered_at
        await desk.file_spooled()
        await desk.carry_out_keys()
        await desk.file_fallback_messages(reception.busy)
        now = asyncio.get_running_loop().time()
        is_new = now - started_at < RECOVER_EVERY * 2  # a recording that just ended is looked at again
        if not client.connected.is_set() or (now - recovered_at < RECOVER_EVERY and not is_new):
            return
        try:
            alive = {channel["id"] for channel in await client.rest.channels()}
        except AsteriskError as failure:
            log.warning("Asterisk did not say which calls live", action="alive_unknown", why=str(failure))
            return
        await desk.recover_started_calls(alive | reception.busy)
        recovered_at = now

    return file


async def _keep_worker(settings: Settings) -> None:
    """A worker is a process of its own: a crash in the speech engine must not take calls down. It is started again."""
    while True:
        words = ("-m", "ari_app", "worker", "--with-parent", str(os.getpid()), "--home", str(settings.home))
        try:
            worker = await asyncio.create_subprocess_exec(sys.executable, *words)
        except OSError as failure:  # no memory or no files left: calls go on without a worker
            log.error("A worker could not be started", action="worker_not_started", why=repr(failure))
            await asyncio.sleep(WORKER_BACK_OFF)
            continue
        try:
            code = await worker.wait()
        finally:
            if worker.returncode is None:
                worker.terminate()
                await worker.wait()
        log.warning("A worker ended", action="worker_ended", code=code)
        await asyncio.sleep(WORKER_BACK_OFF)
