"""Every command of the desk with what it asks for, made from its signature: whatever offers commands misses none."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import get_args, get_type_hints

Command = Callable[..., Awaitable[object]]
_FOLDER = "ari_app.desk.commands"
#: Given by the line in a call, never by a person.
OF_THE_LINE = ("keyed_in",)


@dataclass(frozen=True, slots=True)
class DeskCommand:
    """One function of `ari_app.desk.commands`, and the heading that it stands under."""

    name: str
    function: Command
    heading: str

    def parameters(self) -> list[inspect.Parameter]:
        """All that a person gives beside the ticket, with real types."""
        return list(_parameters(self.function))


@cache
def _parameters(function: Command) -> tuple[inspect.Parameter, ...]:
    hints = get_type_hints(function)
    _change, *others = inspect.signature(function).parameters.values()
    return tuple(one.replace(annotation=hints[one.name]) for one in others)


def desk_commands() -> dict[str, DeskCommand]:
    """All of them by the name that a person types: `begin_work` is begin-work."""
    found = {}
    modules = pkgutil.iter_modules(import_module(_FOLDER).__path__)
    for module in (one for one in modules if one.name not in OF_THE_LINE):
        loaded = import_module(f"{_FOLDER}.{module.name}")
        heading = (loaded.__doc__ or "").partition("(")[0].partition(":")[0].strip().rstrip(".")
        for name, function in vars(loaded).items():
            is_own = getattr(function, "__module__", "") == loaded.__name__ and not name.startswith("_")
            if is_own and inspect.iscoroutinefunction(function):
                typed = name.replace("_", "-")
                found[typed] = DeskCommand(typed, function, heading)
    return found


def may_be_none(parameter: inspect.Parameter) -> bool:
    return type(None) in get_args(parameter.annotation)
