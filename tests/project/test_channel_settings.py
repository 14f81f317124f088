"""Which addresses of channels are allowed: encrypted, or this machine, and only those of the settings."""

import pytest
from pydantic import ValidationError

from ari_app.channel_settings import GatewaySettings, MailSettings, NotifySettings, WebhookSettings


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://sms.example/send", "write https"),
        ("http://169.254.169.254/latest", "write https"),
        ("https://$to/send", "the host must be fixed"),
        ("https://user:word@sms.example/", "the host must be fixed"),
        ("ftp://sms.example/", "is no address"),
        ("file:///etc/passwd", "is no address"),
        ("https:///send", "is no address"),
        ("https://sms.example/$phone", "unknown places phone"),
        ("https://sms.example/$", "must name a place"),
        ("https://sms.example/$secret", "secret_file"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("$", r"\$")):
        GatewaySettings(sends_to="phone", url=url)


@pytest.mark.parametrize(
    "url", ["https://sms.example/send/$to", "http://127.0.0.1:9000/$to", "http://localhost/", "http://[::1]/"]
)
def test_an_encrypted_address_and_this_machine_are_allowed(url: str) -> None:
    assert GatewaySettings(sends_to="phone", url=url).url == url


def test_mail_to_another_machine_is_encrypted() -> None:
    with pytest.raises(ValidationError, match=r"mail to mail\.example must be encrypted"):
        MailSettings(host="mail.example", security="none")

    assert MailSettings(host="127.0.0.1", security="none").host == "127.0.0.1"


def test_two_channels_of_one_name_are_refused() -> None:
    gateway = GatewaySettings(sends_to="phone", url="https://sms.example/")
    hook = WebhookSettings(url="https://hook.example/", secret_files=("secret",))

    with pytest.raises(ValidationError, match="two channels are called mail"):
        NotifySettings(gateways={"mail": gateway})
    with pytest.raises(ValidationError, match="two channels are called sms"):
        NotifySettings(gateways={"sms": gateway}, webhooks={"sms": hook})
