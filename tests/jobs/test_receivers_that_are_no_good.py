"""Receivers that are slow, never end, or can't be trusted: told apart, given time, and never in the way of another one."""

import asyncio
import ssl
from datetime import timedelta

import httpx2
import pytest

from ari_app.desk.notify.views import Standing
from ari_app.jobs.telling import sending
from ari_app.notify import answers
from ari_app.notify.message import DeliveryFailed
from tests.jobs.told import Told, receive


async def until_asked(told: Told, path: str) -> None:
    async with asyncio.timeout(60):
        while not [one for one in told.receiver.requests if one.path == path]:
            await asyncio.sleep(0.01)


async def test_a_webhook_that_does_not_answer_keeps_back_no_message_to_an_engineer(told: Told) -> None:
    """Also one that is written while the receiver is still waited for."""
    told.receiver.held["/hook"] = asyncio.Event()
    works = {name: work for name, (_every, work) in sending(told.desk.notifications.tellings, told.channels).items()}
    await told.happens("swap_asked", "engineer:1")
    slow = asyncio.create_task(works["tell by ticketsysteem"]())  # type: ignore[arg-type]
    await until_asked(told, "/hook")

    await works["tell by sms"]()
    await told.happens("duty_to_take", "engineer:1")
    await works["tell by sms"]()

    assert told.heard == ["sms %2B31612345002"] * 2
    assert not slow.done()
    told.receiver.held["/hook"].set()
    await slow


async def test_what_waits_for_a_channel_that_was_taken_out_of_the_settings_is_tried_and_told(told: Told) -> None:
    await told.happens("swap_asked", "engineer:1")
    left = {name: one for name, one in told.channels.items() if name != "sms"}
    works = sending(told.desk.notifications.tellings, left)

    for _every, work in works.values():
        await work()

    (step,) = [one for one in await told.steps() if one.channel == "sms"]
    assert (step.standing, "staat niet in de instellingen" in step.why) == (Standing.RETRYING, True)


async def test_an_answer_that_never_ends_is_not_waited_for(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST", timedelta(seconds=1))

    async with answers.new_client() as client:
        with pytest.raises(DeliveryFailed, match="is niet klaar binnen 1 seconden") as failed:
            await answers.send(client, "POST", told.receiver.url("drip"))

    assert not failed.value.permanent


async def test_a_certificate_that_nobody_vouches_for_is_named(certificates) -> None:  # type: ignore[no-untyped-def]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)

    async with receive(context) as receiver, answers.new_client() as client:
        with pytest.raises(DeliveryFailed, match=r"Het certificaat van 127\.0\.0\.1 klopt niet") as failed:
            await answers.send(client, "POST", receiver.url("sms"))

    assert (failed.value.permanent, receiver.requests) == (False, [])


async def test_a_receiver_that_is_not_there_is_named_without_its_path(unused_tcp_port: int) -> None:
    async with answers.new_client() as client:
        with pytest.raises(DeliveryFailed) as failed:
            await answers.send(client, "POST", f"http://127.0.0.1:{unused_tcp_port}/geheim")

    assert str(failed.value) == f"127.0.0.1 antwoordt niet ({httpx2.ConnectError.__name__})."
