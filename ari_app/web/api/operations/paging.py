"""Pages of a list: an opaque cursor holds where the last one ended, bound to its list."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

from ari_app.web.api.operation import Asked
from ari_app.web.api.problems import Mistake, Problem
from ari_app.web.api.values import LARGEST_ID, Page

Item = TypeVar("Item")


def place(cursor: str, of: str) -> int | None:
    """Where the page before ended; None: this is the first. Raises Problem for what is no cursor of this list."""
    if not cursor:
        return None
    try:
        name, last = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        name, last = "", 0
    if name != of or type(last) is not int or not 0 < last <= LARGEST_ID:
        raise unknown_place(cursor)
    return last


def page(asked: Asked, of: str, found: Sequence[tuple[int, Item]], limit: int) -> Page[Item]:
    """`found` is one more than the page when there are more, each with what the cursor keeps of it."""
    shown = found[:limit]
    if len(found) <= limit:
        return Page(items=[item for _, item in shown])
    following = urlsafe_b64encode(json.dumps([of, shown[-1][0]]).encode()).decode().rstrip("=")
    tell_next(asked, following)
    return Page(items=[item for _, item in shown], next=following)


def tell_next(asked: Asked, cursor: str) -> None:
    """RFC 8288: relative to this address, so that no proxy in between can make it wrong."""
    url = asked.request.rel_url.update_query(after=cursor)
    asked.headers["Link"] = f'<{url}>; rel="next"'


def unknown_place(cursor: str) -> Problem:
    wrong = Mistake(
        place="query",
        pointer="/after",
        what="no cursor of this list",
        value=cursor[:80],
        what_to_do="Give the `next` of the page before, or leave it out to begin.",
    )
    return Problem("invalid", "query /after: no cursor of this list. Give the `next` of the page before.", [wrong])
