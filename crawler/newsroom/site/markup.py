"""Plain text comes in, escaped HTML that every page kind is put together from goes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any

_SENTENCE_END = re.compile(r"[.!؟:…»”\"\)]$")
_LONGEST_CROSSHEAD = 90


def document(title: str, body: str, head: str = "") -> str:
    """A whole page; `title` is plain text, `body` and `head` are HTML."""
    return (
        '<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def meta(**contents: str) -> str:
    """<meta> lines; og_title stands for og:title, names without underscore are plain names."""
    return "\n".join(
        f'<meta {"property" if "_" in name else "name"}="{name.replace("_", ":", 1)}" content="{escape(text)}">'
        for name, text in contents.items()
        if text
    )


def json_ld(thing: dict[str, Any]) -> str:
    """A script of structured data; no text in it can end the script."""
    text = json.dumps({"@context": "https://schema.org", **thing}, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def paragraphs(texts: Iterable[str], crosshead: str = "p") -> list[str]:
    """Each text in <p>; cross-heads (short, no sentence) in the element named."""
    return [f"<{tag}>{escape(text)}</{tag}>" for text in texts for tag in [crosshead if is_crosshead(text) else "p"]]


def is_crosshead(text: str) -> bool:
    """A line in the form of a headline."""
    return len(text) <= _LONGEST_CROSSHEAD and not _SENTENCE_END.search(text)


def glued(texts: Iterable[str], tag: str = "a") -> str:
    """Links or labels side by side without a space between, as many sites print them."""
    opening = f'{tag} href="#"' if tag == "a" else tag
    return "".join(f"<{opening}>{escape(text)}</{tag}>" for text in texts)
