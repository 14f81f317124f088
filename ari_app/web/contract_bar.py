"""The term of a contract as a bar: this term, the next one, the notice day, and today. Places in a picture 720 wide."""

from dataclasses import dataclass
from datetime import date

from ari_app.desk.contract_views import ContractView
from ari_app.web.languages import _
from ari_app.web.words import date_of

_LEFT, _WIDTH = 4.0, 712.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with its word under the bar."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`next_x` None: the contract ends with this term."""

    width: float
    text: str
    next_x: float | None
    next_width: float
    next_text: str
    today_x: float | None
    marks: tuple[Mark, ...]
    label: str


def bar_of(contract: ContractView, today: date) -> Bar | None:
    """None for a contract whose term is not known."""
    begins, ends = contract.term_begins_on, contract.term_ends_on
    if begins is None or ends is None:
        return None
    last = contract.ends_on or ends
    length = ends - begins
    final = last if contract.ends_on else ends + length
    days = max((final - begins).days, 1)

    def place(day: date) -> float:
        return round(_LEFT + _WIDTH * min(max((day - begins).days / days, 0.0), 1.0), 1)

    marks = (
        [Mark(place(contract.last_notice_on), _("opzeggen t/m %(day)s", day=date_of(contract.last_notice_on)))]
        if (contract.last_notice_on and not contract.ends_on)
        else []
    )
    this_end = min(ends, final)
    goes_on = (
        _("stilzwijgend verlengd tot en met %(day)s", day=date_of(final))
        if not contract.ends_on
        else _("eindigt op %(day)s", day=date_of(last))
    )
    paid = _("betaald") if contract.paid_until and contract.paid_until >= this_end else _paid_until(contract.paid_until)
    return Bar(
        width=round(place(this_end) - _LEFT, 1),
        text=_("t/m %(day)s, %(paid)s", day=date_of(this_end), paid=paid),
        next_x=place(this_end) if this_end < final else None,
        next_width=round(_LEFT + _WIDTH - place(this_end), 1),
        next_text=_("opgezegd") if contract.ends_on else _("stilzwijgend verlengd"),
        today_x=place(today) if begins <= today <= final else None,
        marks=tuple(marks),
        label=_(
            "Deze termijn loopt van %(begin)s tot en met %(end)s, %(paid)s; %(goes_on)s.",
            begin=date_of(begins),
            end=date_of(this_end),
            paid=paid,
            goes_on=goes_on,
        ),
    )


def _paid_until(until: date | None) -> str:
    return _("betaald t/m %(day)s", day=date_of(until)) if until else _("nog niet betaald")
