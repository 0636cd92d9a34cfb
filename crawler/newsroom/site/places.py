"""A number of outlets comes in, a listening loopback socket for each goes out."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack

_TRIES = 20


def take_places(count: int, port: int) -> list[socket.socket]:
    """127.0.0.2 and up with one port for all; where loopback has one address, 127.0.0.1 and ports of their own.

    Port 0 takes free ones. OSError (EADDRINUSE) when the port asked for is in use.
    """
    for _ in range(_TRIES):
        try:
            return _own_hosts(count, port)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:  # macOS gives loopback one address
                return _listen_all(("127.0.0.1", port and port + place) for place in range(count))
            if error.errno != errno.EADDRINUSE or port:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free on all loopback addresses")


def _own_hosts(count: int, port: int) -> list[socket.socket]:
    with ExitStack() as undo:
        first = undo.enter_context(_listen("127.0.0.2", port))
        others = _listen_all((f"127.0.0.{place}", first.getsockname()[1]) for place in range(3, count + 2))
        undo.pop_all()
        return [first, *others]


def _listen_all(addresses: Iterable[tuple[str, int]]) -> list[socket.socket]:
    """All or none."""
    with ExitStack() as undo:
        taken = [undo.enter_context(_listen(host, port)) for host, port in addresses]
        undo.pop_all()
        return taken


def _listen(host: str, port: int) -> socket.socket:
    with ExitStack() as undo:
        listening = undo.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
        listening.setblocking(False)
        undo.pop_all()
        return listening
