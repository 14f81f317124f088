"""Engineers of ours: their line and their phones."""

from typing import Annotated

from pydantic import Field

from ari_app.desk.actor import DECIDING
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, PhoneNumber, Query, ShortText, Text
from routing.rota import Engineer

engineers = Group("engineers")

Line = Annotated[int, Field(ge=1, le=3, description="A higher line may do lower work, not the reverse (R-142).")]


class NewEngineer(Body):
    name: ShortText
    number: Annotated[PhoneNumber, Field(description="The phone that rings first.")]
    line: Line = 1


class OnLine(Body):
    line: Line
    why: Text


class Phones(Body):
    """In ringing order, in any way of writing."""

    numbers: Annotated[list[PhoneNumber], Field(min_length=1, max_length=5)]


class WhyGoes(Body):
    why: Text


class Crew(Query):
    with_left: Annotated[bool, Field(description="Also who works here no longer.")] = False


@engineers.get("/engineers")
async def list_engineers(asked: Asked, query: Crew) -> tuple[Engineer, ...]:
    """All of us who can have a duty, with their phones in ringing order."""
    return await (asked.desk.rota.everybody() if query.with_left else asked.desk.rota.engineers())


@engineers.post("/engineers", Scope.ROTA_WRITE, status=201, roles=DECIDING)
async def add_engineer(asked: Asked, body: NewEngineer) -> Engineer:
    """A new engineer with a first phone."""
    return await _found(asked, await asked.desk.directory.add_engineer(body.name, body.number, body.line, asked.by))


@engineers.put("/engineers/{engineer_id}/line", Scope.ROTA_WRITE, roles=DECIDING)
async def set_line(asked: Asked, engineer_id: Id, body: OnLine) -> Engineer:
    """From now on; who works on a ticket keeps it (R-142)."""
    await asked.desk.directory.set_line((await _found(asked, engineer_id)).name, body.line, asked.by, body.why)
    return await _found(asked, engineer_id)


@engineers.put("/engineers/{engineer_id}/phones", Scope.ROTA_WRITE, roles=DECIDING)
async def set_phones(asked: Asked, engineer_id: Id, body: Phones) -> Engineer:
    """All phones of an engineer anew."""
    return await asked.desk.rota.set_phones((await _found(asked, engineer_id)).name, body.numbers, asked.by)


@engineers.post("/engineers/{engineer_id}/leave", Scope.ROTA_WRITE, roles=DECIDING)
async def engineer_leaves(asked: Asked, engineer_id: Id, body: WhyGoes) -> Engineer:
    """Works here no longer: no duty, ticket or message from now on. Refused while duties or open tickets are still theirs."""
    await asked.desk.directory.engineer_leaves((await _found(asked, engineer_id)).name, asked.by, body.why)
    return await _found(asked, engineer_id)


@engineers.post("/engineers/{engineer_id}/return", Scope.ROTA_WRITE, roles=DECIDING)
async def engineer_returns(asked: Asked, engineer_id: Id, body: WhyGoes) -> Engineer:
    """Works here again, with the line and the phones of before."""
    await asked.desk.directory.engineer_returns((await _found(asked, engineer_id)).name, asked.by, body.why)
    return await _found(asked, engineer_id)


async def _found(asked: Asked, engineer_id: int) -> Engineer:
    found = next((one for one in await asked.desk.rota.everybody() if one.id == engineer_id), None)
    if found is None:
        raise Problem("not-found", f"There is no engineer {engineer_id}.")
    return found
