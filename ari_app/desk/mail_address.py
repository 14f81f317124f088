"""A mail address as a person types it."""

import re

from ari_app.desk.refusal import Refused

_MAIL = re.compile(r"[^@\s<>\"',;:\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def mail_address(text: str, rule: str) -> str:
    """Without blanks around it; "" when there is none. Raises Refused."""
    mail = text.strip()
    if mail and (len(mail) > 254 or not mail.isascii() or not _MAIL.fullmatch(mail)):
        raise Refused(f"{mail!r} is geen mailadres: schrijf het als naam@voorbeeld.nl", rule)
    return mail
