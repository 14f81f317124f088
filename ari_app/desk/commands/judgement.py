"""What only we judge: category, kind, calamity or not, level, scope, impediment (R-082, R-085)."""

from ari_app.desk.change import Change
from ari_app.desk.impact import category_for
from ari_app.desk.refusal import Refused, needs
from ari_app.store.tables import Impediment
from sla.terms import LEVEL_0, Category, Kind, Scope
from sla.ticket import EventType

_REASON = "de reden is ingevuld"
_DISTURBANCES = (Kind.INCIDENT, Kind.CALAMITY)


async def confirm_category(change: Change, category: Category, why: str) -> None:
    """What we judge it to be. A person has the last word; the machine's proposal and each earlier category stay on record (R-085)."""
    ticket = change.ticket
    change.by.must_be_ours("R-085")
    reason = needs(why, _REASON, "R-085")
    if ticket.kind is Kind.CALAMITY and category is Category.I:
        raise Refused("CAT I kan nadat is vastgesteld dat het geen calamiteit is", "A-11")
    has_service = bool(ticket.service_concerned) or category is Category.I
    if not has_service and change.policy.category_needs_service == "refuse":
        raise Refused(f"CAT {category} kan nadat de afgenomen dienst is aangegeven", "R-084")
    texts = {"before": ticket.category or "", "proposed": ticket.proposal or ""}
    event = change.event(EventType.CATEGORY_CONFIRMED, category=category)
    change.happen(event, "R-085", reason, texts)
    ticket.category, ticket.needs_review = category, False


async def change_kind(change: Change, kind: Kind, why: str) -> None:
    """Incident, service request, problem, maintenance; for a calamity and for users there are commands of their own."""
    change.by.must_be_ours("R-085")
    if Kind.CALAMITY in (kind, change.ticket.kind) and kind is not change.ticket.kind:
        raise Refused("Kan met het oordeel calamiteit of geen calamiteit, niet als gewone wijziging", "R-055")
    if kind is Kind.USER_CHANGE:
        raise Refused("Aan- en afmelden van gebruikers gaat alleen via het webformulier", "R-076")
    change.decide("kind", change.ticket.kind, kind, needs(why, _REASON, "R-085"))
    change.ticket.kind = kind


async def became_a_calamity(change: Change, why: str, is_exception: bool = False) -> None:
    """Several persons can't work and the organisation stands still; `is_exception`: one or a few persons (R-053, R-054)."""
    ticket = change.ticket
    change.by.must_be_ours("R-055")
    if ticket.kind not in _DISTURBANCES:
        raise Refused("Kan nadat de soort melding op storing is gezet", "R-053")
    if ticket.category is Category.I:
        raise Refused("Kan nadat CAT II of III is bevestigd", "A-11")
    texts = {"before": ticket.kind.value} | ({"exception": "R-054"} if is_exception else {})
    reason = needs(why, "de reden van het oordeel is ingevuld", "R-054" if is_exception else "R-055")
    change.happen(change.event(EventType.BECAME_A_CALAMITY), "R-055", reason, texts)
    ticket.kind, ticket.is_exception = Kind.CALAMITY, is_exception


async def not_a_calamity(change: Change, why: str) -> None:
    """It is no calamity: an ordinary ticket, which counts for a proposal of exclusion (R-055...R-057)."""
    change.by.must_be_ours("R-055")
    if change.ticket.kind not in _DISTURBANCES:
        raise Refused("Kan alleen bij een storing of calamiteit", "R-055")
    texts = {"before": change.ticket.kind.value}
    reason = needs(why, "de reden van het oordeel is ingevuld", "R-055")
    change.happen(change.event(EventType.NOT_A_CALAMITY), "R-055", reason, texts)
    change.ticket.kind, change.ticket.is_exception = Kind.INCIDENT, False


async def change_level(change: Change, level: str, why: str) -> None:
    """The level that was right from the start (R-071). `level` is a key of the ticket's version of the agreement."""
    change.by.must_be_ours("R-071")
    levels = change.terms.of(change.ticket).agreement.levels
    if (level or LEVEL_0) not in levels:
        raise Refused(f"Niveau {level!r} bestaat niet: kies {', '.join(levels)}", "R-002")
    texts = {"before": change.ticket.level}
    change.happen(
        change.event(EventType.LEVEL_CHANGED, level=level or LEVEL_0), "R-071", needs(why, _REASON, "R-071"), texts
    )
    change.ticket.level = level or LEVEL_0
    change.costs_changed = True


async def change_scope(change: Change, scope: Scope, why: str) -> None:
    """How far the agreement covers it; third parties and best effort have no promised times (R-081, R-082, R-103)."""
    change.by.must_be_ours("R-082")
    texts = {"before": change.ticket.scope.value}
    change.happen(change.event(EventType.SCOPE_CHANGED, scope=scope), "R-082", needs(why, _REASON, "R-082"), texts)
    change.ticket.scope = scope
    change.costs_changed = True


async def customer_caused(change: Change, why: str, is_caused: bool = True) -> None:
    """A calamity that the customer caused is charged, also after the fact (R-058)."""
    change.by.must_be_ours("R-058")
    if change.ticket.kind is not Kind.CALAMITY:
        raise Refused("Kan nadat is vastgesteld dat het een calamiteit is", "R-058")
    change.decide("caused_by_customer", change.ticket.is_caused_by_customer, is_caused, needs(why, _REASON, "R-058"))
    change.ticket.is_caused_by_customer = is_caused
    change.costs_changed = True


async def set_impediment(change: Change, impediment: Impediment, is_crucial_place: bool | None, why: str) -> None:
    """What the category follows from (R-083, A-19); the category itself stays a decision of its own."""
    change.by.must_be_ours("R-085")
    ticket = change.ticket
    before = f"{ticket.impediment or '?'}, CAT {category_for(ticket.impediment, ticket.is_crucial_place) or '?'}"
    after = f"{impediment}, CAT {category_for(impediment, is_crucial_place)}"
    change.decide("impediment", before, after, needs(why, _REASON, "R-085"))
    ticket.impediment, ticket.is_crucial_place = impediment, is_crucial_place


async def set_alternative(change: Change, has_alternative: bool, why: str) -> None:
    """Is there another way to work, or did we offer one (R-080, R-147)?"""
    change.by.must_be_ours("R-085")
    change.decide("alternative", change.ticket.has_alternative, has_alternative, needs(why, _REASON, "R-080"))
    change.ticket.has_alternative = has_alternative


async def name_service(change: Change, service: str) -> None:
    """Which service bought from us it is about: impediment counts only as far as that goes (R-084)."""
    change.by.must_be_ours("R-084")
    named = needs(service, "de afgenomen dienst is ingevuld", "R-084")
    change.decide("service", change.ticket.service_concerned, named, "")
    change.ticket.service_concerned = named
