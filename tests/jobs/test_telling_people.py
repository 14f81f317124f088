"""People are told by mail, gateways and webhooks, once, and the next one when nobody hears it."""

import json
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import structlog
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ari_app.desk.notify.preferences import Preferences
from ari_app.desk.notify.tellings import LEASE, Some
from ari_app.desk.notify.views import Standing
from ari_app.desk.refusal import Refused
from ari_app.desk.telling import SUPERVISOR as THE_SUPERVISOR
from ari_app.store.tables import DutyRow
from tests.jobs.told import KEY, OLD_KEY, SMS_TOKEN, Told
from tests.jobs.watched import SUPERVISOR, local

MINUTES_5 = timedelta(minutes=5)


async def has_duty(told: Told, engineer_id: int, position: int) -> None:
    async with told.store.session() as session:
        session.add(
            DutyRow(
                engineer_id=engineer_id, starts_at=local("mon 00:00"), ends_at=local("wed 00:00"), position=position
            )
        )


async def test_a_mail_goes_encrypted_to_who_it_concerns_with_a_link(told: Told) -> None:
    await told.happens("urgent", THE_SUPERVISOR, "Dringend bericht T-1001: pomp staat stil.", "T-1001:urgent:1")

    await told.tick()

    (mail,) = told.mail.mails
    assert (mail["To"], mail["From"]) == ("ilse@lijn.example", "Lijn <lijn@lijn.example>")
    assert mail["Subject"] == "Meldlijn: Dringende berichten en calamiteiten (T-1001)"
    assert "pomp staat stil" in mail.get_content()
    assert "https://lijn.example/tickets/T-1001" in mail.get_content()
    assert mail["Message-ID"].startswith("<msg_")


async def test_nothing_that_was_sent_is_sent_again(told: Told) -> None:
    await told.happens("self_call_failed", THE_SUPERVISOR)

    first, again = await told.tick(), await told.tick(timedelta(minutes=1))

    assert (first, again) == (2, 0)  # the mail, and the webhook
    assert len(told.mail.mails) == 1


async def test_who_does_not_take_it_up_gets_it_by_the_next_channel_and_then_the_next_person_does(told: Told) -> None:
    await has_duty(told, 1, 1)
    await told.happens("self_call_failed", THE_SUPERVISOR)
    await told.tick()

    await told.tick(MINUTES_5)
    by_the_second = list(told.heard)
    await told.tick(MINUTES_5)

    assert by_the_second == ["mail ilse@lijn.example", "sms %2B31612345009"]
    assert told.heard == [*by_the_second, "sms %2B31612345002"]


async def test_who_takes_it_up_ends_the_telling(told: Told) -> None:
    await told.happens("self_call_failed", THE_SUPERVISOR)
    await told.tick()
    (notice,) = await told.desk.notifications.newest(1)

    await told.desk.notifications.take(notice.id, SUPERVISOR)
    await told.tick(MINUTES_5)

    assert told.heard == ["mail ilse@lijn.example"]
    ended = [step for step in await told.steps() if step.standing is Standing.ENDED]
    assert [step.why for step in ended] == ["Niet meer nodig: sanne pakt dit op."]


async def test_what_asks_for_nobody_stops_at_the_first_channel_that_took_it(told: Told) -> None:
    await told.happens("message_parked", THE_SUPERVISOR)
    await told.tick()

    await told.tick(MINUTES_5)

    assert told.heard == ["mail ilse@lijn.example"]


async def test_an_address_that_is_refused_is_given_up_and_the_next_channel_comes_at_once(told: Told) -> None:
    told.mail.answers.append("550 unknown here")
    await told.happens("message_parked", THE_SUPERVISOR)

    await told.tick()

    assert told.heard == ["sms %2B31612345009"]
    (dead,) = [step for step in await told.steps() if step.standing is Standing.DEAD]
    assert (dead.who, dead.channel, dead.why) == ("ilse", "mail", "De mailserver weigerde het adres (550).")
    assert await told.desk.notifications.count_given_up() == 1


async def test_what_was_given_up_is_sent_when_a_person_says_so(told: Told) -> None:
    told.mail.answers.append("550 unknown here")
    await told.happens("message_parked", THE_SUPERVISOR)
    await told.tick()

    again = await told.desk.notifications.try_again(SUPERVISOR)
    await told.tick()

    assert again == 1
    assert await told.desk.notifications.count_given_up() == 0
    assert told.heard == ["mail ilse@lijn.example", "sms %2B31612345009"]


async def test_a_server_that_is_busy_is_asked_again_after_a_while(told: Told) -> None:
    told.mail.answers.append("451 later please")
    await told.happens("duty_not_taken", THE_SUPERVISOR)
    await told.tick()

    too_early = await told.tick(timedelta(seconds=14))
    later = await told.tick(timedelta(seconds=1))

    assert (too_early, later) == (0, 1)
    (step,) = [one for one in await told.steps() if one.channel == "mail"]
    assert (step.standing, step.attempts, len(step.tries)) == (Standing.DELIVERED, 2, 1)


async def test_a_webhook_is_signed_with_the_new_and_the_old_key(told: Told) -> None:
    await told.happens("self_call_failed", THE_SUPERVISOR, "De lijn belde zichzelf.")

    await told.tick()

    (request,) = [one for one in told.receiver.requests if one.path == "/hook"]
    for key in (KEY, OLD_KEY):
        event = Webhook(key).verify(request.body, dict(request.headers))
        assert event["type"] == "alert.self_call_failed"
        assert event["data"]["text"] == "De lijn belde zichzelf."
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(request.body.replace("belde", "melde"), dict(request.headers))


async def test_a_webhook_that_fails_comes_again_with_the_same_id_and_a_new_moment(told: Told) -> None:
    told.receiver.answers.append(503)
    await told.happens("self_call_failed", THE_SUPERVISOR)
    await told.tick()

    await told.tick(timedelta(seconds=5))

    first, second = [one for one in told.receiver.requests if one.path == "/hook"]
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert Webhook(KEY).verify(second.body, dict(second.headers)) == json.loads(first.body)


async def test_a_receiver_that_asks_for_time_gets_it(told: Told) -> None:
    told.receiver.answers.append(429)
    await told.happens("swap_asked", "engineer:1")
    await told.tick()  # the webhook or the SMS was asked to wait ten minutes

    await told.tick(timedelta(minutes=9))
    before = len(told.receiver.requests)
    await told.tick(timedelta(minutes=1))

    assert (before, len(told.receiver.requests)) == (2, 3)


async def test_a_gateway_gets_each_value_as_its_place_needs_it(told: Told) -> None:
    await told.happens("swap_asked", "engineer:1", 'Fenna vraagt: "neem jij\nmijn dienst over?"')

    await told.tick()

    (request,) = [one for one in told.receiver.requests if one.path.startswith("/sms")]
    assert request.path == "/sms/%2B31612345002"
    assert request.headers["Authorization"] == f"Bearer {SMS_TOKEN}"
    said = json.loads(request.body)
    assert said["to"] == "+31612345002"
    assert said["message"].startswith('Fenna vraagt: "neem jij\nmijn dienst over?"')


async def test_a_gateway_that_says_200_but_not_that_it_took_the_message_is_asked_again(told: Told) -> None:
    told.receiver.says = '{"status": "no credit"}'
    await told.happens("swap_asked", "engineer:1")

    await told.tick()

    (step,) = [one for one in await told.steps() if one.channel == "sms"]
    assert step.standing is Standing.RETRYING
    assert step.why == "De gateway nam het bericht aan, maar zegt niet dat het gelukt is."


async def test_nobody_is_followed_to_another_address(told: Told) -> None:
    told.receiver.answers += [307, 307]
    await told.happens("swap_asked", "engineer:1")

    await told.tick()

    assert {step.standing for step in await told.steps()} == {Standing.RETRYING}
    assert "stuurt door naar een ander adres (307); dat volgen we niet" in (await told.steps())[0].why


async def test_quiet_hours_hold_back_what_may_wait_and_nothing_else(told: Told) -> None:
    quiet = (time(22, 0), time(7, 0))
    await told.wants("ilse", Preferences(mail="ilse@lijn.example", quiet=quiet))
    told.clock.at = local("tue 02:00")

    await told.happens("message_parked", THE_SUPERVISOR)
    await told.tick()
    at_night = list(told.heard)
    await told.happens("urgent", THE_SUPERVISOR, key="T-1001:urgent:1")
    await told.tick()
    with_the_urgent_one = list(told.heard)
    told.clock.at = local("tue 07:00")
    await told.tick()

    assert (len(at_night), len(with_the_urgent_one), len(told.heard)) == (0, 1, 2)


async def test_what_is_urgent_goes_before_what_may_wait_and_before_mails_to_customers(told: Told) -> None:
    for number in range(3):
        await told.happens("message_parked", THE_SUPERVISOR, key=f"T-1001:parked:{number}")
    await told.happens("urgent", THE_SUPERVISOR, key="T-1001:urgent:1")
    told.clock.at += timedelta(seconds=1)

    (first,) = await told.desk.notifications.tellings.claim(1, Some(only="mail"))

    assert first.message.kind == "urgent"


async def test_the_next_channel_and_the_next_try_wait_for_the_end_of_quiet_hours_too(told: Told) -> None:
    await told.wants("ilse", Preferences("ilse@lijn.example", "+31612345009", quiet=(time(22, 0), time(7, 0))))
    told.clock.at = local("mon 21:58")
    told.mail.answers += ["451 busy"] * 20

    await told.happens("message_parked", THE_SUPERVISOR)
    await told.tick()
    for _ in range(10):
        await told.tick(timedelta(minutes=20))
    in_quiet_hours = [step.attempts for step in await told.steps() if step.channel != "webhook"]
    told.clock.at = local("tue 07:00")
    await told.tick()

    assert in_quiet_hours == [1, 0]
    assert [step.attempts for step in await told.steps() if step.channel != "webhook"] == [2, 1]


async def test_what_nobody_wants_to_hear_is_told_all_the_same_when_it_can_not_wait(told: Told) -> None:
    await told.wants("ilse", Preferences(mail="ilse@lijn.example", ways={"line": (), "recording": ()}))

    await told.happens("message_parked", THE_SUPERVISOR)
    await told.tick()
    may_wait = list(told.heard)
    await told.happens("self_call_failed", THE_SUPERVISOR)
    await told.tick()

    assert (may_wait, told.heard) == ([], ["mail ilse@lijn.example"])


async def test_what_a_killed_service_was_sending_is_sent_after_the_lease_under_the_same_id(told: Told) -> None:
    await told.happens("message_parked", THE_SUPERVISOR)
    claimed = await told.desk.notifications.tellings.claim(10)

    during = await told.tick(LEASE - timedelta(seconds=1))
    after = await told.tick(timedelta(seconds=1))

    assert (during, after) == (0, 2)
    ids = {telling.message.id for telling in claimed}
    assert told.mail.mails[0]["Message-ID"].strip("<").split("@")[0] in ids
    assert told.receiver.requests[0].headers["webhook-id"] in ids


async def test_what_kills_every_sender_is_given_up(told: Told) -> None:
    await told.happens("message_parked", THE_SUPERVISOR)

    for _ in range(12):
        await told.desk.notifications.tellings.claim(10)
        told.clock.at += LEASE

    assert await told.desk.notifications.tellings.claim(10) == []
    assert {step.standing for step in await told.steps() if step.channel != "sms"} == {Standing.DEAD}


async def test_who_lost_the_lease_changes_nothing_any_more(told: Told) -> None:
    await told.happens("message_parked", THE_SUPERVISOR)
    (late, *_) = [one for one in await told.desk.notifications.tellings.claim(10) if one.channel == "mail"]
    await told.tick(LEASE)

    from ari_app.notify.message import DeliveryFailed

    await told.desk.notifications.tellings.failed(late, DeliveryFailed("te laat", permanent=True))

    assert {step.standing for step in await told.steps() if step.channel == "mail"} == {Standing.DELIVERED}


async def test_no_log_line_holds_an_address_or_what_was_told(told: Told) -> None:
    told.mail.answers.append("550 unknown here")
    with structlog.testing.capture_logs() as lines:
        await told.happens("message_parked", THE_SUPERVISOR, "Mevrouw Jansen van Bakkerij Verzonnen sprak in.")
        await told.tick()

    written = json.dumps(lines, default=str)
    assert "told" in written
    assert not [secret for secret in ("ilse@", "612345", "Jansen", SMS_TOKEN) if secret in written]


async def test_a_test_message_goes_by_every_channel_of_that_person_at_once(told: Told) -> None:
    assert await told.desk.notifications.test("account:1", SUPERVISOR) == 2

    await told.tick()

    assert told.heard == ["mail ilse@lijn.example", "sms %2B31612345009"]


async def test_who_has_no_address_is_told_what_to_do(told: Told) -> None:
    await told.wants("ilse", Preferences())

    with pytest.raises(Refused, match="Kan nadat een adres is ingevuld voor mail, sms"):
        await told.desk.notifications.test("account:1", SUPERVISOR)


@pytest.mark.parametrize(
    "wrong",
    [
        Preferences(mail="ilse"),
        Preferences(mail="ilse@lijn.example\nBcc: x@y.z"),
        Preferences(phone="geen nummer"),
        Preferences(topic="../admin"),
        Preferences(quiet=(time(7), time(7))),
        Preferences(ways={"line": ("duif",)}),
        Preferences(ways={"weer": ("mail",)}),
    ],
)
async def test_an_address_or_choice_that_can_not_be_is_refused_and_nothing_changes(
    told: Told, wrong: Preferences
) -> None:
    before = await told.desk.notifications.preferences(1)

    with pytest.raises(Refused):
        await told.wants("ilse", wrong)

    assert await told.desk.notifications.preferences(1) == before


def test_the_night_of_the_clock_change_ends_at_the_local_hour() -> None:
    from ari_app.desk.notify.people import Person

    amsterdam = ZoneInfo("Europe/Amsterdam")
    person = Person("account:1", "ilse", quiet=(time(22), time(7)))

    wakes = person.wakes_at(datetime(2026, 3, 28, 23, 0, tzinfo=amsterdam), amsterdam)

    assert wakes == datetime(2026, 3, 29, 7, 0, tzinfo=amsterdam)
