"""Text as a feed carries it, perhaps with markup → plain text of a bounded length."""

from __future__ import annotations

import re
from html import unescape

from crawler.feeds.octets import drop_forbidden

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_CONTENT, LONGEST_GUID, LONGEST_NAME = 500, 10_000, 1_000_000, 1_000, 200
"""Code points that are kept."""

_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_UNSEEN = re.compile(r"<(script|style)\b|<!--", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?")
_LONG_CODES = {"ara": "ar", "eng": "en", "fra": "fr", "fre": "fr", "tur": "tr", "fas": "fa", "per": "fa", "heb": "he"}


def plain(markup: str, longest: int) -> str:
    """Text without tags, scripts, comments and controls, entities decoded, blanks single; at most `longest` code points."""
    text = unescape(_TAG.sub(" ", _drop_unseen(markup)) if "<" in markup else markup)
    return " ".join(drop_forbidden(text).split())[:longest].rstrip()


def find_language(code: str) -> str:
    """ISO 639-1 from what feeds write (ar-SA, ar_EG, ara); empty when it is none."""
    code = code.strip().lower()
    match = _LANGUAGE.fullmatch(code)
    return match[1] if match else _LONG_CODES.get(code, "")


def _drop_unseen(markup: str) -> str:
    """Without what a browser does not show. Linear: an element that is never closed ends the text."""
    kept, at = [], 0
    while match := _UNSEEN.search(markup, at):
        kept.append(markup[at : match.start()])
        end = f"</{match[1]}" if match[1] else "-->"
        found = re.compile(re.escape(end) + (r"[^<>]*>" if match[1] else ""), re.IGNORECASE).search(markup, match.end())
        if not found:
            return "".join(kept)
        at = found.end()
    return "".join(kept) + markup[at:]
