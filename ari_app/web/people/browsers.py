"""What a browser calls itself, in words that its owner knows."""

_BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("Linux", "Linux"))  # fmt: skip


def in_words(user_agent: str) -> str:
    """ "Firefox op Linux", as far as it tells."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "een onbekende browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} op {system}" if system else browser
