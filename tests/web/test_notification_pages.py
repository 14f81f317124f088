"""Notifications in the pages: what could not be told, again by a button, and how somebody wants to be told."""

import re

import pytest

from ari_app.channel_settings import GatewaySettings, MailSettings, NotifySettings
from ari_app.config import Settings
from ari_app.desk.outbox import Outbox
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.jobs.watch import deliver, telling_people
from ari_app.notify.message import DeliveryFailed

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def line(tmp_path):
    (tmp_path / "secret").write_text("geheim-van-de-gateway")
    sms = GatewaySettings(
        sends_to="phone",
        url="https://sms.example/send",
        body='{"to": "$to"}',
        headers={"Authorization": "$secret"},
        secret_file=tmp_path / "secret",
    )
    mail = MailSettings(host="mail.example")
    return Settings(home=tmp_path, notify=NotifySettings(mail=mail, gateways={"sms": sms}))


@pytest.fixture
async def happens(desk, web_store, clock):
    async def write(kind: str, text: str) -> None:
        async with web_store.session() as session:
            await tell_once(session, f"{kind}:1", kind, SUPERVISOR, text, clock.now())
        await deliver(Outbox(web_store, clock), telling_people(desk.notifications))

    return write


@pytest.fixture
def form():
    """What the page sends when nothing is changed but the mail address."""
    subjects = ("urgent", "promise", "plan", "line", "duty", "rota", "recording")
    picked = {f"{subject}-{place}": way for subject in subjects for place, way in enumerate(("mail", "sms"))}
    return {"mail": "ilse@lijn.example", "phone": "", "topic": "", "quiet_from": "", "quiet_until": "", **picked}


async def text_of(visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status == 200
    return await answer.text()


async def test_a_person_chooses_how_to_be_told_and_reads_it_back(visitor, form):
    form |= {"phone": "06 12345009", "quiet_from": "22:00", "quiet_until": "07:00", "rota-0": "sms", "rota-1": ""}

    answer = await visitor.post("/notifications/mine", data=form, headers=OWN)

    assert answer.status == 200
    page = await answer.text()
    assert "Bewaard" in page
    assert 'value="ilse@lijn.example"' in page
    assert 'value="+31612345009"' in page
    assert 'value="22:00"' in page
    picked = re.search(r'name="rota-0".*?</select>', page, re.DOTALL).group()
    assert "<option selected>sms</option>" in picked


async def test_what_can_not_be_an_address_says_why_and_keeps_what_was_typed(visitor, form):
    answer = await visitor.post("/notifications/mine", data=form | {"mail": "ilse"}, headers=OWN)

    page = await answer.text()
    assert answer.status == 409
    assert "is geen mailadres" in page
    assert 'value="ilse"' in page


async def test_who_has_no_address_is_told_before_a_test_is_sent(visitor):
    answer = await visitor.post("/notifications/mine/test", headers=OWN)

    assert answer.status == 409
    assert "Kan nadat een adres is ingevuld voor mail, sms" in await answer.text()


async def test_a_test_message_stands_on_the_own_page(visitor, form):
    await visitor.post("/notifications/mine", data=form, headers=OWN)

    answer = await visitor.post("/notifications/mine/test", headers=OWN)

    assert "Dit is een proefmelding van Meldlijn, gevraagd door ilse." in await answer.text()


async def test_what_was_given_up_stands_first_with_what_went_wrong_and_is_tried_again_by_a_button(
    visitor, desk, happens, form
):
    await visitor.post("/notifications/mine", data=form, headers=OWN)
    await happens("self_call_failed", "De lijn belde zichzelf en dat ging mis.")
    (telling,) = await desk.notifications.tellings.claim(5)
    await desk.notifications.tellings.failed(telling, DeliveryFailed("De mailserver weigerde het.", permanent=True))

    page = await text_of(visitor, "/notifications")
    (step,) = set(re.findall(r'name="step" value="(\d+)"', page))
    answer = await visitor.post("/notifications/retry", data={"step": step}, headers=OWN)

    assert page.index("Niet aangekomen") < page.index("De mailserver weigerde het.")
    assert "Alles is aangekomen" in await answer.text()
    assert await desk.notifications.count_given_up() == 0


async def test_only_what_was_given_up_can_be_tried_again(visitor):
    for step in ("999", "x", "9" * 30):
        answer = await visitor.post("/notifications/retry", data={"step": step}, headers=OWN)
        assert answer.status == 409
        assert "Kan alleen voor wat is opgegeven" in await answer.text()


async def test_who_takes_a_notice_up_is_named(visitor, happens):
    await happens("self_call_failed", "De lijn belde zichzelf en dat ging mis.")
    (number,) = re.findall(r"/notifications/(\d+)/take", await text_of(visitor, "/notifications"))

    answer = await visitor.post(f"/notifications/{number}/take", headers=OWN)

    page = await answer.text()
    assert "opgepakt door ilse" in page
    assert "/take" not in page


async def test_the_channels_are_shown_to_an_administrator_without_a_secret(visitor, accounts):
    assert (await visitor.get("/notifications/channels")).status == 403
    await accounts.set_role("ilse", "administrator")

    page = await text_of(visitor, "/notifications/channels")

    assert "sms.example" in page
    assert "mail.example, starttls" in page
    assert "geheim-van-de-gateway" not in page


async def test_a_stranger_sees_nothing_of_it(stranger):
    for path in ("/notifications", "/notifications/mine", "/notifications/channels"):
        assert (await stranger.get(path, allow_redirects=False)).status == 303


async def test_no_other_site_changes_how_somebody_is_told(visitor, form):
    answer = await visitor.post("/notifications/mine", data=form, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status == 403
