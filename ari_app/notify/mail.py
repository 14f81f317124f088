"""Mail, handed to the mail server of the settings."""

import asyncio
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import aiosmtplib

from ari_app.channel_settings import MailSettings
from ari_app.notify.message import DeliveryFailed, Message
from ari_app.notify.secrets import read_secret

SECONDS = 20.0


class Mail:
    """Each message is a connection of its own: a quiet line sends a few a day."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def deliver(self, message: Message) -> None:
        mail = compose(message, self._settings.sender)
        try:
            async with asyncio.timeout(SECONDS):
                await self._send(mail)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [one.code for one in refused.recipients]
            raise DeliveryFailed(f"De mailserver weigerde het adres ({codes[0]}).", permanent=codes[0] >= 500) from None
        except aiosmtplib.SMTPAuthenticationError as refused:
            raise DeliveryFailed(f"De mailserver weigerde onze naam of ons wachtwoord ({refused.code}).") from None
        except aiosmtplib.SMTPResponseException as refused:
            why = f"De mailserver weigerde het bericht ({refused.code})."
            raise DeliveryFailed(why, permanent=refused.code >= 500) from None
        except ssl.SSLError as failure:
            raise DeliveryFailed(f"De mailserver is niet te vertrouwen: {failure.reason}.") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as failure:
            why = f"De mailserver {self._settings.host} antwoordt niet ({type(failure).__name__})."
            raise DeliveryFailed(why) from None

    async def _send(self, mail: EmailMessage) -> None:
        chosen = self._settings
        context = None if chosen.security == "none" else ssl.create_default_context(cafile=chosen.ca_file)
        await aiosmtplib.send(
            mail,
            hostname=chosen.host,
            port=chosen.port,
            username=chosen.user or None,
            password=read_secret(chosen.password_file) or None,
            use_tls=chosen.security == "tls",
            start_tls=chosen.security == "starttls",
            tls_context=context,
            timeout=SECONDS,
        )


def compose(message: Message, sender: str) -> EmailMessage:
    """The same message with the same Message-ID at each try. Raises DeliveryFailed for an address that is none."""
    name, address = parseaddr(sender)
    mail = EmailMessage()
    try:
        mail["From"] = Address(name, addr_spec=address)
        mail["To"] = Address(addr_spec=message.to)
    except ValueError as mistake:
        raise DeliveryFailed("Het mailadres is geen mailadres.", permanent=True) from mistake
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(message.written_at)
    mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(part for part in (message.text, message.link) if part) + "\n")
    return mail
