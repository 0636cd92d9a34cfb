"""The browser's connections come in, checked ones go out: a loopback HTTP proxy that asks the address guard before each socket."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self

from crawler.browser.heads import Head, HeadError
from crawler.browser.sockets import HEAD_BYTES, UNREACHED, Sockets, Streams, authority
from crawler.browser.transfer import Transfer
from crawler.download import AddressRefused, plain_reason

MOST_CONNECTIONS = 64
"""At once; Chromium itself opens 32 at most through one proxy."""
MOST_FAULTS = 200


class Guard:
    """The proxy of one browser.

    Chromium is told to send everything through it, loopback included, so that nothing which a page can think of
    (scripts, frames, sockets, workers, redirects) connects anywhere else. One HTTP message or one tunnel
    (CONNECT, RFC 9110, section 9.3.6) a connection: what follows a message could be meant for another host.
    """

    def __init__(self, sockets: Sockets, most_bytes: int) -> None:
        """`most_bytes` pass through one connection at most, both ways together."""
        self._sockets, self._most_bytes = sockets, most_bytes
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: dict[str, Exception] = {}
        self.refused = 0
        """Connections that were not made because of the address."""

    async def open(self) -> Self:
        """Listen; raises OSError."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        """Stop listening and end all connections."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def fault(self, url: str) -> Exception | None:
        """Why the latest try to reach the host of this URL failed, as one of UNREACHED; None when it did not."""
        return self._faults.get(authority(url))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            if len(self._tasks) > MOST_CONNECTIONS:
                raise ConnectionAbortedError("too many connections at once")
            await self._pass_on((reader, writer))
        except (HeadError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            _answer(writer, b"400 Bad Request", "no HTTP message that can be passed on")
        except (OSError, TimeoutError):
            writer.transport.abort()
        except asyncio.CancelledError:  # by close() alone, which knows; asyncio logs a server's task that ends so as a fault
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass_on(self, browser: Streams) -> None:
        """One message or one tunnel."""
        async with Transfer(self._most_bytes) as transfer:
            head = Head.parse(await browser[0].readuntil(b"\r\n\r\n"))
            is_tunnel = head.start[0] == b"CONNECT"
            target = head.start[1].decode("latin-1")
            if not is_tunnel:
                head.path()  # raises for what is neither
            server = await self._reach(f"https://{target}" if is_tunnel else target, browser[1])
            if server is None:
                return
            try:
                if is_tunnel:
                    browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await transfer.both_ways(browser, server)
                else:
                    await transfer.one_message(head, browser, server)
            finally:
                server[1].close()

    async def _reach(self, url: str, browser: asyncio.StreamWriter) -> Streams | None:
        """A connection to the host of a URL; None when there is none, which the browser is told."""
        try:
            server = await self._sockets.open(url)
        except UNREACHED as fault:
            self._remember(url, fault)
            _answer(browser, b"403 Forbidden" if isinstance(fault, AddressRefused) else b"502 Bad Gateway", plain_reason(fault))
            return None
        self._faults.pop(authority(url), None)
        return server

    def _remember(self, url: str, fault: Exception) -> None:
        self.refused += isinstance(fault, AddressRefused)
        with suppress(ValueError):  # the address cannot be read, which is the fault
            self._faults[authority(url)] = fault
        while len(self._faults) > MOST_FAULTS:
            del self._faults[next(iter(self._faults))]


def _answer(writer: asyncio.StreamWriter, status: bytes, sentence: str) -> None:
    body = sentence.encode()
    fields = b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close" % len(body)
    writer.write(b"HTTP/1.1 " + status + b"\r\n" + fields + b"\r\n\r\n" + body)
