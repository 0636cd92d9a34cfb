"""Outside text in; the same text as something that only says and never does: a line, a header value, HTML."""

from __future__ import annotations

import binascii
import html
import quopri
import re
from base64 import b64encode

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ENCODED_WORD = re.compile(r"=\?([\w.-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)
_WORD_OCTETS = 42
"""Octets of text in one encoded word: with its frame 70 characters, so that `Subject: ` stays within 78 on a line."""

RLM, FSI, PDI = "\N{RIGHT-TO-LEFT MARK}", "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def clean_line(text: str, limit: int = 500) -> str:
    """One line: no controls, line breaks, surrogates or direction overrides; RFC 2047 words read; cut at a length.

    Encoded words are read first and cleaned with the rest: a mail program that reads them twice must find no
    line break in there (CVE-2024-6923).
    """
    text = _ENCODED_WORD.sub(_read_word, text[: 20 * limit]).replace("=?", "= ?")
    text = re.sub(r"\s+", " ", _BIDI.sub("", _CONTROLS.sub(" ", text))).strip()
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _read_word(word: re.Match[str]) -> str:
    charset, kind, payload = word.groups()
    raw = payload.encode("ascii", "ignore")
    try:
        octets = quopri.decodestring(raw, header=True) if kind in "qQ" else binascii.a2b_base64(raw + b"==")
        return octets.decode(charset, "replace")
    except (ValueError, LookupError):  # broken base64, an unknown charset
        return " "


def isolate(text: str) -> str:
    """Keep text of either direction from reordering what stands around it (UAX #9)."""
    return f"{FSI}{text}{PDI}" if text else ""


def escape(text: str) -> str:
    """A cleaned line for HTML text and attributes in double quotes."""
    return html.escape(clean_line(text, 20_000), quote=True)


def safe_url(url: str) -> str:
    """An http(s) address in ASCII without blanks, to link to; empty for anything else (javascript:, data:, broken)."""
    if not re.match(r"https?://[^\s/?#]", url, re.IGNORECASE):
        return ""
    octets = "".join(char for char in url if char > " " and char != "\x7f").encode("utf-8", "ignore")
    return "".join(chr(octet) if 0x20 < octet < 0x7F and chr(octet) not in '"<>\\^`{|}\'' else f"%{octet:02X}" for octet in octets)


def encode_header(text: str) -> str:
    """A cleaned line as the value of a header without structure: as it is where it is short ASCII, else encoded words."""
    return text if re.fullmatch(r"[\x20-\x7e]{1,60}", text) and "=?" not in text else encode_words(text)


def encode_words(text: str) -> str:
    """A cleaned line in RFC 2047 encoded words, one on a folded line, none of them cutting a character."""
    words, word = [], b""
    for char in text:
        octets = char.encode("utf-8")
        if len(word) + len(octets) > _WORD_OCTETS:
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in [*words, word])
