"""The figures as rows of a spreadsheet: what the page shows, and the months that its lines are drawn from."""

from collections.abc import Iterator, Sequence

from ari_app.desk.figures_views import FiguresView, Kept
from ari_app.web import figures_words as told
from ari_app.web.languages import _

#: Their names in a row; what a row does not have stays empty.
COLUMNS = ("part", "customer", "month", "clock", "level", "category", "what", "proposal", "decision", "seconds", "count",
           "net_on_time", "gross_on_time", "net_percent", "gross_percent")  # fmt: skip


def rows(figures: FiguresView, customer: str) -> list[Sequence[object]]:
    """The first one names the columns. `customer` "": all of them."""
    whom = customer or _("alle klanten")
    found = [*_kept(figures), *_calls(figures), *_accepted(figures), *_decided(figures)]
    return [_headings(), *([row.get(name, whom if name == "customer" else None) for name in COLUMNS] for row in found)]


def _headings() -> list[str]:
    return [_("onderdeel"), _("klant"), _("maand"), _("klok"), _("niveau"), _("categorie"), _("wat"), _("voorstel"), _("besluit"),
            _("seconden"), _("aantal"), _("op tijd netto"), _("op tijd bruto"), _("netto %"), _("bruto %")]  # fmt: skip


def _kept(figures: FiguresView) -> Iterator[dict[str, object]]:
    for kept in told.by_promise(figures.kept):
        yield {"part": _("naleving"), **_promise(kept)}
    for month in figures.months:
        for kept in told.by_promise([one for one in figures.kept if one.month == month]):
            yield {"part": _("naleving per maand"), "month": f"{month:%Y-%m}", **_promise(kept)}


def _promise(kept: Kept) -> dict[str, object]:
    net, gross = kept.judged - kept.net_late, kept.judged - kept.gross_late
    return {
        "clock": told.CLOCKS[kept.clock],
        "level": told.level(kept.level),
        "category": f"CAT {kept.category}" if kept.category else _("onbeoordeeld"),
        "count": kept.judged,
        "net_on_time": net,
        "gross_on_time": gross,
        "net_percent": told.share(net, kept.judged),
        "gross_percent": told.share(gross, kept.judged),
    }


def _calls(figures: FiguresView) -> Iterator[dict[str, object]]:
    for month in figures.calls:
        for what, name in told.CALLS.items():
            yield {
                "part": _("oproepen"),
                "month": f"{month.month:%Y-%m}",
                "what": name,
                "count": getattr(month, what),
            }


def _accepted(figures: FiguresView) -> Iterator[dict[str, object]]:
    for taken, count in figures.accepted:
        yield {"part": _("seconden tot aannemen"), "seconds": taken, "count": count}


def _decided(figures: FiguresView) -> Iterator[dict[str, object]]:
    for cell in figures.decided:
        yield {
            "part": _("voorstel en besluit"),
            "proposal": told.outcome(cell.proposal),
            "decision": told.outcome(cell.decision),
            "count": cell.count,
        }
