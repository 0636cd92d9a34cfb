"""A folder and loopback addresses in; a running static web server out: nginx, or a small one in Python where there is none.

`python benchmarks/serving.py FOLDER PORT ADDRESS…` is the small one.
"""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN, ENDS_WITHIN = 10.0, 5.0
"""Seconds."""
_SBIN = "/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
"""Where nginx stands on systems that leave it off people's PATH."""
_CONFIG = """daemon off; master_process off; worker_processes 1; pid {run}/nginx.pid; error_log {run}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  types {{ text/html html; application/rss+xml xml; }} charset utf-8; charset_types application/rss+xml;
  client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  server {{ {listen} root {folder}; }}
}}
"""


def find_nginx() -> str | None:
    """The nginx program, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path=_SBIN)


def find_places(count: int) -> tuple[list[str], int]:
    """Loopback addresses from 127.0.0.2 up with one free port for all; 127.0.0.1 alone where loopback has no others (macOS)."""
    for addresses in ([f"127.0.0.{place}" for place in range(2, count + 2)], ["127.0.0.1"]):
        if port := _free_port(addresses):
            return addresses, port
    raise OSError(errno.EADDRNOTAVAIL, "no loopback address can be used")


def _free_port(addresses: Sequence[str]) -> int:
    """A port free on all of them; 0 when there is none or an address is not ours."""
    port = 0
    try:
        for address in addresses:
            with socket.create_server((address, port)) as listening:
                port = port or listening.getsockname()[1]
    except OSError:
        return 0
    return port


@contextmanager
def serve(folder: Path, run: Path, addresses: Sequence[str], port: int, nginx: str | None) -> Iterator[str]:
    """Serve the folder until the block ends; what serves it. `run` is a folder for the server's own files."""
    if nginx:
        listen = " ".join(f"listen {address}:{port};" for address in addresses)
        (run / "nginx.conf").write_text(_CONFIG.format(run=run, folder=folder, listen=listen), encoding="utf-8")
        command = [nginx, "-p", str(run), "-e", str(run / "error.log"), "-c", str(run / "nginx.conf")]
    else:
        command = [sys.executable, __file__, str(folder), str(port), *addresses]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(server, addresses[-1], port)
        yield "nginx, one worker" if nginx else "a small Python server (there is no nginx)"
    finally:
        server.terminate()
        try:
            server.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(server: subprocess.Popen[bytes], address: str, port: int) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the web server did not start (exit status {server.poll()})")


def main(folder: str, port: str, *addresses: str) -> None:
    """Serve with aiohttp until ended."""
    from aiohttp import web  # who has nginx does not wait for it

    app = web.Application()
    app.router.add_static("/", folder)
    web.run_app(app, host=addresses, port=int(port), print=lambda *_: None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
