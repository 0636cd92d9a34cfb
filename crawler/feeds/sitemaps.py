"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google News 0.9) → what they announce."""

from __future__ import annotations

import re
from html.entities import html5
from xml.parsers import expat

from crawler.feeds.entries import Announced
from crawler.feeds.feed import MOST_ENTRIES, NotAFeed

_DEEPEST = 64
_ENTITY = re.compile(r"&(?:#|(\w{1,32});)?")
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}


class _Enough(Exception):  # noqa: N818 - ends the reading
    """As many rows as a sitemap may hold."""


class _Rows:
    """Collects `<url>` and `<sitemap>` elements as {"url/loc": …, "news/title": …}; names count without their prefixes."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.path: list[str] = []
        self.text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= _DEEPEST or len(self.rows) > MOST_ENTRIES:
            raise _Enough
        self.path.append(_local(name))
        self.text.clear()
        if self.path[-1] in ("url", "sitemap"):
            self.rows.append({})

    def data(self, text: str) -> None:
        self.text.append(text)

    def end(self, name: str) -> None:
        if self.rows and len(self.path) > 1:
            value = "".join(self.text).strip()
            self.rows[-1].setdefault(f"{self.path[-2]}/{_local(name)}", value)
        self.text.clear()
        self.path.pop()


def read_sitemap(text: str) -> list[Announced]:
    """The rows of a sitemap, in order. Raises NotAFeed when it breaks before the first."""
    return [
        Announced(
            link=row["url/loc"],
            title=row.get("news/title", ""),
            published=row.get("news/publication_date", ""),
            updated=row.get("url/lastmod", ""),
            language=row.get("publication/language", ""),
            tags=tuple(re.split("[,،]", row.get("news/keywords", ""))),
            image=row.get("image/loc", ""),
        )
        for row in _read_rows(text)
        if row.get("url/loc")
    ]


def read_index(text: str) -> list[str]:
    """The addresses of an index's children, as written."""
    return [row["sitemap/loc"] for row in _read_rows(text) if row.get("sitemap/loc")]


def _read_rows(text: str) -> list[dict[str, str]]:
    """All rows up to the end, the limit, or the place where the document breaks off."""
    found = _Rows()
    parser = expat.ParserCreate("utf-8")  # without namespaces: an undeclared news: is no reason to lose the rows
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = found.start, found.end, found.data
    try:
        parser.Parse(_mend_entities(text).encode("utf-8"), True)
    except _Enough:
        pass
    except expat.ExpatError:
        if not found.rows:
            raise NotAFeed("the sitemap is broken XML") from None
    return found.rows[:MOST_ENTRIES]


def _mend_entities(text: str) -> str:
    """«&» written alone (`?a=1&b=2`) and names that only HTML knows, as XML; CDATA sections as they are."""
    kept, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", start)
        end = len(text) if end < 0 else end
        kept += [_ENTITY.sub(_mend, text[at:start]), text[start:end]]
        at = end
    return "".join(kept) + _ENTITY.sub(_mend, text[at:])


def _mend(match: re.Match[str]) -> str:
    if match[0] == "&#" or match[1] in _OF_XML:
        return match[0]
    return html5.get(f"{match[1]};") or "&amp;" + match[0][1:]


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
