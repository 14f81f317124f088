"""Behind a proxy of ours the audit trail and the throttle see who really asks; nobody else can say who they are."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from ari_app.config import Settings
from ari_app.store.audit_tables import AuditRow
from ari_app.web.app import make_app
from ari_app.web.proxies import Proxies

OWN = {"Sec-Fetch-Site": "same-origin"}
OURS = Proxies([ip_network("127.0.0.0/8"), ip_network("10.1.0.0/16"), ip_network("::1/128")])


@pytest.mark.parametrize(
    ("remote", "headers", "who"),
    [
        ("127.0.0.1", ["192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9, 192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", ["203.0.113.9", "192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", ["192.0.2.7, 10.1.2.3"], "192.0.2.7"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("127.0.0.1", ["192.0.2.7:4711"], "192.0.2.7"),
        ("::ffff:127.0.0.1", ["::ffff:192.0.2.7"], "192.0.2.7"),
        ("127.0.0.1", ["192.0.2.7, unknown"], "127.0.0.1"),
        ("198.51.100.4", ["192.0.2.7"], "198.51.100.4"),
        (None, ["192.0.2.7"], None),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_who_asks(remote, headers, who):
    assert OURS.origin(remote, headers) == who


def test_without_trusted_proxies_the_header_counts_for_nothing():
    assert Proxies(()).origin("127.0.0.1", ["192.0.2.7"]) == "127.0.0.1"


@pytest.fixture
async def behind(desk, accounts, clock, line, readiness, password):
    """Makes a client of pages that trust these proxies."""

    async def now():
        return readiness

    clients = []

    async def served(*trusted: str) -> TestClient:
        settings = Settings.model_validate({**line.model_dump(), "web": {"trusted_proxies": trusted}})
        clients.append(TestClient(TestServer(make_app(desk, accounts, clock, settings, now))))
        await clients[-1].start_server()
        return clients[-1]

    yield served
    for client in clients:
        await client.close()


async def log_in(client, password: str, come_from: str) -> int:
    form = {"username": "ilse", "password": password}
    headers = {**OWN, "X-Forwarded-For": come_from}
    return (await client.post("/login", data=form, headers=headers, allow_redirects=False)).status


@pytest.mark.parametrize(("trusted", "origin"), [(("127.0.0.1",), "192.0.2.0/24"), ((), "127.0.0.0/24")])
async def test_the_audit_trail_names_the_network_of_who_asked(behind, web_store, password, trusted, origin):
    status = await log_in(await behind(*trusted), password, "192.0.2.7")

    async with web_store.reading() as session:
        found = (await session.exec(select(AuditRow.origin).where(AuditRow.what == "login"))).all()
    assert (status, found) == (303, [origin])


async def test_wrong_passwords_of_one_network_do_not_keep_another_out(behind, accounts, password):
    other = await accounts.create("bram", "engineer")
    client = await behind("127.0.0.1")
    for number in range(5):
        await client.post(
            "/login",
            data={"username": f"niemand{number}", "password": "mis"},
            headers={**OWN, "X-Forwarded-For": "203.0.113.9"},
        )

    form = {"username": "bram", "password": other}
    statuses = [
        (await client.post("/login", data=form, headers={**OWN, "X-Forwarded-For": come}, allow_redirects=False)).status
        for come in ("203.0.113.9", "192.0.2.7")
    ]
    assert statuses == [429, 303]


async def test_a_network_that_is_none_is_named_at_the_start():
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(web={"trusted_proxies": ("de-proxy",)})
