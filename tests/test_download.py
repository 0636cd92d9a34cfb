"""No socket connects where it may not, every download ends in time and within bounds, and every failure has a plain reason."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fetching import OddServer, crawl, redirect, reply
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from zope.interface import implementer

from crawler.download import LONGEST_PAUSE, AddressRefused, GuardedReactor, asked_pause, plain_reason
from crawler.net import refuse

STOCK = dict.fromkeys(("http", "https"), "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler")
HANDLER_ALONE = {"DOWNLOADER_MIDDLEWARES": {"scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None}}
"""Without the middleware that reads URLs: the socket itself is what is tested here."""


# --- odd answers -----------------------------------------------------------------------------------------------------


async def trickle(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def endless(writer: asyncio.StreamWriter, head: bytes, part: bytes) -> None:
    writer.write(head)
    while True:
        writer.write(part)
        await writer.drain()


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 4000 + b"\r\n")


async def endless_line(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\nX-Long: ", b"y" * 8000)


async def endless_interim(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


async def slow_redirect(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.3)
    writer.write(redirect("/slow-redirect"))


ODD = {
    "/ok": reply(),
    "/headers-255": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + b"X-A: b\r\n" * 250 + b"\r\nok",
    "/headers-300": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + b"X-A: b\r\n" * 300 + b"\r\nok",
    "/headers-endless": endless_headers,
    "/header-line-endless": endless_line,
    "/interim-endless": endless_interim,
    "/big": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\n...",
    "/endless": endless_chunks,
    "/bomb": reply(gzip.compress(b"\0" * 8_000_000), Content_Encoding="gzip"),
    "/bomb-in-bomb": reply(gzip.compress(gzip.compress(b"\0" * 8_000_000)), Content_Encoding="gzip, gzip"),
    "/not-gzip": reply(b"plain", Content_Encoding="gzip"),
    "/not-deflate": reply(b"plain", Content_Encoding="deflate"),
    "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "/no-http": b"220 mail.example.org ESMTP\r\n\r\n",
    "/nothing": b"",
    "/loop": redirect("/loop"),
    "/file": redirect("file:///etc/passwd"),
    "/404": reply(b"", "404 Not Found"),
    "/500": reply(b"", "500 Oops"),
    "/999": reply(b"", "999 Go away"),
    "/slow": trickle,
    "/silent": silence,
    "/slow-redirect": slow_redirect,
}
TOO_LARGE = "the answer is larger than DOWNLOAD_MAXSIZE allows"
BROKEN = "the answer cannot be decompressed or the connection failed"
REASONS = {
    "/headers-300": "the answer's headers are larger than allowed",
    "/headers-endless": "the answer's headers are larger than allowed",
    "/header-line-endless": "the answer's headers are larger than allowed",
    "/interim-endless": "the answer's headers are larger than allowed",
    "/big": TOO_LARGE,
    "/endless": TOO_LARGE,
    "/bomb": TOO_LARGE,
    "/bomb-in-bomb": TOO_LARGE,
    "/not-gzip": BROKEN,
    "/not-deflate": "the answer cannot be decompressed",
    "/cut": "the answer broke off before its end",
    "/no-http": "the server's answer is no valid HTTP",
    "/nothing": "the server closed the connection without an answer",
    "/loop": "it redirects in a loop or too often",
    "/file": "the server answered 302 Found",
    "/404": "the server answered 404 Not Found",
    "/500": "the server answered 500 Internal Server Error",
    "/999": "the server answered 999",
}
SLOW = ["/slow", "/silent", "/slow-redirect"]


# --- the crawls: all in one child process ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What became of every address, by crawl; the servers with their counts."""
    with (
        OddServer(dict(ODD)) as odd,
        OddServer({"/": reply()}) as canary,
        OddServer({"/": reply()}) as control,
        OddServer({"/": reply()}) as rebound,
        OddServer({"/": reply()}, self_signed(tmp_path_factory.mktemp("tls"))) as secure,
        OddServer({"/later": reply(b"", "429 Slow down", Retry_After="600"), "/busy": reply(b"", "503 Busy"), "/ok": reply()}) as busy,
    ):
        names = {
            "zero.test": ["0.0.0.0"],  # Linux connects it to this machine: an address that no setting opens, with a canary
            "loopback.test": ["127.0.0.1"],
            "later.test": ["127.0.0.1"],
            "rebind.test": ["127.0.0.1", "0.0.0.0"],
        }
        odd.answers["/to-zero"] = redirect(f"http://0.0.0.0:{canary.port}/")
        odd.answers["/to-zero-short"] = redirect(f"http://0:{canary.port}/")
        odd.answers["/to-zero-name"] = redirect(f"http://zero.test:{canary.port}/")
        odd.answers["/to-metadata"] = redirect("http://169.254.169.254/latest/meta-data/")
        odd.answers["/to-control"] = redirect(f"http://0.0.0.0:{control.port}/")
        hops = [f"{odd.url}{path}" for path in ("/to-zero", "/to-zero-short", "/to-zero-name", "/to-metadata")]
        straight = [f"{scheme}://{host}:{canary.port}/" for scheme in ("http", "https") for host in ("127.0.0.1", "127.1", "loopback.test")]
        rebinds = [f"http://rebind.test:{rebound.port}/"] * 20
        others = [f"{secure.url}/", f"http://127.0.0.1:{closed_port()}/", "http://nowhere.test/", "http://a..b.test/"]
        later = [f"http://later.test:{busy.port}{path}" for path in ("/busy", "/later", "/ok")]
        later.append(f"https://later.test:{secure.port}/")
        found = crawl(
            {"urls": [odd.url + path for path in ODD if path not in SLOW], "names": names},
            {"urls": [odd.url + path for path in SLOW], "settings": {"DOWNLOAD_TIMEOUT": 0.4, "DOWNLOAD_DEADLINE": 1, "RETRY_TIMES": 20}},
            {"urls": hops, "settings": HANDLER_ALONE},
            {"urls": straight, "settings": {**HANDLER_ALONE, "ALLOW_PRIVATE_ADDRESSES": False}},
            {"urls": [odd.url + "/to-control"], "settings": {**HANDLER_ALONE, "DOWNLOAD_HANDLERS": STOCK}},
            {"urls": rebinds, "settings": HANDLER_ALONE},
            {"urls": others},
            {"urls": later, "settings": {"CONCURRENT_REQUESTS": 1, "DOWNLOAD_VERIFY_CERTIFICATES": False}},
        )
        crawls = dict(zip(("odd", "slow", "hops", "straight", "stock", "rebinds", "others", "later"), found, strict=True))
        yield {**crawls, "server": odd, "canary": canary, "control": control, "rebound": rebound, "secure": secure, "busy": busy}


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# --- no connection where there may be none ---------------------------------------------------------------------------


def test_redirects_to_refused_addresses_make_no_connection(seen: dict[str, Any]) -> None:
    results = seen["hops"]["results"]
    assert len(results) == 4
    for (result,) in results.values():
        assert result["error"] == "AddressRefused"
        assert "may not be contacted" in result["reason"]
    assert seen["hops"]["stats"]["net/refused"] == 4
    assert "retry/count" not in seen["hops"]["stats"]


def test_loopback_makes_no_connection_in_production_settings(seen: dict[str, Any]) -> None:
    results = seen["straight"]["results"]
    assert len(results) == 6
    for (result,) in results.values():
        assert result == {
            "error": "AddressRefused",
            "reason": "127.0.0.1 is a loopback address, which may not be contacted unless ALLOW_PRIVATE_ADDRESSES is on",
        }
    assert seen["canary"].connects == 0


def test_the_canary_would_have_been_reached_without_the_guard(seen: dict[str, Any]) -> None:
    assert seen["stock"]["results"] == {seen["server"].url + "/to-control": [{"status": 200, "size": 2}]}
    assert seen["control"].connects == 1


def test_a_name_that_changes_its_address_is_judged_at_every_connection(seen: dict[str, Any]) -> None:
    (results,) = seen["rebinds"]["results"].values()
    assert len([result for result in results if result.get("status") == 200]) == 10
    assert len([result for result in results if result.get("error") == "AddressRefused"]) == 10
    assert seen["rebound"].connects == 10
    assert seen["rebinds"]["lookups"]["rebind.test"] == 20  # checked and connected from one look-up


@implementer(IHostnameResolver)
class ManyAddresses:
    """Answers with public and private addresses of both families at once."""

    given = ("93.184.216.34", "127.0.0.1", "2606:2800:220:1::1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "10.0.0.1")

    def resolveHostName(self, receiver: Any, host: str, portNumber: int = 0, *_: Any, **__: Any) -> Any:  # noqa: N802, N803
        receiver.resolutionBegan(self)
        for address in self.given:
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, portNumber))
        receiver.resolutionComplete()
        return self


def test_of_many_addresses_only_the_allowed_are_tried() -> None:
    reactor = MemoryReactorClock()
    reactor.installNameResolver(ManyAddresses())
    connecting = HostnameEndpoint(GuardedReactor(reactor, allow_private=False), "many.test", 80).connect(Factory())
    connecting.addErrback(lambda _: None)
    reactor.pump([0.3] * 20)
    tried = {call[0] for call in reactor.tcpClients}
    assert tried == {address for address in ManyAddresses.given if refuse(address, allow_private=False) is None}
    assert tried == {"93.184.216.34", "2606:2800:220:1::1"}
    connecting.cancel()


# --- every download ends ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", REASONS)
def test_an_odd_answer_ends_with_its_reason(path: str, seen: dict[str, Any]) -> None:
    (result,) = seen["odd"]["results"][seen["server"].url + path]
    assert result.get("reason") == REASONS[path], result


@pytest.mark.parametrize("path", ["/ok", "/headers-255"])
def test_an_honest_answer_comes_through(path: str, seen: dict[str, Any]) -> None:
    assert seen["odd"]["results"][seen["server"].url + path] == [{"status": 200, "size": 2}]


def test_too_large_is_not_tried_again(seen: dict[str, Any]) -> None:
    assert {path: seen["server"].requests[path] for path in ("/big", "/endless", "/bomb")} == {"/big": 1, "/endless": 1, "/bomb": 1}
    assert seen["server"].requests["/500"] == 2


@pytest.mark.parametrize("path", SLOW)
def test_tries_and_redirects_together_end_by_the_deadline(path: str, seen: dict[str, Any]) -> None:
    (result,) = seen["slow"]["results"][seen["server"].url + path]
    assert result["reason"] == "the server did not answer in time"
    assert 2 <= seen["server"].requests[path] <= 4  # of 21 tries and 10 redirects


def test_the_deadline_is_kept_by_the_clock(seen: dict[str, Any]) -> None:
    assert seen["slow"]["stats"]["elapsed_time_seconds"] < 8


def test_other_failures_have_their_reasons(seen: dict[str, Any]) -> None:
    reasons = [result["reason"] for (result,) in seen["others"]["results"].values()]
    assert sorted(reasons) == sorted(
        [
            "no secure connection: the server's certificate or its TLS cannot be trusted",
            "the server refuses connections",
            "the host name cannot be resolved",
            "the address has no valid host name",
        ]
    )
    assert seen["secure"].requests.total() == 0


def test_retry_after_ends_the_tries_and_the_crawl_of_that_host(seen: dict[str, Any]) -> None:
    site = f"http://later.test:{seen['busy'].port}"
    (busy,), (later,), (ok,) = (seen["later"]["results"][site + path] for path in ("/busy", "/later", "/ok"))
    assert later["reason"] == "the server answered 429 Too Many Requests"
    assert ok["reason"].startswith("the server asked for a pause of another ")
    assert "503" in busy["reason"] or "pause" in busy["reason"]
    assert seen["busy"].requests["/later"] == 1
    assert seen["busy"].requests["/ok"] == 0
    (encrypted,) = seen["later"]["results"][f"https://later.test:{seen['secure'].port}/"]
    assert encrypted["reason"].startswith("the server asked for a pause of another ")


# --- reasons and pauses alone ----------------------------------------------------------------------------------------


def test_reasons_of_exceptions_and_failures() -> None:
    assert plain_reason(Failure(AddressRefused("10.0.0.1 is private"))) == "10.0.0.1 is private"
    assert plain_reason(IgnoreRequest("Forbidden by robots.txt")) == "robots.txt forbids it"
    assert plain_reason(IgnoreRequest()) == "the request was ignored"
    assert plain_reason(DownloadFailedError("x")) == "the download failed"
    assert plain_reason(RuntimeError("secret http://user:pw@host/")) == "the download failed (RuntimeError)"


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "120", 120.0),
        (503, " 5 ", 5.0),
        (503, "Sun, 06 Nov 1994 08:50:37 GMT", 60.0),
        (503, "Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        (429, "999999999", LONGEST_PAUSE),
        (429, "Sun, 06 Nov 2094 08:49:37 GMT", LONGEST_PAUSE),
        (429, "soon", 0.0),
        (429, "-5", 0.0),
        (429, "١٢", 0.0),
        (429, "9" * 400, 0.0),
        (429, "Sun, 99 Nov 1994 99:99:99 GMT", 0.0),
        (200, "120", 0.0),
    ],
)
def test_the_pause_that_a_server_asks_for(status: int, value: str, seconds: float) -> None:
    now = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp()
    assert asked_pause(Response("http://a.test/", status, headers={"Retry-After": value}), now) == seconds
