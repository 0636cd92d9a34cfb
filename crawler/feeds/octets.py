"""The bytes of an answer → its text: unpacked, in the charset it really is in, without what no document may hold."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Literal

from crawler.feeds.feed import NotAFeed

LARGEST = 16 * 1024 * 1024
"""Bytes after decompression."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_SINGLE_BYTE = ("iso8859", "cp", "koi8", "mac", "gb", "big5", "euc", "shift")
_WESTERN = ("iso8859-1", "iso8859-15", "cp1252")
_HIGH = re.compile(rb"[\x80-\xff]+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")


def read_text(body: bytes, content_type: str) -> str:
    """The document's text. Raises NotAFeed for one that is empty or larger than LARGEST."""
    text = drop_forbidden(_decode(_unpack(body), content_type))
    text = _REFERENCE.sub(_keep_possible, text).strip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed("the answer is empty")
    return text


def drop_forbidden(text: str) -> str:
    """Without the characters that XML 1.0 forbids (section 2.2): NUL, controls, halves of a surrogate pair."""
    return _FORBIDDEN.sub("", text)


def _unpack(body: bytes) -> bytes:
    """Gzip undone, also one inside another (not more: a file can be made that unpacks to itself); up to where it is cut off."""
    for _ in range(2):
        if body[:2] != b"\x1f\x8b":
            break
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            body = unpacker.decompress(body, LARGEST + 1)
        except zlib.error:
            raise NotAFeed("the answer is a broken gzip file") from None
    if len(body) > LARGEST:
        raise NotAFeed(f"the answer is larger than {LARGEST // 2**20} MiB")
    return body


def _decode(body: bytes, content_type: str) -> str:
    """The first that fits: byte order mark, UTF-16 by its zeros, strict UTF-8 whatever the label, then the label.

    A label is believed last: feeds say utf-8 and are windows-1256, say windows-1256 and are UTF-8, or hold one item
    that was pasted in from elsewhere.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "ignore")
    if wide := _find_utf16(body):
        return body.decode(wide, "ignore")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        charset = _find_charset(body, content_type)
        return "<".join(_decode_piece(piece, charset) for piece in body.split(b"<"))


def _find_utf16(body: bytes) -> Literal["utf-16-le", "utf-16-be", ""]:
    """UTF-16 that nobody declared (annahar.com): every other byte of its ASCII beginning is zero."""
    head = body[:64]
    if head.count(0) < len(head) // 3 or len(head) < 4:
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _find_charset(body: bytes, content_type: str) -> str:
    """The charset of what is not UTF-8: the HTTP label before the XML one (RFC 7303); windows-1256 where both are useless."""
    inside = _DECLARED.search(body, 0, 1024)
    for match in (_CHARSET.search(content_type), inside):
        if match is None:
            continue
        label = match[1] if isinstance(match[1], str) else match[1].decode("ascii")
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if name.startswith(_SINGLE_BYTE) and not (name in _WESTERN and _is_arabic(body)):
            return name
    return "cp1256"


def _is_arabic(body: bytes) -> bool:
    """Whether bytes labelled as western are words of another script: runs of high bytes, where French has single ones."""
    runs = _HIGH.findall(body, 0, 2**18)
    return sum(map(len, runs)) > 2.5 * len(runs)


def _decode_piece(piece: bytes, charset: str) -> str:
    """One piece between two tags: UTF-8 where that explains more bytes than it leaves over (a text cut mid-letter)."""
    if piece.isascii():
        return piece.decode("ascii")
    valid = piece.decode("utf-8", "ignore")
    explained = len(valid.encode()) - sum(map(str.isascii, valid))
    if explained >= 2 * (len(piece) - len(valid.encode())):
        return valid
    return piece.decode(charset, "replace")


def _keep_possible(match: re.Match[str]) -> str:
    """The character reference, or nothing where it names no character (&#xD800; makes feedparser lose the whole feed)."""
    digits = match[1] or match[2]
    significant = digits.lstrip("0")[:9]  # more than any character has
    code = int(significant or "0", 16 if match[1] else 10)
    is_possible = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return match[0] if is_possible else ""
