"""The bytes of a page in, its text out: the encoding that the bytes prove, not the one that somebody declared."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_WESTERN = {"iso8859-1", "cp1252", "ascii"}
"""What servers declare by default: on an Arabic page it is windows-1256 mislabelled."""
_ARABIC = re.compile(r"[\u0621-\u064a]")
_LETTERS = re.compile(r"[^\W\d_]")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page; never raises.

    Order: byte order mark, UTF-16 by its zero bytes, strict UTF-8, the declared encoding (HTTP, then `<meta>`),
    windows-1256 when that gives Arabic, else UTF-8 with the broken bytes replaced.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if (wide := _wide(body)) is not None:
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if _nearly_utf8(body, error.start):
            return body.decode("utf-8", "replace")
    return _single_byte(body, content_type)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so every second byte of `<h` is zero."""
    head = body[:64].lstrip(b" \r\n\t\x00")
    if b"\x00" not in body[:64]:
        return None
    if head.startswith(b"<") and head[1:2] == b"\x00":
        return "utf-16-le" if body.index(b"<") % 2 == 0 else "utf-16-be"
    return None


def _nearly_utf8(body: bytes, start: int) -> bool:
    """A page cut or damaged in a few places is still UTF-8: almost all of its high bytes decode."""
    window = body[max(0, start - 20_000) : start + 200_000]
    high = sum(byte >= 0x80 for byte in window)
    lost = window.decode("utf-8", "replace").count("\ufffd")
    return lost * 20 < high


def _single_byte(body: bytes, content_type: str) -> str:
    names = _DECLARED.findall(content_type.encode("ascii", "ignore")) + _DECLARED.findall(body[:4096])
    for declared in names:
        try:
            codec = codecs.lookup(declared.decode("ascii"))
        except LookupError:
            continue
        if codec.name in _WESTERN | {"utf-8"}:  # mislabelled, or has just failed
            continue
        try:
            return body.decode(codec.name, "replace")
        except LookupError:  # Python knows codecs that are no text encodings ("base64")
            continue
    arabic = body.decode("cp1256", "replace")
    letters = len(_LETTERS.findall(arabic[:200_000]))
    if letters and len(_ARABIC.findall(arabic[:200_000])) * 20 > letters:
        return arabic
    return body.decode("utf-8", "replace")
