"""The category that follows from the impediment, as the agreement describes it (R-083, A-19). A proposal: we decide."""

from ari_app.store.tables import Impediment
from sla.terms import Category

_BY_IMPEDIMENT = {
    Impediment.NONE: Category.I,
    Impediment.BUSINESS: Category.II,
    Impediment.COMPANY: Category.III,
}


def category_for(impediment: Impediment | None, is_crucial_place: bool | None) -> Category | None:
    """The impediment decides; in doubt about it a crucial place makes it CAT II. None = nothing is known."""
    if impediment is None:
        return Category.II if is_crucial_place else None
    return _BY_IMPEDIMENT[impediment]
