"""What a browser calls itself, in words that its owner knows."""

from ari_app.web.languages import _

_BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("Linux", "Linux"))  # fmt: skip


def in_words(user_agent: str) -> str:
    """ "Firefox op Linux", as far as it tells."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), _("een onbekende browser"))
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return _("%(browser)s op %(system)s", browser=browser, system=system) if system else browser
