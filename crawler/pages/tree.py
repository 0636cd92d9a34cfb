"""HTML text in; one lxml tree out, and what a selector finds in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias, cast

from lxml import etree, html
from parsel.csstranslator import css2xpath

from crawler.pages.refusals import NotAnArticle

Element: TypeAlias = html.HtmlElement

MAX_CHARACTERS = 16 * 1024 * 1024
MAX_LEVELS = 2_000
"""libxml2 2.14 drops, without a word, the text below its 2,048th level."""

_CONTROLS = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F))
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""One class for all elements: `html.HTMLParser` asks a Python function for the class of each."""
_TAG = re.compile(r"<(?:(/?)([a-z][a-z0-9:-]*)|(!--))", re.IGNORECASE)
_NEVER_DEEP = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
        *("p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot"),
        *("option", "colgroup", "html", "head", "body", "path", "circle", "rect", "g", "use", "line", "polygon"),
    )
)
"""Elements without content, or that the next of their kind closes: many pages never close them."""


def squeeze(text: str) -> str:
    """Runs of any white space become one space; ends trimmed."""
    return " ".join(text.replace("\u200b", " ").replace("\ufeff", " ").split())


def parse_html(text: str) -> Element:
    """The page's one tree; raises NotAnArticle for a page that is empty, oversized or nested beyond reason.

    Depth is counted on the text first: what a parser drops cannot be missed afterwards.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotAnArticle(f"the page is larger than {MAX_CHARACTERS // 1024**2} MiB")
    if not text.strip():
        raise NotAnArticle("the page is empty")
    if _too_deep(text):
        raise NotAnArticle(f"the page is nested more than {MAX_LEVELS:,} levels deep")
    body = text.encode("utf-8", "replace").translate(None, _CONTROLS)  # a fifth of the time that a pattern on the text takes
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise NotAnArticle("the page holds no HTML") from None
    return root


def _too_deep(text: str) -> bool:
    """Counts open elements in one pass; comments and scripts are stepped over."""
    if text.count("<") <= MAX_LEVELS:
        return False
    level = position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        name = tag[2].lower() if tag[2] else ""
        if tag[3] or (name in ("script", "style") and not tag[1]):
            position = text.find("-->" if tag[3] else f"</{tag[2]}", position)
            if position < 0:
                return False
        elif name not in _NEVER_DEEP:
            level = max(0, level - 1) if tag[1] else level + 1
            if level > MAX_LEVELS:
                return True
    return False


@lru_cache(maxsize=1024)
def _xpath(css: str) -> etree.XPath:
    return etree.XPath(css2xpath(css))


def evaluate(root: Element, css: str) -> list[Element | str]:
    """What the selector finds: elements, or texts for `::attr(x)` and `::text`."""
    return cast("list[Element | str]", _xpath(css)(root))


def select(root: Element, css: str) -> list[Element]:
    """Elements that the selector finds, outermost only, in reading order."""
    found = [node for node in evaluate(root, css) if not isinstance(node, str)]
    inside = set(found)
    return [node for node in found if not any(parent in inside for parent in node.iterancestors())]


def ancestors(node: Element) -> Iterator[Element]:
    """The element itself, then its ancestors."""
    yield node
    yield from node.iterancestors()
