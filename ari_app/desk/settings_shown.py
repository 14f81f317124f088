"""The settings of the running line: what each is, where it comes from, and what a restart would make of it. No secrets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from ari_app.config import (
    ConfigurationError,
    Settings,
    from_secret_file,
    leave_out_program,
    read_settings,
    without_password,
)

#: Where a value can stand; what stands nowhere has its default.
Given = Literal["environment", "secret file", "file"]

#: Shown by their own page or table, or not a setting of how the line behaves.
_ELSEWHERE = frozenset({"home", "agreement_settings"})
#: May hold a secret in what a person wrote: only the receiver's host is shown.
_RECEIVERS = frozenset({"notify.gateways", "notify.webhooks"})


@dataclass(frozen=True, slots=True)
class SettingView:
    """`source` None: the default. `after_restart` None: a restart changes nothing."""

    name: str
    value: str
    source: Given | None
    after_restart: str | None


@dataclass(frozen=True, slots=True)
class SettingsView:
    """`mistake` "": a restart would find the settings in order."""

    settings: tuple[SettingView, ...]
    mistake: str

    def parts(self) -> dict[str, list[SettingView]]:
        """By the first word of their names; those of no part under ""."""
        found: dict[str, list[SettingView]] = {}
        for one in self.settings:
            part, dot, _ = one.name.partition(".")
            found.setdefault(part if dot else "", []).append(one)
        return found


def read_shown(running: Settings) -> SettingsView:
    """`running` is what the line obeys; the sources are read anew."""
    next_time, mistake = after_restart(running)
    given = {} if mistake else given_values(running.home)
    then = dict(_leaves(next_time))
    views = [
        SettingView(name, value, _source(name, given), then[name] if then[name] != value else None)
        for name, value in _leaves(running)
    ]
    return SettingsView(tuple(views), mistake)


def after_restart(running: Settings) -> tuple[Settings, str]:
    """What a restart would find; the running ones with the mistake in words when it would find one."""
    try:
        given_values(running.home)
        found = read_settings(running.home)
        found.agreement()
    except ConfigurationError as wrong:
        return running, str(wrong)
    return found, ""


def given_values(home: Path) -> dict[Given, dict[str, Any]]:
    """What each source says, nested as the settings are; the first one counts. Raises ConfigurationError."""
    environment = EnvSettingsSource(Settings)
    leave_out_program(environment)
    try:
        from_file = TomlConfigSettingsSource(Settings, home / "meldlijn.toml")()
        return {"environment": environment(), "secret file": from_secret_file(), "file": from_file}
    except (TOMLDecodeError, UnicodeDecodeError, OSError, ValueError) as damage:
        raise ConfigurationError(f"{home / 'meldlijn.toml'} can't be read: {damage}. Correct the file.") from damage


def _leaves(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, str]]:
    for field in type(model).model_fields:
        name, value = f"{prefix}{field}", getattr(model, field)
        if name in _ELSEWHERE:
            continue
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{name}.")
        else:
            yield name, _receivers(value) if name in _RECEIVERS else _plain(value)


def _plain(value: Any) -> str:
    """As a person would write it; "" for nothing."""
    if value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_plain(one)}" for key, one in value.items())
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(_plain(one) for one in value)
    return without_password(f"{value:g}" if isinstance(value, float) else str(value))


def _receivers(named: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {urlsplit(one.url).hostname}" for name, one in named.items())


def _source(name: str, given: Mapping[Given, Mapping[str, Any]]) -> Given | None:
    return next((source for source, values in given.items() if _is_in(name.split("."), values)), None)


def _is_in(path: list[str], values: Any) -> bool:
    for part in path:
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True
