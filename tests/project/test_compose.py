"""docker-compose.yml, as far as it can be judged without starting containers."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ari_app.asterisk.__main__ import server_of

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return read


def test_docker_compose_would_read_it() -> None:
    program = Path(sys.executable).parent / "check-jsonschema"

    checked = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert published
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_every_container_says_whether_it_is_well(compose: dict[str, Any]) -> None:
    assert {name: bool(service["healthcheck"]["test"]) for name, service in compose["services"].items()} == {
        "asterisk": True,
        "meldlijn": True,
        "postgres": True,
    }


def test_no_password_stands_in_a_variable(compose: dict[str, Any]) -> None:
    variables = {
        name: value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
    }

    assert [name for name in variables if "PASSWORD" in name and not name.endswith("_FILE")] == []
    assert not any(
        "@" in value and ":" in value.split("//")[1].split("@")[0] for value in variables.values() if "//" in value
    )


def test_asterisk_understands_its_command_line(compose: dict[str, Any]) -> None:
    service = compose["services"]["asterisk"]
    address = service["networks"]["line"]["ipv4_address"]
    words = [word for word in service["command"] if "${" not in word]

    server = server_of(words)

    assert (server.ari_ip, server.sip_ip) == (address, address)
    assert service["ports"][1].endswith(f":{server.rtp_ports[0]}-{server.rtp_ports[1]}/udp")


def test_the_service_looks_for_asterisk_where_it_is(compose: dict[str, Any]) -> None:
    asterisk, meldlijn = compose["services"]["asterisk"], compose["services"]["meldlijn"]

    assert meldlijn["environment"]["MELDLIJN_ASTERISK__HOST"] == asterisk["networks"]["line"]["ipv4_address"]


def test_every_file_that_an_image_copies_or_runs_is_there() -> None:
    lines = (ROOT / "dialplan/Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in shlex.split(line)[1:-1]]
    run = [word for line in lines if line.startswith("RUN .requirements") for word in shlex.split(line) if "/" in word]

    assert copied
    assert run
    assert [word for word in [*copied, *run] if not word.startswith("/") and not (ROOT / word).exists()] == []
