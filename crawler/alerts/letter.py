"""An alert in, the octets of the mail that tells it out: headers that thread, filter and never inject."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email.utils import format_datetime

from crawler.alerts import phrases
from crawler.alerts.inert import clean_line, encode_header, encode_words
from crawler.alerts.markup import write_html
from crawler.alerts.messages import Style
from crawler.alerts.mime import build
from crawler.alerts.plain import write_plain
from crawler.items import Alert


def write_letter(alert: Alert, style: Style, sender: tuple[str, str], recipients: Sequence[str]) -> bytes:
    """The whole message, ending lines with CRLF. `sender` is (name, address); addresses are clean ASCII."""
    name, address = sender
    domain = address.rpartition("@")[2]
    headers = [
        ("Date", format_datetime(alert.created_at)),
        ("From", f"{_phrase(name)} <{address}>" if name else address),
        ("To", ",\r\n ".join(recipients)),
        ("Subject", encode_header(phrases.subject(alert, style))),
        ("Message-ID", f"<{alert.id}@{domain}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no vacation answers, please
        ("X-Auto-Response-Suppress", "All"),  # the same for Exchange
    ]
    if len(alert.items) == 1:  # the first message of a thread that nobody received: all mails of the watch about the story answer it
        story = alert.items[0].story
        headers.append(("References", f"<story_{_hash(alert.watch, story.id, story.first_seen_at)}@{domain}>"))
    if alert.watch:
        headers.append(("List-Id", f"{_phrase(alert.watch)}\r\n <{_list_name(alert.watch)}.{domain}>"))  # RFC 2919
    return build(headers, write_plain(alert, style), write_html(alert, style))


def _list_name(watch: str) -> str:
    """A watch's name where it is made of ASCII letters, digits, - and _, else a hash of it."""
    return watch if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", watch) else _hash(watch)


def _phrase(name: str) -> str:
    """A display name that may stand before <…>: encoded as soon as a sign in it could mean something (RFC 5322)."""
    name = clean_line(name, 100)
    return name if re.fullmatch(r"[A-Za-z0-9_ -]+", name) else encode_words(name)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:24]
