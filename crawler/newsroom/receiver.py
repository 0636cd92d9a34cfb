"""Webhooks in, a record of what arrived and whether it was genuine out: a receiver that can also misbehave."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web

TOLERANCE = 300
"""Seconds that a timestamp may be off (Standard Webhooks 1.0)."""

Fault = Literal["fail", "hang", "redirect", "gone", "ratelimit", "ack_lost", "bigbody"]


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    verdict: str
    """"ok", or why the signature is not to be trusted."""
    accepted: bool
    """Whether the receiver took it (with ack_lost it did, although the sender cannot know)."""

    @property
    def event(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Standard Webhooks 1.0 from the receiver's side: "ok", or what is wrong. Header names in lower case."""
    id_, timestamp, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id_ and timestamp and signatures):
        return "unsigned"
    if not timestamp.isdigit() or abs(int(timestamp) - now) > TOLERANCE:
        return "the timestamp is too old or too new"
    key = b64decode(secret.removeprefix("whsec_") + "==")
    expected = b64encode(hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, "sha256")).decode()
    good = any(hmac.compare_digest(f"v1,{expected}".encode(), part.encode()) for part in signatures.split(" "))
    return "ok" if good else "no signature fits"


@dataclass(slots=True)
class Receiver:
    """An HTTP server on loopback; `async with Receiver(secret=…) as receiver:`, then `receiver.url`."""

    secret: str = ""
    """What posts must be signed with; empty: unsigned ones are taken too."""
    host: str = "127.0.0.1"
    port: int = 0
    """0: a free one, known once it runs."""
    clock: Callable[[], float] = time.time
    posts: list[Post] = field(default_factory=list)
    _faults: dict[str, list[tuple[Fault, int]]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where to post; any path below it does as well."""
        return f"http://{self.host}:{self.port}/hook"

    def break_next(self, fault: Fault, times: int = 1, path: str = "/hook", seconds: int = 0) -> None:
        """Let the next requests to a path go wrong; `seconds` is the Retry-After of "ratelimit"."""
        self._faults.setdefault(path, []).extend([(fault, seconds)] * times)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post("/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        verdict = verify(self.secret, headers, body, self.clock()) if self.secret else "ok"
        faults = self._faults.get(request.path, [])
        fault, seconds = faults.pop(0) if faults else (None, 0)
        accepted = verdict == "ok" and fault in (None, "ack_lost", "bigbody")
        self.posts.append(Post(request.path, headers, body, verdict, accepted))
        if fault:
            return await self._misbehave(fault, seconds, request)
        return web.Response(status=204 if accepted else 401)

    async def _misbehave(self, fault: Fault, seconds: int, request: web.Request) -> web.StreamResponse:
        if fault == "hang":
            await self._closing.wait()
        if fault in ("hang", "ack_lost") and request.transport:
            request.transport.abort()
        if fault == "bigbody":
            return await self._pour(request)
        statuses = {"redirect": 302, "gone": 410, "ratelimit": 429}
        headers = {"redirect": {"Location": f"http://{self.host}:{self.port}/elsewhere"}, "ratelimit": {"Retry-After": str(seconds)}}
        return web.Response(status=statuses.get(fault, 500), headers=headers.get(fault))

    async def _pour(self, request: web.Request) -> web.StreamResponse:
        """200, and then far more than anybody wants to read."""
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(1000):
                await response.write(b"x" * 65536)
        except ConnectionError:  # the sender has had enough, as it should
            pass
        return response
