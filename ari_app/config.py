"""All settings of a line, read once: `meldlijn.toml` in its home folder, then MELDLIJN_... variables. All mistakes at once."""

import os
import re
import socket
from datetime import date, time
from importlib import resources
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ari_app.access_settings import AccessSettings, OidcSettings
from ari_app.channel_settings import NotifySettings
from ari_app.phone_settings import AsteriskSettings, Endpoint, Port
from sla.agreed_hours import AgreedHours, agreed_hours
from sla.agreement import Agreement, parse_agreement

#: Names a file that holds `database`, so that its password stands in no environment and on no command line.
DATABASE_FILE = "MELDLIJN_DATABASE_FILE"
#: Names Asterisk's program (see asterisk/install.py): no value for the table `asterisk` of the settings.
_ASTERISK_PROGRAM = "meldlijn_asterisk"
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class ConfigurationError(Exception):
    """The settings can't be used; the message names every mistake, the value found and what is allowed."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineSettings(_Part):
    """How a call goes. Times in seconds."""

    #: What an engineer's phone shows: one fixed number, so that it may pass do-not-disturb.
    service_number: str = Field("+31850004000", pattern=r"^\+\d{8,15}$")
    language: Literal["nl", "en"] = "nl"
    #: Below the time after which the carrier's voicemail picks up.
    ring_for_seconds: float = Field(20.0, gt=0, le=120)
    accept_within_seconds: float = Field(20.0, gt=0, le=60)
    engineer_strategy: Literal["in_turn", "together"] = "in_turn"
    #: All engineers once is a round; who was busy gets at least `ring_for_seconds` before the next one.
    ring_rounds: int = Field(2, ge=1, le=10)
    #: Nobody is rung any more after this time, whatever the round.
    search_at_most_seconds: float = Field(300.0, gt=0, le=1800)
    progress_every_seconds: float = Field(20.0, ge=5, le=300)
    #: Keys for category, minutes and a spoken note when the caller has hung up.
    wrap_up: bool = True
    #: The conversation itself, announced to both.
    record_talks: bool = False
    #: After the welcome: "For English, press two".
    language_choice: bool = False
    language_choice_seconds: float = Field(2.0, gt=0, le=20)
    desk_endpoints: tuple[Endpoint, ...] = ("PJSIP/desk-1", "PJSIP/desk-2")
    desk_strategy: Literal["in_turn", "together"] = "in_turn"
    #: Where engineers may have their phones (ISO 3166); nothing else is ever dialled.
    dial_countries: tuple[Country, ...] = ("NL",)
    #: Phones rung for one call, calls out a minute, and minutes of them an hour; beyond that callers leave a message.
    dial_legs_per_call: int = Field(60, ge=1, le=500)
    dials_per_minute: int = Field(120, ge=1, le=10_000)
    dial_minutes_per_hour: int = Field(600, ge=1, le=100_000)
    desk_ring_for_seconds: float = Field(20.0, gt=0, le=120)
    #: 0: who finds all desk phones engaged does not wait.
    desk_wait_seconds: float = Field(300.0, ge=0, le=3600)
    desk_tell_every_seconds: float = Field(20.0, ge=5, le=300)
    #: After a call a desk phone is not rung for so long.
    desk_wrap_up_seconds: float = Field(10.0, ge=0, le=600)
    message_max_seconds: int = Field(180, ge=10, le=3600)
    message_silence_seconds: int = Field(8, ge=3, le=60)
    #: Who ends a message with `#` may hear it, record it again, mark it urgent and say where to call back.
    message_menu: bool = True
    message_menu_seconds: float = Field(6.0, gt=0, le=60)
    #: The instructions say that users are added and removed by the web form only (R-076).
    mention_user_forms: bool = False
    #: In calamity hours, also of callers whose number is known (A-25).
    require_pin: bool = False
    pin_tries: int = Field(3, ge=1, le=10)
    #: How long a caller may think before a key and between two.
    key_within_seconds: float = Field(5.0, gt=0, le=30)
    #: The caller says by a key that it is a calamity, before an engineer is rung.
    confirm_calamity: bool = False
    #: What a caller without an SLA agrees to at most with a key; more needs to be agreed again.
    costs_agreed_minutes: int = Field(60, ge=15, le=480)
    #: Where the trunk says what the network thinks of the caller's number (STIR/SHAKEN); "": nowhere.
    attestation_header: str = Field("P-Asserted-Identity", pattern=r"^[A-Za-z0-9-]*$")


class DutySettings(_Part):
    """What we ask of who is on duty."""

    #: After the start of a shift; then the second in line goes first. 0: nobody is asked.
    take_within_minutes: int = Field(30, ge=0, le=720)
    #: A first in line of a lower line is warned about; 1: never (R-145).
    least_line: int = Field(2, ge=1, le=3)
    #: Who is first in line on more days in a row is warned about; 0: never.
    most_days_in_a_row: int = Field(14, ge=0, le=366)


class DeskSettings(_Part):
    """What the agreement leaves to us about the work on tickets."""

    #: Confirming CAT II or III before the service is named: a warning, or refused (R-084).
    category_needs_service: Literal["warn", "refuse"] = "warn"
    #: Where users are added and removed: reporters are pointed there (R-077).
    add_user_form: str = Field("https://cne.nl/aanmelden", pattern=r"^https?://\S+$")
    remove_user_form: str = Field("https://cne.nl/afmelden", pattern=r"^https?://\S+$")


class PinSettings(_Part):
    """Wrong PINs within the last `window_minutes`, after which no PIN is tried any more; voicemail stays open."""

    window_minutes: int = Field(60, ge=1, le=1440)
    wrong_per_caller: int = Field(6, ge=1)
    wrong_per_customer: int = Field(10, ge=1)
    wrong_in_total: int = Field(60, ge=1)


class FallbackSettings(_Part):
    """What Asterisk does by itself while our service or the database is away."""

    #: False: it only takes messages.
    rings: bool = True
    #: After so many days without a renewal it rings nobody: the rota may have changed.
    good_for_days: int = Field(7, ge=1, le=14)


class UrgentSettings(_Part):
    """Urgent messages: who is told, and when, until somebody claims one."""

    #: Between one notice and the next.
    every_minutes: float = Field(5.0, gt=0, le=240)
    #: calamity: in calamity and phone hours only, so that at night a message waits for the morning.
    hours: Literal["calamity", "any"] = "calamity"
    #: Who is told is also rung, and takes the message up with a key.
    rings: bool = True
    #: A message that the machine proposes CAT III for is urgent as well, whatever the caller pressed.
    also_cat_iii: bool = True


class SelfCallSettings(_Part):
    """The line calls its own number through the carrier, to find out whether it works."""

    #: Local time, outside the phone hours and early enough to act before 07:30. None: only by hand.
    at: time | None = None
    #: What is dialled; None: the service number.
    number: str | None = Field(None, pattern=r"^\+\d{8,15}$")
    #: Rings the first engineer on duty for a moment, and connects nobody.
    ring_duty_phone: bool = True


class WebSettings(_Part):
    host: str = "127.0.0.1"
    port: Port = 8080
    #: Addresses or networks of proxies of ours: only they may say for whom they ask (X-Forwarded-For).
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()


class ApiSettings(_Part):
    """The API for programs."""

    #: Of one token; beyond that it is told to wait.
    requests_per_minute: int = Field(300, ge=1, le=100_000)


class SpeechSettings(_Part):
    """Which model transcribes; none named: the official Dutch one when it is there, else the small one for demo and tests."""

    model: str | None = None
    models_url: str = "https://alphacephei.com/vosk/models"
    #: 0: other machines transcribe.
    workers: int = Field(1, ge=0, le=16)
    #: Where a machine that only transcribes sees the recordings of the line; None: where Asterisk writes them here.
    recordings: Path | None = None
    #: How long after each failed attempt a message is tried again; after the last one it is parked.
    again_after_minutes: tuple[Annotated[float, Field(ge=0, le=1440)], ...] = (1.0, 5.0, 30.0, 120.0)


class RetentionSettings(_Part):
    """Days after the report that each kind is kept of a finished ticket; None: for ever."""

    audio_days: int | None = Field(None, ge=1)
    transcript_days: int | None = Field(None, ge=1)
    number_days: int | None = Field(None, ge=1)
    attachment_days: int | None = Field(None, ge=1)


class Settings(BaseSettings):
    """One frozen object. `home` holds all state of the line."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="MELDLIJN_", env_nested_delimiter="__")

    home: Path = Path(".meldlijn")
    database: str | None = None
    agreement_version: str = "voip-4.10-2023-11"
    #: Our own readings of the agreement's doubts (A-nn), by the names in its data file: phone_hours, level_0_hourly_rate, ...
    agreement_settings: dict[str, Any] = {}
    #: Dates that a person approved; what they do is holiday_closes_desk and holiday_stops_contract_clock (A-08).
    holidays: tuple[date, ...] = ()
    #: Only a line in demo mode obeys `--at` and has the fictitious customers.
    demo: bool = False
    log_json: bool = False
    asterisk: AsteriskSettings = AsteriskSettings()
    line: LineSettings = LineSettings()
    duty: DutySettings = DutySettings()
    desk: DeskSettings = DeskSettings()
    pin: PinSettings = PinSettings()
    fallback: FallbackSettings = FallbackSettings()
    urgent: UrgentSettings = UrgentSettings()
    self_call: SelfCallSettings = SelfCallSettings()
    access: AccessSettings = AccessSettings()
    oidc: OidcSettings = OidcSettings()
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    speech: SpeechSettings = SpeechSettings()
    retention: RetentionSettings = RetentionSettings()
    notify: NotifySettings = NotifySettings()

    @field_validator("database")
    @classmethod
    def _is_supported(cls, address: str | None) -> str | None:
        if address is None or address.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            return address
        raise ValueError("this kind of database is not supported; write postgresql+psycopg://user@host/name")

    @model_validator(mode="after")
    def _desk_phones_are_there(self) -> Self:
        """Else they never ring, and every caller of the phone hours gets the voicemail."""
        known = self.asterisk.desk_phones
        unknown = [name for name in self.line.desk_endpoints if name.removeprefix("PJSIP/") not in known]
        if self.asterisk.managed and unknown:
            there = ", ".join(f"PJSIP/{name}" for name in known) or "none"
            raise ValueError(f"line.desk_endpoints has {', '.join(unknown)}; asterisk.desk_phones makes {there}")
        return self

    @property
    def database_url(self) -> str:
        """An async SQLAlchemy URL: SQLite in the home folder, or `postgresql+psycopg://...`."""
        return self.database or f"sqlite+aiosqlite:///{self.home / 'meldlijn.db'}"

    def agreement(self) -> Agreement:
        """The agreement in force, with our own readings. Raises ConfigurationError."""
        try:
            return read_agreement(self.agreement_version).with_settings(self.agreement_settings)
        except ValueError as mistakes:
            raise ConfigurationError(f"agreement_settings: {mistakes}. Correct them in meldlijn.toml.") from mistakes

    def agreed_hours(self) -> AgreedHours:
        """Service, calamity and phone hours, with the warnings about them."""
        return agreed_hours(self.agreement(), self.holidays)

    @property
    def line_name(self) -> str:
        """Of this line among those that share a database or an Asterisk: one home folder, one line."""
        return f"{socket.gethostname()}:{self.home}"[-200:]

    @property
    def asterisk_home(self) -> Path:
        return self.home / "asterisk"

    @property
    def recordings(self) -> Path:
        return self.speech.recordings or self.asterisk_home / "spool" / "recording"

    @property
    def attachments(self) -> Path:
        """Files that people put with tickets; nothing in it is served by its name."""
        return self.home / "attachments"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def sounds(self) -> Path:
        return self.home / "sounds"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def clock_file(self) -> Path:
        return self.home / "clock.json"

    @property
    def ari_url(self) -> str:
        return f"http://{self.asterisk.host}:{self.asterisk.ari_port}/ari"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        if isinstance(env_settings, EnvSettingsSource):
            leave_out_program(env_settings)
        home = init_settings().get("home") or os.environ.get("MELDLIJN_HOME", ".meldlijn")
        file = Path(home) / "meldlijn.toml"
        try:
            from_file = TomlConfigSettingsSource(settings_cls, file)
        except (TOMLDecodeError, UnicodeDecodeError, OSError) as damage:
            raise ConfigurationError(f"{file} can't be read: {damage}. Correct the file.") from damage
        return init_settings, env_settings, InitSettingsSource(settings_cls, from_secret_file()), from_file


def read_settings(home: Path | None = None) -> Settings:
    """The settings of the line in `home` (default: MELDLIJN_HOME, else `.meldlijn`). Raises ConfigurationError with all mistakes."""
    try:
        settings = Settings(home=home) if home else Settings()
    except (ValidationError, ValueError) as mistakes:
        raise ConfigurationError(_explain(mistakes)) from mistakes
    return settings.model_copy(update={"home": settings.home.absolute()})


def read_agreement(version: str) -> Agreement:
    """The agreement that ships under this version. Raises ConfigurationError when there is none."""
    file = resources.files("sla") / "agreements" / f"{version}.toml"
    try:
        return parse_agreement(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"agreement_version is {version!r}, but no such agreement ships with Meldlijn."
        ) from None


def without_password(text: str) -> str:
    """Of an address such as that of a database."""
    return _PASSWORD.sub(r"\1•••@", text)


def leave_out_program(source: EnvSettingsSource) -> None:
    """What names Asterisk's program is no setting."""
    source.env_vars = {name: text for name, text in source.env_vars.items() if name != _ASTERISK_PROGRAM}


def from_secret_file() -> dict[str, Any]:
    """What stands in the file that MELDLIJN_DATABASE_FILE names. Raises ConfigurationError."""
    file = os.environ.get(DATABASE_FILE)
    if not file:
        return {}
    try:
        return {"database": Path(file).read_text(encoding="utf-8").strip()}
    except OSError as failure:
        raise ConfigurationError(
            f"{DATABASE_FILE} is {file!r}, which can't be read: {failure.strerror}. Name a readable file."
        ) from failure


def _explain(mistakes: ValidationError | ValueError) -> str:
    if not isinstance(mistakes, ValidationError):
        return f"{mistakes}. Correct the MELDLIJN_... variables."
    lines = [
        f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']} (found {_shown(wrong['input'])})"
        if wrong["loc"]
        else wrong["msg"]
        for wrong in mistakes.errors()
    ]
    return (
        "The settings can't be used:\n  "
        + "\n  ".join(lines)
        + "\nCorrect meldlijn.toml or the MELDLIJN_... variables."
    )


def _shown(value: object) -> str:
    """Without the password of a database's address."""
    return without_password(repr(value))
