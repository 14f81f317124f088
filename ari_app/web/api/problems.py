"""How the API says no: RFC 9457, with what was wrong, which value, and what to do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ari_app.desk.refusal import Refused

EXAMPLE_INSTANT = "2026-11-21T08:30:00+01:00"
MEDIA_TYPE = "application/problem+json"
#: No answer repeats these.
_SECRET = frozenset({"pin"})
_LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; `name` is the last part of its `type`."""

    name: str
    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind("bad-request", 400, "The request can't be read"),
        Kind("no-token", 401, "A valid token is needed"),
        Kind("not-allowed", 403, "This token may not do that"),
        Kind("not-found", 404, "There is nothing here"),
        Kind("method-not-allowed", 405, "This address does not know that method"),
        Kind("refused", 409, "The desk refuses this"),
        Kind("in-progress", 409, "The same request is being worked on"),
        Kind("outcome-unknown", 409, "Nobody knows what became of the same request"),
        Kind("changed", 412, "The ticket was changed since you read it"),
        Kind("too-large", 413, "The request is too large"),
        Kind("not-json", 415, "This operation reads JSON only"),
        Kind("no-file", 415, "This operation reads the bytes of a file"),
        Kind("no-such-expect", 417, "Nothing but 100-continue can be expected"),
        Kind("invalid", 422, "The request has mistakes"),
        Kind("key-reused", 422, "This Idempotency-Key belongs to another request"),
        Kind("if-match-needed", 428, "Say which version of the ticket you read"),
        Kind("too-many-requests", 429, "Too many requests"),
        Kind("failed", 500, "Something went wrong on our side"),
        Kind("unavailable", 503, "This can't be answered now"),
    )
}


class Mistake(BaseModel):
    """One mistake. `place`: body, query, path or header; `pointer`: where in it, as a JSON Pointer (RFC 6901)."""

    place: str
    pointer: str
    what: str
    value: str | None = None
    what_to_do: str


class ClauseOut(BaseModel):
    """Where a rule stands in the agreement."""

    rule: str
    lines: str
    document: str


class ProblemOut(BaseModel):
    """RFC 9457. A `detail` with a `rule` is Dutch, as the desk says it; everything else is English."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    #: Of the rule that refuses, such as "R-090".
    rule: str | None = None
    clauses: list[ClauseOut] = []
    mistakes: list[Mistake] = []
    #: Of a failure on our side: our log has it under this number.
    reference: str | None = None


@dataclass
class Problem(Exception):
    """Ends a request with this answer. `kind` is a name in `KINDS`."""

    kind: str
    detail: str
    mistakes: Sequence[Mistake] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def response(self, path: str) -> web.Response:
        kind = KINDS[self.kind]
        told = ProblemOut(
            type=f"/api/docs#problem-{kind.name}",
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            instance=path,
            mistakes=list(self.mistakes),
            **self.more,
        )
        text = told.model_dump_json(exclude_none=True, exclude_defaults=True)
        return web.Response(status=kind.status, text=text, content_type=MEDIA_TYPE, headers=dict(self.headers))


@contextmanager
def mistakes_of_the_sender() -> Iterator[None]:
    """What is raised inside for values that can't be is the sender's to correct; Refused stays what it is."""
    try:
        yield
    except Refused:
        raise
    except ValueError as wrong:
        raise Problem("invalid", f"{wrong}. Correct this and send it again.") from wrong


def invalid(place: str, found: ValidationError) -> Problem:
    """Every mistake at once."""
    mistakes = [_mistake(place, one) for one in found.errors(include_url=False, include_context=False)]
    where = "; ".join(f"{one.place} {one.pointer}: {one.what}" for one in mistakes[:5])
    if any(one["type"] == "json_invalid" for one in found.errors()):
        return Problem("bad-request", "The body is no JSON.", mistakes)
    return Problem("invalid", f"{where}. Correct this and send it again.", mistakes)


def _mistake(place: str, wrong: Any) -> Mistake:
    names = [str(part) for part in wrong["loc"]]
    pointer = "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)
    is_secret = bool(_SECRET.intersection(names))
    return Mistake(
        place=place,
        pointer=pointer,
        what=wrong["msg"],
        value=None if is_secret or wrong["type"] == "missing" else _shown(wrong["input"]),
        what_to_do=_advice(wrong["type"]),
    )


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


_ADVICE = {
    "missing": "Add this field.",
    "extra_forbidden": "Leave this out, or correct its spelling: /api/docs has all names.",
    "timezone_aware": f"Give the moment with its offset, such as {EXAMPLE_INSTANT}.",
    "enum": "Choose one of the values that are named.",
    "literal_error": "Choose one of the values that are named.",
    "json_invalid": "Send one JSON object in UTF-8.",
}


def _advice(kind: str) -> str:
    if kind in _ADVICE:
        return _ADVICE[kind]
    return f"Give {EXAMPLE_INSTANT} or the like." if "datetime" in kind else "Give a value that /api/docs allows here."
