"""A role that must have a second factor sets it up first; nothing else opens until then."""

import re

import pyotp
import pytest

from ari_app.access_settings import AccessSettings
from ari_app.config import Settings

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def line(tmp_path) -> Settings:
    return Settings(home=tmp_path, access=AccessSettings(totp_roles=("supervisor",)))


async def test_who_must_have_a_second_factor_is_led_to_it_and_may_go_on_with_it(visitor, password, clock):
    led = await visitor.get("/rota", allow_redirects=False)
    assert led.headers["Location"] == "/account#tweede-stap"
    assert "verplicht" in await (await visitor.get("/account")).text()

    await visitor.post("/account/totp", data={"password": password}, headers=OWN)
    (secret,) = re.findall(r'class="secret">([A-Z2-7]+)<', await (await visitor.get("/account")).text())
    await visitor.post("/account/totp/confirm", data={"code": pyotp.TOTP(secret).at(clock.now())}, headers=OWN)

    assert (await visitor.get("/rota", allow_redirects=False)).status == 200


async def test_it_is_not_turned_off_again(visitor, password, clock, accounts):
    (ilse,) = await accounts.register.all()
    secret = (await accounts.second_factor.begin(ilse.id)).secret
    await accounts.second_factor.confirm(ilse.id, pyotp.TOTP(secret).at(clock.now()))

    answer = await visitor.post("/account/totp/off", data={"password": password}, headers=OWN)

    assert answer.status == 409
    assert "verplicht" in await answer.text()


async def test_another_role_is_not_asked(browsers, accounts):
    client = await browsers()
    form = {"username": "bas", "password": await accounts.create("bas", "engineer")}
    await client.post("/login", data=form, headers=OWN)

    assert (await client.get("/rota", allow_redirects=False)).status == 200
