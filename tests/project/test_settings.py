"""Where settings come from, and what becomes of mistakes in them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ari_app.config import DATABASE_FILE, ConfigurationError, read_settings


@pytest.fixture(autouse=True)
def no_home_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MELDLIJN_HOME", raising=False)


def write(home: Path, text: str) -> None:
    (home / "meldlijn.toml").write_text(text)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)

    assert settings.web.port == 8080
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/meldlijn.db"


def test_the_file_in_the_home_folder_counts(tmp_path: Path) -> None:
    write(tmp_path, '[web]\nport = 9000\n[line]\nlanguage = "en"\n')

    settings = read_settings(tmp_path)

    assert (settings.web.port, settings.line.language) == (9000, "en")


def test_a_variable_wins_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[web]\nport = 9000\nhost = "127.0.0.9"\n')
    monkeypatch.setenv("MELDLIJN_WEB__PORT", "9001")

    settings = read_settings(tmp_path)

    assert (settings.web.port, settings.web.host) == (9001, "127.0.0.9")


def test_the_home_can_come_from_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "[web]\nport = 9000\n")
    monkeypatch.setenv("MELDLIJN_HOME", str(tmp_path))

    settings = read_settings()

    assert (settings.home, settings.web.port) == (tmp_path, 9000)


def test_all_mistakes_are_named_at_once_with_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'colour = "red"\n[web]\nport = 99999\n[line]\nservice_number = "112"\n')
    monkeypatch.setenv("MELDLIJN_LINE__LANGUAGE", "fr")

    with pytest.raises(ConfigurationError) as mistakes:
        read_settings(tmp_path)

    assert all(name in str(mistakes.value) for name in ("colour", "web.port", "line.service_number", "line.language"))
    assert all(found in str(mistakes.value) for found in ("'red'", "99999", "'112'", "'fr'"))


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    write(tmp_path, "port = = 1\n")

    with pytest.raises(ConfigurationError, match=r"meldlijn\.toml can't be read: .*line 1"):
        read_settings(tmp_path)


def test_settings_cannot_be_changed_later(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)

    with pytest.raises(ValidationError, match="frozen"):
        settings.demo = True  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        settings.web.port = 1


def test_the_address_of_the_database_can_come_from_a_secret_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("postgresql+psycopg://line:geheim@db/line\n")
    monkeypatch.setenv(DATABASE_FILE, str(tmp_path / "secret"))

    assert read_settings(tmp_path).database_url == "postgresql+psycopg://line:geheim@db/line"


def test_a_secret_file_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_FILE, str(tmp_path / "secret"))

    with pytest.raises(ConfigurationError, match=r"MELDLIJN_DATABASE_FILE is .*secret'.*No such file"):
        read_settings(tmp_path)


def test_an_unknown_kind_of_database_is_refused_without_showing_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELDLIJN_DATABASE", "mysql://line:geheim@db/line")

    with pytest.raises(ConfigurationError, match="mysql://line:•••@db/line") as mistake:
        read_settings(tmp_path)

    assert "geheim" not in str(mistake.value)


def test_the_variable_that_names_asterisks_program_is_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELDLIJN_ASTERISK", "/usr/sbin/asterisk")
    monkeypatch.setenv("MELDLIJN_ASTERISK__SIP_PORT", "5070")

    assert read_settings(tmp_path).asterisk.sip_port == 5070


def test_an_unknown_agreement_is_named(tmp_path: Path) -> None:
    write(tmp_path, 'agreement_version = "voip-9"\n')

    with pytest.raises(ConfigurationError, match="agreement_version is 'voip-9'"):
        read_settings(tmp_path).agreement()


def test_a_reading_of_the_agreement_that_it_does_not_know_is_named(tmp_path: Path) -> None:
    write(tmp_path, "[agreement_settings]\nphone_ours = 1\n")

    with pytest.raises(ConfigurationError, match="phone_ours"):
        read_settings(tmp_path).agreement()


def test_a_form_that_is_no_address_is_named(tmp_path: Path) -> None:
    write(tmp_path, '[desk]\ncategory_needs_service = "maybe"\nadd_user_form = "de balie"\n')

    with pytest.raises(ConfigurationError) as mistakes:
        read_settings(tmp_path)

    assert "desk.category_needs_service" in str(mistakes.value)
    assert "desk.add_user_form" in str(mistakes.value)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ('trunk_contact = "sip.carrier.example:5060"', "asterisk.trunk_contact"),
        ('trunk_contact = "192.0.2.10:port"', "asterisk.trunk_contact"),
        ('trunk_addresses = ["192.0.2.10", "carrier"]', "asterisk.trunk_addresses.1"),
        ("rtp_ports = [20000, 10000]", "asterisk.rtp_ports"),
        ('sip_host = "0.0.0.0"', "asterisk.sip_host"),
        ('desk_phones = { "desk-1" = "balie" }', "asterisk.desk_phones.desk-1"),
        ('desk_phones = { "desk 1" = "192.0.2.21" }', "asterisk.desk_phones"),
    ],
)
def test_what_would_only_come_to_light_in_a_call_is_named_at_the_start(
    tmp_path: Path, setting: str, named: str
) -> None:
    write(tmp_path, f"[asterisk]\n{setting}\n")

    with pytest.raises(ConfigurationError, match=named):
        read_settings(tmp_path)


def test_a_desk_phone_that_asterisk_will_not_know_is_named_with_those_that_it_will(tmp_path: Path) -> None:
    """Else every caller of the phone hours would get the voicemail, and nobody would know why."""
    write(tmp_path, '[asterisk.desk_phones]\nbalie = "192.0.2.21:5060"\n')

    with pytest.raises(
        ConfigurationError, match=r"line\.desk_endpoints has PJSIP/desk-1, PJSIP/desk-2; .* PJSIP/balie"
    ):
        read_settings(tmp_path)


def test_phones_of_an_asterisk_that_somebody_else_manages_are_theirs_to_know(tmp_path: Path) -> None:
    write(tmp_path, '[asterisk]\nmanaged = false\n[line]\ndesk_endpoints = ["PJSIP/balie"]\n')

    assert read_settings(tmp_path).line.desk_endpoints == ("PJSIP/balie",)


def test_an_endpoint_that_is_no_desk_phone_is_named(tmp_path: Path) -> None:
    write(tmp_path, '[line]\ndesk_endpoints = ["PJSIP/0900123@trunk"]\n')

    with pytest.raises(ConfigurationError, match=r"line\.desk_endpoints\.0"):
        read_settings(tmp_path)
