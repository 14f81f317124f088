"""The duty of whose account this is, as on the page on the phone: take it, pass it on, a call that rings, what came of a talk."""

from typing import Annotated, Literal

from pydantic import Field

from ari_app.desk.actor import WORKING
from ari_app.desk.calls_now import CallNow
from ari_app.desk.engineer_calls import Tried
from ari_app.desk.rota_handshake import DutyOffer
from ari_app.desk.wrapping_up import MOST_MINUTES, TalkToWrapUp
from ari_app.store.engineer_call_tables import Purpose
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, ShortText, Text
from routing.rota import Duty, Engineer

duty = Group("own duty")

_OF_NOBODY = "The account of this token is no engineer of the rota: `meldlijn account link`."


class RingAnswer(Body):
    """declined: the next engineer is rung. not_now: not in this call any more. Nobody takes a call in this way: key 1 does."""

    answer: Literal["declined", "not_now"]


class WrapUp(Body):
    """What came of the talk. `work`: resolved and planned ask for a text, planned also for who was told."""

    judged: Literal["cat3", "cat2", "no"]
    work: Literal["resolved", "planned", "later"]
    text: Text = ""
    told_to: ShortText = ""
    minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] = 0


@duty.get("/rota/my-duty", roles=WORKING)
async def read_own_duty(asked: Asked) -> DutyOffer | None:
    """The shift as first in line of whose account this is, running or at hand; null: there is none."""
    return await asked.desk.handshake.offer((await _own(asked)).id)


@duty.post("/rota/my-duty/take", Scope.ROTA_WRITE)
async def take_own_duty(asked: Asked) -> Duty:
    """The hand-shake: my phone works, I am first in line."""
    return await asked.desk.handshake.take((await _own(asked)).id, "api")


@duty.post("/rota/my-duty/pass", Scope.ROTA_WRITE)
async def pass_own_duty_on(asked: Asked) -> Duty:
    """I can't: the second goes first at once, and the supervisor is told."""
    return await asked.desk.handshake.pass_on((await _own(asked)).id)


@duty.get("/rota/my-duty/phone-test", roles=WORKING)
async def read_own_phone_test(asked: Asked) -> Tried | None:
    """What became of the last call of the line to my phones to have the duty taken; null: none lately."""
    return await asked.desk.engineer_calls.last((await _own(asked)).id, Purpose.DUTY)


@duty.post("/rota/my-duty/phone-test", Scope.ROTA_WRITE)
async def test_own_phone(asked: Asked) -> None:
    """The line rings my phones now; key 1 takes the duty."""
    await asked.desk.for_engineers.test_phone((await _own(asked)).id)


@duty.get("/rota/my-duty/call", roles=WORKING)
async def read_own_call(asked: Asked) -> CallNow | None:
    """The call that rings for me, or in which I talk; null: there is none."""
    engineer = await _own(asked)
    calls = asked.desk.calls_now
    return calls.ringing_for(engineer.id) or calls.talks_with(engineer.id)


@duty.post("/rota/my-duty/call/answer", Scope.ROTA_WRITE)
async def answer_own_call(asked: Asked, body: RingAnswer) -> None:
    """My phone stops ringing, and the next engineer is rung."""
    if not asked.desk.calls_now.answer((await _own(asked)).id, body.answer):
        raise Problem("refused", "Je telefoon gaat niet meer over.")


@duty.get("/rota/my-duty/talk", roles=WORKING)
async def read_own_talk(asked: Asked) -> TalkToWrapUp | None:
    """My last talk that nothing was written down of; null: all is done."""
    return await asked.desk.wrapping_up.waiting(await _own(asked))


@duty.post("/rota/my-duty/talk", Scope.TICKETS_WRITE)
async def wrap_up_own_talk(asked: Asked, body: WrapUp) -> None:
    """What came of it: a judgement, a plan or a solution, and the time, in one go."""
    form = {name: str(value) for name, value in body}
    await asked.desk.wrapping_up.save(await _own(asked), form)


async def _own(asked: Asked) -> Engineer:
    own = asked.holder.engineer_id
    found = next((one for one in await asked.desk.rota.engineers() if one.id == own), None)
    if found is None:
        raise Problem("not-allowed", _OF_NOBODY)
    return found
