"""Bytes from one connection to another, within bounds of time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Self

from crawler.browser.heads import Head, HeadError
from crawler.browser.sockets import Streams

IDLE_SECONDS = 30.0
"""Without a byte in either direction."""
TOTAL_SECONDS = 300.0
"""A connection's whole life."""
_READ = 64 * 1024


class Transfer:
    """What may pass through one connection; as a context manager it raises TimeoutError when the time is over."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes

    async def __aenter__(self) -> Self:
        now = asyncio.get_running_loop().time()
        self._end = now + TOTAL_SECONDS
        self._timeout = asyncio.timeout_at(now + IDLE_SECONDS)
        await self._timeout.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._timeout.__aexit__(*error)  # type: ignore[arg-type]

    async def both_ways(self, browser: Streams, server: Streams) -> None:
        """A tunnel, until one end closes it or the bytes are used up; raises OSError."""
        await _first(self._copy(browser[0], server[1]), self._copy(server[0], browser[1]))

    async def one_message(self, head: Head, browser: Streams, server: Streams) -> None:
        """A request and its response; raises OSError, and HeadError for a request whose end cannot be told."""
        length = head.length()
        server[1].write(head.for_one_message(head.start[0], head.path(), b"HTTP/1.1"))
        await self._copy(browser[0], server[1], length)
        answer = await self._final_head(server[0])
        browser[1].write(answer.for_one_message(b"HTTP/1.1", *answer.start[1:]))
        await _first(self._copy(server[0], browser[1]), browser[0].read(1))

    async def _final_head(self, reader: asyncio.StreamReader) -> Head:
        """The head of the response, without interim ones (1xx) before it, which a page does not need; raises OSError."""
        while True:
            try:
                raw = await reader.readuntil(b"\r\n\r\n")
                head = Head.parse(raw)
            except (HeadError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                raise ConnectionAbortedError("no valid HTTP response") from error
            self._count(len(raw))
            if not head.start[1].startswith(b"1"):
                return head

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int | None = None) -> None:
        """`length` bytes, or all until the reader's end; raises OSError, also when the bytes are used up."""
        while length != 0 and (part := await reader.read(min(_READ, length or _READ))):
            self._count(len(part))
            if length is not None:
                length -= len(part)
            writer.write(part)
            await writer.drain()

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise ConnectionAbortedError("more bytes than a connection may carry")
        self._timeout.reschedule(min(asyncio.get_running_loop().time() + IDLE_SECONDS, self._end))


async def _first(*works: Coroutine[Any, Any, object]) -> None:
    """Until the first of them ends; the others are given up. Raises what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
