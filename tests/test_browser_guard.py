"""The browser's proxy connects to checked addresses only, passes on what it understands only, and is bounded; no browser needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fetching import Answer, OddServer, reply
from test_download import endless_chunks, silence

from crawler.browser import transfer
from crawler.browser.guard import MOST_CONNECTIONS, Guard
from crawler.browser.heads import Head, HeadError
from crawler.browser.sockets import HEAD_BYTES, Sockets, Streams
from crawler.download import plain_reason

PUBLIC = "93.184.215.14"
"""Stands for a server on the internet: the tests' sockets connect to 127.0.0.1 instead, after this was judged."""
NAMES = {"news.example": [PUBLIC], "inside.example": ["127.0.0.1"], "rebind.example": [PUBLIC, "127.0.0.1"]}


# --- heads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://a.example/x?y=1", b"/x?y=1"),
        (b"http://a.example", b"/"),
        (b"HTTP://a.example:81?q", b"/?q"),
        (b"/x", None),
        (b"https://a.example/", None),
        (b"ftp://a.example/", None),
        (b"http:///x", None),
    ],
)
def test_path_of_a_target(target: bytes, path: bytes | None) -> None:
    head = Head.parse(b"GET " + target + b" HTTP/1.1\r\nHost: b.example\r\nConnection: keep-alive\r\nProxy-Connection: x\r\n\r\n")
    if path is None:
        with pytest.raises(HeadError):
            head.path()
    else:
        assert head.for_one_message(b"GET", head.path()) == b"GET " + path + b"\r\nHost: b.example\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("fields", [b"no colon", b" folded: x", b"a b: x", b"a: \rb", b"a: \0", b"a : x", b": x", b"a: x\nb: y"])
def test_ambiguous_heads_are_refused(fields: bytes) -> None:
    with pytest.raises(HeadError):
        Head.parse(b"GET http://a.example/ HTTP/1.1\r\n" + fields + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        (b"A: b", 0),
        (b"Content-Length: 7", 7),
        (b"Content-Length: 7\r\ncontent-length: 7", 7),
        (b"Content-Length: 7\r\nContent-Length: 8", None),
        (b"Content-Length: +7", None),
        (b"Content-Length: 7\r\nTransfer-Encoding: chunked", None),
    ],
)
def test_length_of_a_body(fields: bytes, length: int | None) -> None:
    head = Head.parse(b"POST http://a.example/ HTTP/1.1\r\n" + fields + b"\r\n\r\n")
    if length is None:
        with pytest.raises(HeadError):
            head.length()
    else:
        assert head.length() == length


# --- the proxy -------------------------------------------------------------------------------------------------------


class ToldSockets(Sockets):
    """Names lead where NAMES says, PUBLIC leads to 127.0.0.1; what was connected to is written down."""

    def __init__(self, allow_private: bool = False) -> None:
        super().__init__(allow_private)
        self.connects: list[str] = []
        self.lookups = 0

    async def resolve(self, host: str, port: int) -> list[str]:
        self.lookups += 1
        given = NAMES.get(host) or await super().resolve(host, port)
        return [given[self.lookups % len(given)]] if host == "rebind.example" else given

    async def connect(self, address: str, port: int) -> Streams:
        self.connects.append(address)
        return await super().connect("127.0.0.1" if address == PUBLIC else address, port)


def through_guard(work: Callable[[Guard], Coroutine[Any, Any, Any]], sockets: Sockets | None = None, most_bytes: int = 2**20) -> Any:
    """What `work` gives while a guard is open; afterwards nothing listens."""

    async def run() -> Any:
        guard = await Guard(sockets or ToldSockets(), most_bytes).open()
        try:
            return await asyncio.wait_for(work(guard), 10)
        finally:
            await guard.close()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", guard.port)

    return asyncio.run(run())


async def ask(guard: Guard, sent: bytes) -> bytes:
    """All that the proxy answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
    writer.write(sent)
    try:
        return await reader.read(-1)
    except ConnectionResetError:
        return b"(reset)"
    finally:
        writer.close()


def get(url: str) -> bytes:
    return f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_a_message_and_a_tunnel_pass() -> None:
    with OddServer({"/x": reply(b"text"), "/y": reply(b"other")}) as server:
        place = f"news.example:{server.port}"

        async def work(guard: Guard) -> list[bytes]:
            message = await ask(guard, get(f"http://{place}/x") + get(f"http://{place}/y"))
            tunnel = await ask(guard, f"CONNECT {place} HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\n".encode())
            posted = await ask(guard, f"POST http://{place}/x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc".encode())
            return [message, tunnel, posted]

        message, tunnel, posted = through_guard(work, sockets := ToldSockets())
    assert message.startswith(b"HTTP/1.1 200 OK\r\n")
    assert message.endswith(b"\r\nConnection: close\r\n\r\ntext")
    assert tunnel.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK")
    assert posted.endswith(b"text")
    assert server.requests == {"/x": 3}  # one message a connection: the next could be meant for another host
    assert sockets.connects == [PUBLIC] * 3


@pytest.mark.parametrize("form", ["GET http://{} HTTP/1.1\r\n\r\n", "CONNECT {} HTTP/1.1\r\n\r\n"])
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "inside.example"),
        *("169.254.169.254", "10.0.0.1", "0.0.0.0", "[fd00:ec2::254]", "user@127.0.0.1", "127.0.0.1\\@news.example"),
    ],
)
def test_no_socket_to_a_refused_address(host: str, form: str) -> None:
    with OddServer() as canary:

        async def work(guard: Guard) -> tuple[bytes, int]:
            return await ask(guard, form.format(f"{host}:{canary.port}").encode()), guard.refused

        answer, refused = through_guard(work, sockets := ToldSockets())
    assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 "))
    assert refused == answer.startswith(b"HTTP/1.1 403 ")
    assert (sockets.connects, canary.connects) == ([], 0)


def test_a_rebinding_name_is_connected_to_as_checked() -> None:
    """Each look-up gives another address: 50 tries, one look-up for each, never a socket to the private one."""
    with OddServer({"/": reply()}) as server:

        async def work(guard: Guard) -> list[bytes]:
            return [(await ask(guard, get(f"http://rebind.example:{server.port}/")))[9:12] for _ in range(50)]

        answers = through_guard(work, sockets := ToldSockets())
    assert sorted(answers) == [b"200"] * 25 + [b"403"] * 25
    assert sockets.connects == [PUBLIC] * 25
    assert sockets.lookups == 50


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n", b"HTTP/1.1 400 "),
        (b"nonsense\r\n\r\n", b"HTTP/1.1 400 "),
        (b"\x16\x03\x01\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET http://nobody.example/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 502 "),
        (b"GET http://news.example:1/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 502 "),
        (b"GET http://news.example/ HTTP/1.1\r\nX: " + b"y" * HEAD_BYTES + b"\r\n\r\n", b"HTTP/1.1 400 "),
    ],
)
def test_what_cannot_be_passed_on(sent: bytes, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "nobody.example", [])
    assert through_guard(lambda guard: ask(guard, sent), ToldSockets()).startswith(answer)


async def never_ends(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    await silence(writer)


@pytest.mark.parametrize("form", ["GET http://{}{} HTTP/1.1\r\n\r\n", "CONNECT {0} HTTP/1.1\r\n\r\nGET {1} HTTP/1.1\r\n\r\n"])
@pytest.mark.parametrize("path", ["/silent", "/half", "/endless", "/many-heads"])
def test_time_and_size_are_bounded(path: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "IDLE_SECONDS", 0.3)
    odd: dict[str, Answer] = {"/silent": silence, "/half": never_ends, "/endless": endless_chunks}
    odd["/many-heads"] = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100_000
    with OddServer(odd) as server:
        request = form.format(f"news.example:{server.port}", path).encode()
        assert len(through_guard(lambda guard: ask(guard, request))) <= 2**20


def test_a_connection_ends_however_busy_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "TOTAL_SECONDS", 0.5)

    async def drip(writer: asyncio.StreamWriter) -> None:
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    with OddServer({"/": drip}) as server:
        request = f"CONNECT news.example:{server.port} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n".encode()
        assert len(through_guard(lambda guard: ask(guard, request))) < 100


def test_connections_at_once_are_bounded() -> None:
    async def work(guard: Guard) -> bytes:
        held = [await asyncio.open_connection("127.0.0.1", guard.port) for _ in range(MOST_CONNECTIONS)]
        answer = await ask(guard, b"nonsense\r\n\r\n")
        for _, writer in held:
            writer.close()
        await asyncio.sleep(0.1)
        return answer + await ask(guard, b"nonsense\r\n\r\n")

    assert through_guard(work).startswith((b"(reset)HTTP/1.1 400 ", b"HTTP/1.1 400 "))


def test_why_a_host_was_not_reached() -> None:
    async def work(guard: Guard) -> list[str]:
        url = "http://inside.example/"
        await ask(guard, get(url))
        return [plain_reason(fault) for fault in (guard.fault(url), guard.fault("https://inside.example/")) if fault]

    assert through_guard(work) == ["127.0.0.1 is a loopback address, which may not be contacted unless ALLOW_PRIVATE_ADDRESSES is on"]
