"""The pages as one aiohttp application, served in the event loop of the line."""

from aiohttp import web

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.explanation import Explains
from ari_app.desk.may_hear import MayHear
from ari_app.desk.phrase_lists import PhraseLists
from ari_app.desk.prompt_takes import PromptTakes
from ari_app.web.accounts import Accounts
from ari_app.web.announcements import AnnouncementPages
from ari_app.web.api.server import Api, speak_json
from ari_app.web.api.tokens import Tokens
from ari_app.web.api_docs import ApiDocs
from ari_app.web.assets import Assets
from ari_app.web.attaching import Attaching
from ari_app.web.audit import AuditPages
from ari_app.web.auth import FAILURES, WINDOW, Door
from ari_app.web.board import BoardPages
from ari_app.web.calling import Calling
from ari_app.web.customers import CustomerPages
from ari_app.web.days import DayPages
from ari_app.web.duty import DutyPages
from ari_app.web.engineers import EngineerPages
from ari_app.web.figures import FiguresPage
from ari_app.web.gate import GATE, Gate
from ari_app.web.guard import refuse_foreign_forms, send_headers, show_errors
from ari_app.web.health import Health, Readiness
from ari_app.web.hear_again import HearAgainButton
from ari_app.web.language_choice import choose_language, speak_their_language
from ari_app.web.my_notifications import MyNotifications
from ari_app.web.notifications import NotificationPages
from ari_app.web.pages import TICKET_NUMBER, Pages
from ari_app.web.people.accounts_page import AccountsPage
from ari_app.web.people.data_page import PersonsPage
from ari_app.web.people.outside import OutsideLogin
from ari_app.web.people.own_account import OwnAccount
from ari_app.web.people.tokens_page import TokensPage
from ari_app.web.phrases import PhrasePages
from ari_app.web.prompts import PromptPages
from ari_app.web.proxies import Proxies
from ari_app.web.recordings import Recordings
from ari_app.web.rendering import TEMPLATES, Templates
from ari_app.web.review import ReviewPages
from ari_app.web.rota import RotaPages
from ari_app.web.seeing import MAY_HEAR
from ari_app.web.settings_page import SettingsPage
from ari_app.web.simulator import SimulatorPage
from ari_app.web.throttle import Throttle
from ari_app.web.ticket_pages import TicketPages

_LARGEST_FORM = 64 * 1024


def make_app(
    desk: Desk,
    accounts: Accounts,
    clock: Clock,
    settings: Settings,
    readiness: Readiness,
    explains: Explains | None = None,
) -> web.Application:
    """Who may what stands in `permissions.PERMISSIONS`. `readiness` is asked at each `/readyz`; `explains` answers what the
    simulator asks."""
    throttle = Throttle(desk.store, FAILURES, WINDOW)
    door = Door(accounts, throttle, desk.audit, clock, settings)
    assets, health = Assets(), Health(readiness)
    calling = Calling(desk)
    pages, recordings = Pages(desk, clock), Recordings(desk, clock, settings.recordings)
    board = BoardPages(desk, accounts, clock, settings, readiness)
    figures = FiguresPage(desk)
    ticket_pages = TicketPages(desk, clock, calling)
    gate = Gate(accounts.register.names_with, desk.audit, clock)
    app = web.Application(
        middlewares=[
            Proxies(settings.web.trusted_proxies).look_through,
            speak_their_language,
            speak_json,
            show_errors,
            refuse_foreign_forms,
            door.ask_for_session,
            gate.ask_permission,
        ],
        client_max_size=_LARGEST_FORM,
    )
    app.on_response_prepare.append(send_headers)
    app[GATE], app[MAY_HEAR] = gate, MayHear(settings.access.hear_roles)
    app[TEMPLATES] = Templates(assets, clock, desk.days)
    app.on_shutdown.append(board.let_go)
    app.cleanup_ctx.append(board.while_served)
    app.on_cleanup.append(figures.let_go)
    app.add_routes(
        [
            web.get("/", pages.tickets, name="tickets"),
            *ticket_pages.routes(),
            *Attaching(desk, ticket_pages).routes(),
            web.post(f"/tickets/{{number:{TICKET_NUMBER}}}/hear-again", HearAgainButton(desk).press, name="hear-again"),
            web.post(f"/tickets/{{number:{TICKET_NUMBER}}}/claim", calling.claim, name="claim"),
            web.post(f"/tickets/{{number:{TICKET_NUMBER}}}/call-back", calling.call_back, name="call-back"),
            web.get(f"/recordings/{{number:{TICKET_NUMBER}}}", recordings.play, name="recording"),
            *CustomerPages(desk, clock).routes(),
            *AnnouncementPages(desk, clock).routes(),
            *ReviewPages(desk, clock).routes(),
            *DayPages(desk, clock).routes(),
            *SettingsPage(desk, clock, settings).routes(),
            *PromptPages(PromptTakes(settings.sounds, desk.audit, clock)).routes(),
            *PhrasePages(PhraseLists(settings.home, desk.store, desk.audit)).routes(),
            *NotificationPages(desk, settings.notify).routes(),
            *MyNotifications(desk).routes(),
            *board.routes(),
            *RotaPages(desk, clock).routes(),
            *EngineerPages(desk, accounts.register, clock).routes(),
            *DutyPages(desk, clock, settings).routes(),
            *SimulatorPage(desk, clock, explains).routes(),
            *AuditPages(desk, clock).routes(),
            *door.routes(),
            web.post("/language", choose_language, name="language"),
            *OutsideLogin(desk.store, door, desk.audit, clock, settings).routes(),
            *OwnAccount(accounts, throttle, clock, settings).routes(),
            *AccountsPage(accounts.register, desk).routes(),
            *PersonsPage(desk, clock).routes(),
            *TokensPage(Tokens(desk.store, clock), accounts.register, clock).routes(),
            *Api.of(desk, clock, settings, accounts.register, explains).routes(),
            *ApiDocs().routes(),
            *figures.routes(),
            web.get("/static/{name}", assets.serve, name="static"),
            web.get("/healthz", health.alive, name="healthz"),
            web.get("/readyz", health.ready, name="readyz"),
        ]
    )
    return app
