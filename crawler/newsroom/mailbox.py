"""Mails in, a record of what arrived out: an SMTP server on loopback that can also misbehave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

Fault = Literal["temp", "perm", "hang", "drop", "ack_lost"]
"""After the mail was sent: 4xx, 5xx, no answer, connection lost without or with the mail kept."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes

    @property
    def message(self) -> EmailMessage:
        """Read as a mail program reads it."""
        return message_from_bytes(self.octets, _class=EmailMessage, policy=policy.default)

    def part(self, kind: Literal["plain", "html"]) -> str:
        """The text of one of its two parts."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


@dataclass(slots=True)
class Mailbox:
    """`async with Mailbox() as mailbox:`, then `mailbox.url` is the SMTP_URL."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: a free one, known once it runs."""
    letters: list[Letter] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Recipient -> the answer to RCPT TO, like "550 no such user"."""
    tries: int = 0
    """How often a mail was handed over, taken or not."""
    _faults: list[Fault] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """What to set SMTP_URL to."""
        return f"smtp://{self.host}:{self.port}"

    def break_next(self, fault: Fault, times: int = 1) -> None:
        """Let the next mails go wrong."""
        self._faults.extend([fault] * times)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="mailbox.invalid", loop=loop), self.host, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._closing.set()
        if self._server:
            self._server.close()

    # --- what aiosmtpd calls (the names are its own) ------------------------------------------------------------------

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        fault = self._faults.pop(0) if self._faults else None
        if fault in (None, "ack_lost"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.letters.append(Letter(str(envelope.mail_from), tuple(map(str, envelope.rcpt_tos)), content))
        if fault == "hang":
            await self._closing.wait()
        if fault in ("hang", "drop", "ack_lost") and server.transport:
            server.transport.close()
        return {"temp": "451 4.3.0 try again later", "perm": "554 5.7.1 not wanted here"}.get(fault or "", "250 2.0.0 kept")
