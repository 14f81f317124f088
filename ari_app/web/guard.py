"""What holds for every answer: who may send a form, which headers go out, and error pages."""

import secrets
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.web.languages import mark, translated
from ari_app.web.rendering import TEMPLATES

SESSION_COOKIE = "meldlijn_session"

_log = structlog.get_logger()

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SENTENCES = {
    400: (mark("Dit verzoek klopt niet"), mark("Ga terug en probeer het opnieuw.")),
    403: (
        mark("Dit mag hier niet"),
        mark("Het verzoek kwam niet van deze pagina. Open de pagina opnieuw en probeer het nog eens."),
    ),
    404: (mark("Deze pagina is er niet"), mark("Misschien klopt het adres niet, of is het ticket nog niet gemaakt.")),
    405: (mark("Dit kan hier niet"), mark("Deze pagina kent deze opdracht niet.")),
    413: (mark("Dat is te veel"), mark("Het formulier was te groot. Probeer het met minder tekst.")),
    500: (mark("Er ging iets mis"), mark("De pagina kon niet gemaakt worden. De telefoon werkt gewoon door.")),
}


async def send_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal `on_response_prepare`. Pages hold personal data: nothing but static files is kept by browser or proxy."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def refuse_foreign_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No form of another site: Fetch Metadata decides, else Origin; a cookie without either proves nothing."""
    if request.method not in _SAFE_METHODS and not _is_own(request):
        origin = request.headers.get("Origin", "")
        _log.warning("Form of another site refused", action="form_refused", path=request.path, origin=origin)
        raise web.HTTPForbidden
    return await handler(request)


def _is_own(request: web.Request) -> bool:
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    return SESSION_COOKIE not in request.cookies


def holds_unreadable_bytes(request: web.Request) -> bool:
    """Whether a header is no UTF-8: no browser sends that, and neither database nor log can write it down."""
    try:
        "".join(request.headers.values()).encode()
    except UnicodeEncodeError:
        return True
    return False


@web.middleware
async def show_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error is a page with a sentence; an unexpected one is logged under the number that the page shows."""
    try:
        if holds_unreadable_bytes(request):
            raise web.HTTPBadRequest
        return await handler(request)
    except web.HTTPError as error:
        return _error_page(request, error.status, allow=error.headers.get("Allow"))
    except web.HTTPException:
        raise
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("Page failed", action="page_failed", path=request.path, reference=reference)
        return _error_page(request, 500, reference=reference)


def _error_page(
    request: web.Request, status: int, *, reference: str = "", allow: str | None = None
) -> web.StreamResponse:
    title, advice = map(translated, _SENTENCES.get(status, _SENTENCES[400 if status < 500 else 500]))
    context = {"title": title, "advice": advice, "reference": reference, "status": status}
    response = request.app[TEMPLATES].page(request, "error.html", context, status=status)
    if allow:
        response.headers["Allow"] = allow
    return response
