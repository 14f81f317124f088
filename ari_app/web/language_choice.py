"""To whom a page speaks which language: as the account says, else as was chosen in this browser, else as the browser asks."""

from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.web.auth import is_secure, own_path
from ari_app.web.forms import form_of
from ari_app.web.languages import DUTCH, LANGUAGES, preferred, speak

COOKIE = "meldlijn_language"
_LASTS = timedelta(days=365)


@web.middleware
async def speak_their_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Before anybody is known; the account of who is logged in may say otherwise. Programs are answered in Dutch."""
    chosen = request.cookies.get(COOKIE, "")
    if request.path.startswith("/api/v1"):
        speak(DUTCH)
    elif chosen in LANGUAGES:
        speak(chosen)
    else:
        speak(preferred(request.headers.get("Accept-Language", "")))
    return await handler(request)


async def choose_language(request: web.Request) -> web.Response:
    """For who is not logged in. `language`: one of `LANGUAGES`; `next`: where the form stood."""
    form = await form_of(request)
    language = str(form.get("language", ""))
    if language not in LANGUAGES:
        raise web.HTTPBadRequest
    response = web.HTTPSeeOther(own_path(str(form.get("next", ""))))
    response.set_cookie(COOKIE, language, max_age=int(_LASTS.total_seconds()), path="/", httponly=True,
                        samesite="Lax", secure=is_secure(request))  # fmt: skip
    raise response


def forget_choice(response: web.StreamResponse) -> None:
    """The account says it from now on."""
    response.del_cookie(COOKIE, path="/")
