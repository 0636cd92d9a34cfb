"""An address in, a connection to a checked IP address of its host out."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError

from crawler.download import AddressRefused
from crawler.net import find_fault, refuse

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HEAD_BYTES = 64 * 1024
"""Most of the head of an HTTP message."""
CONNECT_SECONDS = 10.0
"""For one IP address of a host."""

UNREACHED = (AddressRefused, CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError)
"""What `Sockets.open` raises."""


class Sockets:
    """Resolves a host once for each connection, and connects to an address that was checked, not to the name."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def open(self, url: str) -> Streams:
        """Connect to the first address that may be contacted and answers; raises one of UNREACHED."""
        if fault := find_fault(url, self._allow_private):
            raise AddressRefused(fault)
        host, _, port = authority(url).rpartition(":")
        try:
            addresses = await self.resolve(host, int(port))
        except (OSError, UnicodeError) as error:
            raise CannotResolveHostError(str(error)) from error
        failed: Exception = CannotResolveHostError(host)
        for address in addresses:
            if fault := refuse(address, self._allow_private):
                failed = AddressRefused(fault)
                continue
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await self.connect(address, int(port))
            except TimeoutError as error:
                failed = DownloadTimeoutError(str(error))
            except OSError as error:
                failed = DownloadConnectionRefusedError(str(error))
        raise failed

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host, best first; raises OSError or UnicodeError."""
        rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(row[4][0]) for row in rows))

    async def connect(self, address: str, port: int) -> Streams:
        """A connection to an IP address; raises OSError."""
        return await asyncio.open_connection(address, port, limit=HEAD_BYTES)


def authority(url: str) -> str:
    """"host:port", with the port of the scheme where none is written; raises ValueError."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
