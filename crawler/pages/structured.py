"""One tree in; out comes what the page says about itself to machines: JSON-LD, microdata and meta tags."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any, cast

from lxml import etree

from crawler.pages.blocks import MOST_FOUND, text_of
from crawler.pages.tree import Element, squeeze

ARTICLE_TYPES = frozenset(
    (
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "SatiricalArticle",
    )
)
"""schema.org types that are an article of this page."""
LIST_TYPES = frozenset(("CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"))
VIDEO_TYPES = frozenset(("VideoObject", "Clip", "Movie", "TVEpisode"))

Node = dict[str, Any]

_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA[")
_CLOSINGS = (";", "-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_SCOPES = etree.XPath("//@itemtype/parent::*[@itemscope]")
"""Items with a type; to ask for the rare attribute first takes a quarter of the time."""
_MANY = 20_000
"""Nodes of one page that are looked at: a bound, not a limit that real pages meet."""
_WITHIN_ARTICLE = ("@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate", "hasPart", "article")
"""Keys under which the page's own article stands; not itemListElement, whose articles are other pages."""


def load_json_ld(text: str) -> list[Any]:
    """The values in one `ld+json` script; [] when it cannot be read.

    Repairs what publishers really send: wrapped in a comment or CDATA, line breaks inside strings, a comma before
    a closing bracket, backslashes before letters that take none, the whole text HTML-escaped, several objects in a row.
    """
    for repaired in _repairs(_unwrap(text)):
        try:
            return list(_decode_all(repaired))
        except (ValueError, RecursionError):
            continue
    return []


def _unwrap(text: str) -> str:
    for opening in _OPENINGS:
        text = text.strip().removeprefix(opening)
    for closing in _CLOSINGS:
        text = text.strip().removesuffix(closing)
    return text.strip()


def _repairs(text: str) -> Iterator[str]:
    yield text
    comma = _TRAILING_COMMA.sub(r"\1", text)
    yield comma
    yield _BAD_ESCAPE.sub(r"\\\\", comma)
    if "&quot;" in text:
        yield html.unescape(comma)


def _decode_all(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        yield value
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1


def types(node: Node) -> set[str]:
    """The node's schema.org types, without their namespace."""
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    return {str(name).rsplit("/", 1)[-1] for name in names if name}


def strings(value: Any) -> list[str]:
    """The plain texts in a JSON-LD value: a string, a list of them, or objects with a name."""
    found: list[str] = []
    waiting = deque([value])
    for _ in range(_MANY):
        if not waiting:
            break
        item = waiting.popleft()
        if isinstance(item, str | int | float) and not isinstance(item, bool):
            found.append(squeeze(unescape(str(item))))
        elif isinstance(item, list):
            waiting.extendleft(reversed(item[:_MANY]))
        elif isinstance(item, dict):
            waiting.appendleft(item.get("name") or item.get("@value") or "")
    return [text for text in found if text]


def unescape(text: str) -> str:
    """HTML entities, once or twice escaped (LBCI writes `&quot;` inside JSON)."""
    once = html.unescape(text)
    return html.unescape(once) if "&" in once else once


def urls(value: Any) -> list[str]:
    """The addresses in a JSON-LD image value: strings, lists, or ImageObjects with a url."""
    found: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        address = item
        for _ in range(3):  # an ImageObject's url may be an object again
            if isinstance(address, dict):
                address = address.get("url") or address.get("contentUrl") or address.get("@id")
        found += [address.strip()] if isinstance(address, str) and address.strip() else []
    return found


class Structured:
    """What one page says to machines."""

    def __init__(self, root: Element) -> None:
        self.nodes: list[Node] = list(_article_level(_json_ld(root)))
        self.meta: dict[str, list[str]] = _meta(root)
        self.props: dict[str, list[str]] = _microdata(root)
        self.types: set[str] = {name for node in self.nodes for name in types(node)}

    @cached_property
    def articles(self) -> list[Node]:
        """Nodes that are an article of this page, the most telling first."""
        found = [node for node in self.nodes if types(node) & ARTICLE_TYPES]
        return sorted(found, key=lambda node: -sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody")))

    def json_ld(self, *keys: str) -> list[Any]:
        """Values of the first of these keys that an article node has, for every article node."""
        values = (next((node[key] for key in keys if node.get(key)), None) for node in self.articles)
        return [value for value in values if value is not None]

    def meta_texts(self, *names: str) -> list[tuple[str, str]]:
        """(name, content) of these meta tags, in the order asked for."""
        return [(name, text) for name in names for text in self.meta.get(name, ())]

    def site_names(self) -> list[str]:
        """How the page names its site."""
        found = [text for _, text in self.meta_texts("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site")]
        for node in self.nodes:
            if types(node) & {"Organization", "NewsMediaOrganization", "WebSite"}:
                found += strings(node.get("name")) + strings(node.get("alternateName"))
            found += strings(node.get("publisher"))
        return list(dict.fromkeys(found))


def _json_ld(root: Element) -> Iterator[Any]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield from load_json_ld(script.text)


def _article_level(values: Iterator[Any]) -> Iterator[Node]:
    """Nodes on the level of the page itself: top-level ones, those in `@graph`, and the main entity of each."""
    waiting = deque(values)
    for _ in range(_MANY):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extendleft(reversed(value[:_MANY]))
        elif isinstance(value, dict):
            yield value
            waiting.extendleft(value[key] for key in reversed(_WITHIN_ARTICLE) if isinstance(value.get(key), dict | list))


def _meta(root: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        if name and (text := squeeze(unescape(node.get("content") or ""))):
            found.setdefault(name, []).append(text)
    return found


def _microdata(root: Element) -> dict[str, list[str]]:
    """Properties of the page's article item; an item without a known article type is somebody else's."""
    found: dict[str, list[str]] = {}
    scope = next((node for node in cast("list[Element]", _SCOPES(root)) if _itemtype(node) & ARTICLE_TYPES), None)
    if scope is None:
        return found
    for node in islice(scope.iterfind(".//*[@itemprop]"), MOST_FOUND):
        name = node.get("itemprop")
        if name == "articleBody":
            continue
        value = node.get("content") or node.get("datetime") or node.get("src") or node.get("href")
        if text := squeeze(value or text_of(node)):
            found.setdefault(name, []).append(text)
    return found


def _itemtype(node: Element) -> set[str]:
    return {part.rstrip("/").rsplit("/", 1)[-1] for part in (node.get("itemtype") or "").split()}
