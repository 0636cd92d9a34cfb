"""An alert and an address in, what the receiver answered out: Standard Webhooks 1.0 over aiohttp, the address guarded."""

from __future__ import annotations

import asyncio
import errno
import hmac
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp

from crawler.alerts.messages import Style, webhook_body
from crawler.alerts.policy import WEBHOOK_DELAYS, Outcome, Recipients, read_retry_after
from crawler.errors import ConfigurationError
from crawler.items import Alert
from crawler.net import refuse

TIMEOUT = 20.0
"""Seconds for one try in all."""
_READ = 64 * 1024
"""Octets of an answer that are ever held; we need none of them."""

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One receiver. Its address and secrets are in no repr, error or log."""

    url: str = field(repr=False)
    secrets: Sequence[bytes] = field(default=(), repr=False)
    """Keys to sign with, several while one is being changed; none: unsigned."""
    style: Style = field(default_factory=Style)
    user_agent: str = "Marsad"
    allow_private: bool = False
    delays: tuple[timedelta, ...] = WEBHOOK_DELAYS

    async def send(self, alert: Alert, at: datetime, recipients: Recipients) -> Outcome:
        """One try. Only 2xx is success; a redirect is never followed; 410 means never again."""
        body = webhook_body(alert, self.style)
        headers = {"Content-Type": "application/json", "User-Agent": self.user_agent, **sign(alert.id, at, body, self.secrets)}
        connector = aiohttp.TCPConnector(socket_factory=_guard(self.allow_private), use_dns_cache=False, force_close=True)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector,
                    timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    trust_env=False,
                    auto_decompress=False,
                    read_bufsize=_READ,
                ) as session,
                session.post(self.url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return read_answer(response.status, response.headers.get("Retry-After", ""), at)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            return _failure(error)


def sign(id_: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers webhook-id, webhook-timestamp and, with a secret, webhook-signature (Standard Webhooks 1.0)."""
    timestamp = str(int(at.timestamp()))
    signed = f"{id_}.{timestamp}.".encode() + body
    signatures = [f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in secrets]
    signature = {"webhook-signature": " ".join(signatures)} if signatures else {}
    return {"webhook-id": id_, "webhook-timestamp": timestamp, **signature}


def read_secrets(text: str, asked_by: str) -> tuple[bytes, ...]:
    """The keys in `whsec_… whsec_…`; raises ConfigurationError, without the secret, for anything else."""
    keys = []
    for number, word in enumerate(text.split(), 1):
        coded = word.removeprefix("whsec_")
        try:
            key = b64decode(coded + "=" * (-len(coded) % 4), validate=True)
        except ValueError:  # no base64, or not even ASCII
            key = b""
        if not word.startswith("whsec_") or not key:
            raise ConfigurationError(
                f"{asked_by}: secret {number} is none: write whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)"
            )
        keys.append(key)
    return tuple(keys)


def read_answer(status: int, retry_after: str, at: datetime) -> Outcome:
    """What a receiver's status means."""
    if 200 <= status < 300:
        return Outcome(state="delivered")
    if status == HTTPStatus.GONE:
        return Outcome(state="failed", error="410 Gone: the receiver wants nothing more, the channel is switched off", gone=True)
    hint = ": redirects are not followed, write the new address" if 300 <= status < 400 else ""
    return Outcome(state="again", error=f"the receiver answered {_phrase(status)}{hint}", retry_after=read_retry_after(retry_after, at))


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _guard(allow_private: bool) -> Callable[[AddressInfo], socket.socket]:
    """Judges the very address that the socket is about to connect to, after the last look-up of its name."""

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if reason := refuse(str(address[0]), allow_private):
            raise OSError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    return open_socket


def _failure(error: Exception) -> Outcome:
    """In our words: a library's can hold the whole address."""
    if isinstance(error, asyncio.TimeoutError):
        return Outcome(state="again", error=f"no answer within {TIMEOUT:.0f} seconds")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return Outcome(state="again", error="the receiver's certificate or TLS cannot be used")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Outcome(state="again", error="the receiver's name cannot be found")
    if isinstance(error, aiohttp.ClientConnectorError):
        if error.os_error.errno == errno.EACCES:
            return Outcome(state="failed", error=f"the receiver may not be contacted: {error.os_error.strerror}")
        return Outcome(state="again", error="the receiver cannot be reached")
    if isinstance(error, aiohttp.InvalidURL):
        return Outcome(state="failed", error="the address of the channel cannot be read")
    return Outcome(state="again", error="the receiver broke the connection off")
