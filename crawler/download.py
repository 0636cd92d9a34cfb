"""A request in, its response or a plain reason out: Scrapy's HTTP client behind the address guard and within limits."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from service_identity import VerificationError
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.python.failure import Failure
from twisted.web.client import Agent, ResponseFailed
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.net import refuse

HEADER_LINES = 256
HEADER_BYTES = 256 * 1024
"""Most of a response's header section, 1xx answers before it included; Twisted has no bound."""
LONGEST_PAUSE = 24 * 3600
"""Seconds: a Retry-After beyond it counts as this."""


_PAUSES: WeakKeyDictionary[Crawler, dict[str, float]] = WeakKeyDictionary()
"""Hosts to be left alone until a time of the monotonic clock: by crawl, since Scrapy makes one handler for http and one for https."""


class AddressRefused(IgnoreRequest):
    """An address that may not be contacted; the message is one sentence. As an IgnoreRequest it is never tried again."""


class HostPaused(IgnoreRequest):
    """The server asked earlier in this crawl to be left alone, for so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the server asked for a pause of another {seconds:.0f} seconds")
        self.seconds = seconds


class HeaderLimitError(Exception):
    """A response's header section passed HEADER_LINES or HEADER_BYTES."""


@implementer(IReactorPluggableNameResolver)
class GuardedReactor:
    """The reactor as the HTTP client sees it: no socket of it connects to a refused address.

    Twisted resolves a name once and hands each address to `connectTCP` of the reactor that the client was given.
    What is checked is therefore the very address that the socket connects to, whatever the URL and the name
    server said before, and nobody else in the process is affected.
    """

    def __init__(self, reactor: Any, allow_private: bool) -> None:
        self._reactor = reactor
        self._allow_private = allow_private

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (Twisted's name)
        """IReactorTCP.connectTCP; raises AddressRefused."""
        if fault := refuse(host, self._allow_private):
            raise AddressRefused(fault)
        return self._reactor.connectTCP(host, port, *args, **kwargs)


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https with what it leaves open closed.

    * No connection to a refused address (ALLOW_PRIVATE_ADDRESSES), and no proxy: it would connect for us, unchecked.
    * One request with all its tries and redirects downloads for DOWNLOAD_DEADLINE seconds at most. Time that it
      waits for its host's turn does not count: a polite queue would leave nothing for a second try.
    * The header section is bounded.
    * A host that answers 429 or 503 with Retry-After is left alone for so long (RFC 9110, section 10.2.3): the
      request is not tried again, and the crawl's other requests for it are ignored. Our schedule comes back.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # not earlier: the first import installs one

        self._guarded = GuardedReactor(reactor, crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"))
        self._deadline = crawler.settings.getfloat("DOWNLOAD_DEADLINE", 60.0)
        self._paused_until = _PAUSES.setdefault(crawler, {})
        self._pool._factory = _BoundedFactory  # noqa: SLF001 (Scrapy puts its own factory in the same way)

    async def download_request(self, request: Request) -> Response:
        """The response; raises Scrapy's download exceptions, AddressRefused, and IgnoreRequest in a host's pause."""
        host = urlsplit(request.url).hostname or ""
        if (pause := self._paused_until.get(host, 0.0) - monotonic()) > 0:
            raise HostPaused(pause)
        began = monotonic()
        self._grant_time(request)
        try:
            response = await self._download(request)
        finally:
            self._charge_time(request, monotonic() - began)
        if pause := asked_pause(response, time()):
            self._paused_until[host] = monotonic() + pause
            request.meta["dont_retry"] = True
        return response

    async def _download(self, request: Request) -> Response:
        agent = _GuardedAgent(
            self._guarded,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self.crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except AddressRefused:
            if self.crawler.stats:
                self.crawler.stats.inc_value("net/refused")
            raise

    def _grant_time(self, request: Request) -> None:
        """Lower the request's timeout to what is left of its deadline."""
        left = self._deadline - request.meta.get("download_spent", 0.0)
        if left <= 0:
            raise DownloadTimeoutError(f"all tries together took longer than {self._deadline:g} seconds")
        request.meta["download_timeout"] = min(request.meta.get("download_timeout") or left, left)

    def _charge_time(self, request: Request, seconds: float) -> None:
        """Add to what retries and redirects of the request inherit in its meta; the last second of all ends the tries."""
        spent = request.meta["download_spent"] = request.meta.get("download_spent", 0.0) + seconds
        if spent >= self._deadline:
            request.meta["dont_retry"] = True


class _GuardedAgent(_ScrapyAgent):
    """Scrapy's agent on the guarded reactor."""

    def __init__(self, reactor: GuardedReactor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._guarded = reactor

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        return Agent(self._guarded, self._contextFactory, timeout, pool=self._pool)  # type: ignore[no-untyped-call]


class _BoundedParser(_LenientHTTPClientParser):
    """Scrapy's parser of responses, which stops at the bounds of a header section."""

    MAX_LENGTH = HEADER_BYTES
    lines = size = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.lines += 1
        self.size += len(line)
        if self.lines > HEADER_LINES or self.size > HEADER_BYTES:
            raise HeaderLimitError
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise HeaderLimitError


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[Any]:
        response = super().request(request)
        self._parser.__class__ = _BoundedParser  # as Scrapy does: Twisted lets no parser class be chosen
        return response


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def asked_pause(response: Response, now: float) -> float:
    """Seconds that a 429 or 503 asks us to stay away (Retry-After: seconds or a date); 0 when it does not say.

    `now` is Unix time, which a date is compared with.
    """
    if response.status not in (429, 503):
        return 0.0
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if re.fullmatch(r"[0-9]{1,12}", value):
        seconds = float(value)
    else:
        try:
            seconds = parsedate_to_datetime(value).replace(tzinfo=UTC).timestamp() - now  # RFC 9110: always GMT
        except (ValueError, OverflowError):
            return 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def find_pause(failure: Failure, now: float) -> float:
    """Seconds that the server of a failed request asks us to stay away; 0 when it does not say. `now` is Unix time."""
    error = failure.value
    if isinstance(error, HttpError):
        return asked_pause(error.response, now)
    return error.seconds if isinstance(error, HostPaused) else 0.0


_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (DownloadTimeoutError, "the server did not answer in time"),
    (CannotResolveHostError, "the host name cannot be resolved"),
    (DownloadConnectionRefusedError, "the server refuses connections"),
    (DownloadCancelledError, "the answer is larger than DOWNLOAD_MAXSIZE allows"),
    (HeaderLimitError, "the answer's headers are larger than allowed"),
    ((SSL.Error, VerificationError), "no secure connection: the server's certificate or its TLS cannot be trusted"),
    (ResponseDataLossError, "the answer broke off before its end"),
    ((zlib.error, EOFError), "the answer cannot be decompressed"),
    ((NotSupported, UnsupportedURLSchemeError), "only http and https addresses are requested"),
    (ConnectError, "the server cannot be reached"),
    (ConnectionClosed, "the server closed the connection without an answer"),
    (ResponseFailed, "the server's answer is no valid HTTP"),
    (OSError, "the answer cannot be decompressed or the connection failed"),
)
"""The first that fits the exception or what caused it."""


def plain_reason(failure: Failure | BaseException) -> str:
    """Why a download failed, in one short sentence for people, without the address."""
    error = failure.value if isinstance(failure, Failure) else failure
    if isinstance(error, HttpError):
        return _answered(error.response.status)
    if isinstance(error, IgnoreRequest):
        return _why_ignored(str(error))
    found = list(_causes(error))
    for kinds, reason in _REASONS:
        if any(isinstance(cause, kinds) for cause in found):
            return reason
    return "the download failed" if isinstance(error, DownloadFailedError) else f"the download failed ({type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it was raised from; Twisted keeps the causes of a failed response in a list."""
    while error:
        yield error
        for reason in getattr(error, "reasons", ()):
            yield from _causes(reason.value)
        error = error.__cause__


def _answered(status: int) -> str:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    return f"the server answered {status} {phrase}".rstrip()


def _why_ignored(text: str) -> str:
    """Scrapy's own sentences in ours; ours as they are."""
    if text == "Forbidden by robots.txt":
        return "robots.txt forbids it"
    if text == "max redirections reached":
        return "it redirects in a loop or too often"
    if "exceeded DOWNLOAD_MAXSIZE" in text:
        return "the answer is larger than DOWNLOAD_MAXSIZE allows"
    return text or "the request was ignored"
