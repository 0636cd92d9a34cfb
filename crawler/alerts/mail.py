"""An alert and recipients in, what the mail server answered out: SMTP over aiosmtplib."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from crawler.alerts.inert import clean_line
from crawler.alerts.letter import write_letter
from crawler.alerts.messages import Style
from crawler.alerts.policy import MAIL_DELAYS, Outcome, Recipients
from crawler.errors import ConfigurationError
from crawler.items import Alert

STEP_SECONDS, TIMEOUT = 15.0, 45.0
"""For one answer of the server, and for one try in all: shorter than a claim holds."""
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The operator's mail server."""

    host: str
    port: int
    security: str
    """The scheme of SMTP_URL: smtp (none), smtp+starttls (required), smtps."""
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One list of recipients behind one server."""

    server: Server
    sender: tuple[str, str]
    """(name, address)."""
    to: tuple[str, ...]
    style: Style = field(default_factory=Style)
    delays: tuple[timedelta, ...] = MAIL_DELAYS

    async def send(self, alert: Alert, at: datetime, recipients: Recipients) -> Outcome:
        """One try to those who still need one, in one envelope."""
        waiting = [address for address in self.to if address not in (*recipients.served, *recipients.refused)]
        letter = write_letter(alert, self.style, self.sender, self.to)
        refusals: dict[str, tuple[int, str]] = {}
        error = ""
        try:
            async with asyncio.timeout(TIMEOUT):
                refusals = await self._hand_over(waiting, letter) if waiting else {}
        except SMTPRecipientsRefused as refused:
            refusals = {refusal.recipient: (refusal.code, refusal.message) for refusal in refused.recipients}
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as refused:
            refusals = dict.fromkeys(waiting, (refused.code, refused.message))
        except (TimeoutError, SMTPException, OSError) as failure:
            error = _explain(failure)
        return _judge(waiting, refusals, error, recipients)

    async def _hand_over(self, recipients: Sequence[str], letter: bytes) -> dict[str, tuple[int, str]]:
        """Who was refused, with what; raises when nobody got it."""
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security == "smtps",
            start_tls=server.security == "smtp+starttls",
            local_hostname=self.sender[1].rpartition("@")[2],
            timeout=STEP_SECONDS,
        )
        try:
            await client.connect()
            refusals, _ = await client.sendmail(self.sender[1], recipients, letter)
            with suppress(SMTPException, OSError, asyncio.TimeoutError):  # the mail is theirs: a late goodbye changes nothing
                await client.quit(timeout=1)
        finally:
            client.close()
        return {address: (refusal.code, refusal.message) for address, refusal in refusals.items()}


def _judge(waiting: Sequence[str], refusals: dict[str, tuple[int, str]], error: str, before: Recipients) -> Outcome:
    """4xx is tried again, 5xx never; who is served is never served again."""
    if error:
        return Outcome(state="again", error=error, recipients=before)
    served = (*before.served, *(address for address in waiting if address not in refusals))
    refused = (*before.refused, *(address for address, (code, _) in refusals.items() if code >= 500))
    said = "; ".join(f"{address}: {code} {clean_line(text, 160)}" for address, (code, text) in list(refusals.items())[:5])
    recipients = Recipients(served, refused)
    if any(code < 500 for code, _ in refusals.values()):
        return Outcome(state="again", error=f"not taken yet: {said}", recipients=recipients)
    if refused:
        return Outcome(state="failed", error=f"refused: {said or ', '.join(refused)}", recipients=recipients)
    return Outcome(state="delivered", recipients=recipients)


def _explain(failure: Exception) -> str:
    """In our words; a server's own text is cleaned. A failed login is tried again: it says nothing about the mail."""
    if isinstance(failure, aiosmtplib.SMTPAuthenticationError):
        return f"the mail server refused the login of SMTP_URL ({failure.code})"
    if isinstance(failure, SMTPResponseException):
        return f"the mail server answered {failure.code} {clean_line(failure.message, 160)}"
    if isinstance(failure, aiosmtplib.SMTPServerDisconnected):
        return "the mail server broke the connection off"
    if isinstance(failure, asyncio.TimeoutError):
        return f"no answer from the mail server within {STEP_SECONDS:.0f} seconds"
    if isinstance(failure, aiosmtplib.SMTPNotSupported):
        return "the mail server does not offer what SMTP_URL asks for (login or STARTTLS)"
    return "the mail server cannot be reached"


def read_server(url: str) -> Server:
    """SMTP_URL; %-escapes decoded. Raises ConfigurationError, without the address, which can hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConfigurationError("SMTP_URL cannot be used: write smtp://host:25, smtp+starttls://user:pass@host:587 or smtps://host:465")
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        security=parts.scheme,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def read_recipients(url: str, asked_by: str) -> tuple[str, ...]:
    """The addresses of `mailto:a@example.org,b@example.org`, each once; raises ConfigurationError for one that is none."""
    addresses = [_address(unquote(part).strip(), asked_by) for part in url.partition(":")[2].split(",")]
    return tuple(dict.fromkeys(addresses))


def read_sender(text: str) -> tuple[str, str]:
    """(name, address) of MAIL_FROM; raises ConfigurationError."""
    name, address = parseaddr(text)
    return name, _address(address, f"MAIL_FROM {text!r}")


def _address(text: str, asked_by: str) -> str:
    """An address as it goes on the wire: the domain in ASCII (IDNA). Nothing else of it is ever changed."""
    local, _, domain = text.rpartition("@")
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    if not _ADDRESS.fullmatch(address := f"{local}@{domain}") or len(address) > 254:
        raise ConfigurationError(f"{asked_by}: {text!r} is no mail address that can be used: write name@example.org")
    return address
