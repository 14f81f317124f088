"""What the values of requests are made of: narrow enough that neither database can choke on them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema

from ari_app.web.api.problems import EXAMPLE_INSTANT

Item = TypeVar("Item")

FIRST_YEAR, LAST_YEAR = 1971, 2199
#: Both databases keep ids in 32 bits or more.
LARGEST_ID = 2**31 - 1
#: Text of people, without the character that PostgreSQL can't store.
_NO_NUL = r"^[^\x00]*$"


def _in_reach(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"choose a moment from {FIRST_YEAR} to {LAST_YEAR}")
    return at.astimezone(UTC)


def _day_in_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"choose a day from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _cents(amount: Decimal) -> Decimal:
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError("give whole cents")
    return amount


Text = Annotated[str, Field(max_length=4000, pattern=_NO_NUL)]
ShortText = Annotated[str, Field(max_length=200, pattern=_NO_NUL)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
TicketNumber = Annotated[str, Field(pattern=r"^T-[0-9]{1,12}$", examples=["T-1001"])]
PhoneNumber = Annotated[str, Field(max_length=32, pattern=r"^[0-9+() .\-]+$", examples=["+31201234567"])]
Instant = Annotated[AwareDatetime, AfterValidator(_in_reach), Field(examples=[EXAMPLE_INSTANT])]
Day = Annotated[date, AfterValidator(_day_in_reach), Field(examples=["2026-11-21"])]
Euro = Annotated[
    Decimal,
    Field(ge=0, le=Decimal("9999999.99")),
    AfterValidator(_cents),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,7}(\.\d{1,2})?$", "examples": ["250.00"]}),
]
Minutes = Annotated[int, Field(ge=0, le=10_000)]
Cursor = Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9_-]*$")]
Limit = Annotated[int, Field(ge=1, le=200)]
Month = Annotated[str, Field(pattern=r"^20[0-9][0-9]-(0[1-9]|1[0-2])$", examples=["2026-03"])]


class Body(BaseModel):
    """What a program sends. Unknown fields are refused: a misspelled one must not be left out in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """What stands behind the question mark; everything there is text, so numbers and words are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Query):
    """`after`: the `next` of the page before."""

    limit: Limit = 50
    after: Cursor = ""


class Page(BaseModel, Generic[Item]):
    """`next`: give it as `after` for the next page; null: there is none. The header Link says the same."""

    items: list[Item]
    next: str | None = None
