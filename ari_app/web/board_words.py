"""What the live board says, in Dutch: steps of a call, who has duty, what is not well. It only tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ari_app.config import LineSettings
from ari_app.desk.board import BoardView, DutyBoard
from ari_app.desk.calls_now import CallNow, CallStep
from ari_app.desk.rota_warnings import RotaWarning, RotaWarningKind
from ari_app.web import words
from ari_app.web.dutch import in_dutch
from ari_app.web.languages import _, mark, translated
from sla.agreed_hours import AgreedHours

_S = CallStep


def _marked(*words: str) -> tuple[str, ...]:
    return tuple(map(mark, words))


#: The steps that a caller goes through, by the way of the call.
_PATHS: Mapping[str, tuple[str, ...]] = {
    "on_duty": _marked("Begroeting", "Wie belt", "Contract", "Engineer bellen", "In gesprek"),
    "desk": _marked("Begroeting", "Wie belt", "Wachtrij", "Balie bellen", "In gesprek"),
    "voicemail": _marked("Begroeting", "Wie belt", "Uitleg", "Inspreken", "Afronden"),
}
_PLACE: Mapping[str, Mapping[CallStep, int]] = {
    "on_duty": {_S.WHO: 1, _S.WHAT: 2, _S.WAITS: 3, _S.RINGS: 3, _S.ASKED: 3, _S.TALKS: 4, _S.MESSAGE: 4, _S.AFTERWARDS: 4},
    "desk": {_S.WHO: 1, _S.WHAT: 1, _S.WAITS: 2, _S.RINGS: 3, _S.ASKED: 3, _S.TALKS: 4, _S.MESSAGE: 4, _S.AFTERWARDS: 4},
    "voicemail": {_S.WHO: 1, _S.WHAT: 2, _S.MESSAGE: 3, _S.AFTERWARDS: 4},
}  # fmt: skip
_LAST_INSTEAD = {_S.MESSAGE: mark("Inspreken"), _S.AFTERWARDS: mark("Afronden")}
#: The way of a call that is not led anywhere yet, by the hours.
_LIKELY = {"phone": "desk", "calamity": "on_duty"}
_PLACES = _marked("eerste", "tweede", "derde", "vierde", "vijfde")
MOST_LINES = 2


@dataclass(frozen=True, slots=True)
class CallLine:
    """`place`: which of `steps` it is at, from 0. `says` is about now; empty while `rings` names phones."""

    call: CallNow
    steps: tuple[str, ...]
    place: int
    says: str
    rings: str
    rings_since: datetime | None
    rings_for: float


@dataclass(frozen=True, slots=True)
class DutyLine:
    name: str
    state: str
    says: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the four: `says` is what follows the name; `heed` the sentence when it is not well; `is_known` False: nobody
    looked, so that a tick would promise too much."""

    name: str
    is_well: bool
    says: str
    heed: str = ""
    is_known: bool = True


def call(one: CallNow, window: str, line: LineSettings) -> CallLine:
    """`window`: as `AgreedHours.window_at` names it."""
    way = one.way if one.way in _PATHS else _LIKELY.get(window, "voicemail")
    steps, place = _PATHS[way], _PLACE[way].get(one.step, 0)
    if way != "voicemail" and one.step in _LAST_INSTEAD:
        steps = (*steps[:-1], _LAST_INSTEAD[one.step])
    rings = one.step is _S.RINGS
    return CallLine(
        call=one,
        steps=tuple(map(translated, steps)),
        place=place,
        says="" if rings else _says(one, way, line),
        rings=", ".join(phone.who for phone in one.ringing) if rings else "",
        rings_since=min((phone.since for phone in one.ringing), default=None) if rings else None,
        rings_for=line.desk_ring_for_seconds if way == "desk" else line.ring_for_seconds,
    )


def _says(one: CallNow, way: str, line: LineSettings) -> str:
    match one.step:
        case _S.TALKS:
            after = (
                _(", aangenomen na %(taken_after)s s", taken_after=format(one.taken_after, ".0f"))
                if one.taken_after is not None
                else ""
            )
            return _(
                "In gesprek met %(talks_with)s%(after)s", talks_with=one.talks_with or _("een collega"), after=after
            )
        case _S.ASKED:
            who = one.ringing[0].who if one.ringing else _("Een collega")
            return _("%(who)s nam op en hoort wie er belt", who=who)
        case _S.WHO:
            return _(
                "Toetst klantnummer en pincode in, poging %(tries)s van %(pin_tries)s",
                tries=min(one.tries + 1, line.pin_tries),
                pin_tries=line.pin_tries,
            )
        case _S.WHAT:
            return _("Kiest met een toets")
        case _S.WAITS:
            return _("Wacht op een vrij toestel") if way == "desk" else _("Hoort muziek; wij zoeken een engineer")
        case _S.MESSAGE:
            return _("Spreekt een bericht in") + (_(", met spoed") if one.is_urgent else "")
        case _S.AFTERWARDS:
            return _("Gesprek voorbij, wordt afgerond")
        case _S.COMES_IN:
            return _("Komt binnen")
    return _("Hoort de begroeting")


def window(hours: AgreedHours, now: datetime) -> str:
    """What a caller gets now, and until when."""
    match hours.window_at(now):
        case "phone":
            return _(
                "Servicedesk open tot %(until)s", until=_until(hours.phone.windows(now, now + timedelta(days=2)), now)
            )
        case "calamity":
            return _(
                "Calamiteitenlijn open tot %(until)s",
                until=_until(hours.calamity.windows(now, now + timedelta(days=2)), now),
            )
    opens_at = min(hours.phone.next_opening(now), hours.calamity.next_opening(now))
    return _("Voicemail tot %(opens_at)s", opens_at=words.moment(opens_at, now))


def _until(windows: Sequence[tuple[datetime, datetime]], now: datetime) -> str:
    return words.moment(windows[0][1], now)


def rest(hours: AgreedHours, now: datetime) -> str:
    """Until when the clocks stand still; "": they run."""
    opens_at = hours.service.next_opening(now)
    return _("staan stil tot %(opens_at)s", opens_at=words.moment(opens_at, now)) if opens_at > now else ""


def duty(board: DutyBoard, engaged: Mapping[int, str], now: datetime) -> list[DutyLine]:
    """In ringing order."""
    states = {"rings": _("gaat over"), "talks": _("in gesprek")}
    found = []
    for place, one in enumerate(board.present):
        order = translated(_PLACES[place]) if place < len(_PLACES) else _("%(place)se", place=place + 1)
        taken = (
            _(", bevestigd %(confirmed_at)s", confirmed_at=words.moment(one.confirmed_at, now))
            if one.confirmed_at
            else ""
        )
        found.append(
            DutyLine(one.engineer.name, states.get(engaged.get(one.engineer.id, ""), _("vrij")), order + taken)
        )
    return found


def health(board: BoardView, needs: Mapping[str, bool]) -> list[Fact]:
    """Always four, in this order."""
    return [_self_call(board), _exchange(needs), _speech(board, needs), _messages(board)]


def _self_call(board: BoardView) -> Fact:
    own = board.health
    if own.self_call_at is None:
        return Fact(_("Zelftest"), True, _("staat uit of liep vandaag niet"), is_known=False)
    at = words.moment(own.self_call_at, board.at)
    if own.self_call_is_well:
        return Fact(_("Zelftest %(at)s", at=at), True, _("gelukt"))
    return Fact(
        _("Zelftest %(at)s", at=at),
        False,
        _("mislukt"),
        _("De zelftest van %(at)s is mislukt. Bel de lijn en luister zelf.", at=at),
    )


def _exchange(needs: Mapping[str, bool]) -> Fact:
    if needs.get("asterisk", False):
        return Fact(_("Telefooncentrale"), True, _("bereikbaar"))
    return Fact(
        _("Telefooncentrale"),
        False,
        _("onbereikbaar"),
        _("De telefooncentrale antwoordt niet: bellers krijgen nu de noodvoorziening."),
    )


def _speech(board: BoardView, needs: Mapping[str, bool]) -> Fact:
    if not needs.get("model", False):
        return Fact(
            _("Tekstherkenning"), False, _("geen model"), _("Er is geen spraakmodel: luister de berichten zelf af.")
        )
    if failed := board.health.cannot_be_heard:
        some = _("1 bericht is") if failed == 1 else _("%(failed)s berichten zijn", failed=failed)
        return Fact(
            _("Tekstherkenning"),
            False,
            _("%(failed)s niet gelukt", failed=failed),
            _("%(some)s niet te lezen: luister zelf af.", some=some),
        )
    waits = board.queues.to_hear
    return Fact(_("Tekstherkenning"), True, _("werkt, %(waits)s in de rij", waits=waits) if waits else _("werkt"))


def _messages(board: BoardView) -> Fact:
    own = board.health
    if own.given_up:
        some = _("1 bericht is") if own.given_up == 1 else _("%(given_up)s berichten zijn", given_up=own.given_up)
        return Fact(
            _("Berichten"),
            False,
            _("%(given_up)s opgegeven", given_up=own.given_up),
            _("%(some)s aan collega's niet bezorgd en opgegeven.", some=some),
        )
    if own.undelivered:
        some = (
            _("1 bericht wacht")
            if own.undelivered == 1
            else _("%(undelivered)s berichten wachten", undelivered=own.undelivered)
        )
        return Fact(
            _("Berichten"),
            False,
            _("%(undelivered)s wachten", undelivered=own.undelivered),
            _("%(some)s al langer dan tien minuten op bezorging.", some=some),
        )
    return Fact(_("Berichten"), True, _("alle bezorgd"))


def heed(warnings: Sequence[RotaWarning], facts: Sequence[Fact]) -> list[str]:
    """What asks for somebody now, at most two lines: what is broken first, then the first hole of the rota."""
    broken = [fact.heed for fact in facts if not fact.is_well]
    holes = [
        _(
            "Gat in het rooster, %(span)s. Bellers krijgen dan de voicemail.",
            span=words.span(one.starts_at, one.ends_at),
        )
        for one in warnings
        if one.kind is RotaWarningKind.NOBODY
    ]
    others = [in_dutch(one.why) for one in warnings if one.kind is RotaWarningKind.NO_NUMBER]
    return [*broken, *holes, *others][:MOST_LINES]
