"""Header values, plain text and HTML in; the octets of one mail out, whatever the text holds.

Written by hand, not with the standard library's generator: before 3.11.10 that one writes line breaks found in
encoded words into the header (CVE-2024-6923), and its later fixes raise where a cleaned alert should go out.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Sequence
from hashlib import sha256

_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_VALUE = re.compile(r"[\x20-\x7e]+(?:\r\n [\x20-\x7e]+)*")
_LINE_OCTETS = 998


def build(headers: Sequence[tuple[str, str]], text: str, html: str) -> bytes:
    """A multipart/alternative message (RFC 2046). Header values are ASCII, folded where they need to be.

    Raises ValueError for a header that was not made ready: nothing unclean leaves, whoever calls.
    """
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or max(map(len, f"{name}: {value}".split("\r\n"))) > _LINE_OCTETS:
            raise ValueError(f"the header {name} is not clean")
    boundary = f"=_{sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"
    frame = [*headers, ("MIME-Version", "1.0"), ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"')]
    head = "".join(f"{name}: {value}\r\n" for name, value in frame)
    parts = "".join(f"--{boundary}\r\n{_part(kind, body)}" for kind, body in (("plain", text), ("html", html)))
    return f"{head}\r\n{parts}--{boundary}--\r\n".encode("ascii")


def _part(kind: str, body: str) -> str:
    octets = re.sub(r"\r?\n", "\r\n", body).encode("utf-8", "replace")
    lines = encodebytes(octets).decode("ascii").replace("\n", "\r\n")
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}'
