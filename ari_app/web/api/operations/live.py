"""The line at this moment, as the live board shows it."""

from dataclasses import replace

from pydantic import BaseModel

from ari_app.desk.board import BoardView
from ari_app.desk.calls_now import CallNow
from ari_app.desk.rota_warnings import RotaWarning
from ari_app.web.api.operation import Asked, Group

live = Group("live")


class Live(BaseModel):
    """`calls`: of this service, the first one first. `engaged`: engineer by id to "rings" or "talks"."""

    board: BoardView
    calls: tuple[CallNow, ...]
    engaged: dict[int, str]
    warnings: list[RotaWarning]


@live.get("/live")
async def read_live(asked: Asked) -> Live:
    """Calls in progress and their step, who is on duty now and next, queues, clocks that run out, and what is not well."""
    board = await asked.desk.board.read()
    calls = asked.desk.calls_now
    return Live(
        board=replace(board, clocks=tuple(map(asked.as_seen, board.clocks))),
        calls=calls.list(),
        engaged=calls.engaged(),
        warnings=list(await asked.desk.rota_warnings.check()),
    )
