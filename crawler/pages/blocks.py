"""Elements of a page's tree in; their text out as blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from crawler.pages.tree import Element, evaluate, squeeze

MOST_BLOCKS = 20_000
"""A real page has a few hundred, an archive of comments a few thousand."""
MOST_TEXT = 1_000_000
"""Characters of one page that are read; the longest reports have a tenth of this."""
_ALL_LINKED = 0.9
MOST_FOUND = 200
"""Texts that one selector may give."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _words(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr html li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNREAD = _words(
    "script style noscript template head iframe svg select option textarea button input object embed video audio canvas map "
    "title meta link datalist math bannerinjection nav"
)
"""Scripts, what no reader sees, and menus: half of many a page, and no article stands in them."""
_FRAME = frozenset(("body", "html", "main", "article", "form"))
_AROUND = frozenset(("nav", "footer", "aside", "menu"))
_AROUND_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|mega-?menu|breadcrumbs?|sidebar|side-?bar|footer|cookies?|consent|gdpr|login|signin|popup|modal"
    r"|newsletter|subscribe"
    r"|share|sharing|social|addtoany|heateor|sharedaddy|comments?|respond|disqus|related|more-on|most-?read|popular|trending|ticker"
    r"|breaking-?bar"
    r"|tags?|tagcloud|tag-?list|ads?|advert\w*|banner|sponsor\w*|promo|author-?box|byline|post-?meta|entry-?meta|meta|pagination|pager"
    r"|prevnext|masthead"
    r"|topbar|top-bar|widget|copyright|print|breadcrumbs?|recommend\w*|read-?also|readmore|also-?read|toolbar|hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:caption|captions|wp-caption-text|img-?caption|photo-?caption|image-?caption|credit|photocredit)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EMBED_CLASS = re.compile(
    r"(?:^|\s)(?:twitter-tweet|twitter-video|instagram-media|fb-post|tiktok-embed|telegram-post|wp-embedded-content)(?:$|\s)"
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Block:
    """A run of text between two block-level boundaries."""

    element: Element
    """The nearest block-level element around it."""
    around: Element | None
    """The nearest element around it that is navigation, a share bar, a related box or the like, by its tag or class name."""
    caption: bool
    text: str = ""
    linked: int = 0
    """How many of its characters stand inside links."""
    href: str = ""
    """Its first link, as written."""
    after_image: bool = False
    """An image stands between it and the text before it."""

    @property
    def heading(self) -> bool:
        return self.element.tag in HEADINGS

    @property
    def link_share(self) -> float:
        return self.linked / len(self.text) if self.text else 0.0

    @property
    def all_linked(self) -> bool:
        """A link, and hardly anything beside it."""
        return self.link_share > _ALL_LINKED


def select_texts(root: Element, css: str) -> list[str]:
    """Texts of what the selector finds (`::attr(x)` and `::text` work), empty ones left out."""
    found = (squeeze(node if isinstance(node, str) else text_of(node)) for node in evaluate(root, css)[:MOST_FOUND])
    return [text for text in found if text]


def text_of(node: Element) -> str:
    """All text of an element on one line; block boundaries count as a space."""
    return " ".join(block.text for block in read_blocks([node]))


def read_blocks(nodes: Iterable[Element], *, leave_out: frozenset[Element] = frozenset()) -> list[Block]:
    """The text of these elements as blocks; scripts, hidden elements and `leave_out` are not read."""
    blocks: list[Block] = []
    for node in nodes:
        reader = _Reader(leave_out)
        reader.read(node)
        blocks += reader.blocks
    return blocks


class _Home(NamedTuple):
    """A block-level element that is open while its content is read."""

    element: Element
    around: Element | None
    caption: bool


class _Reader:
    """Walks a tree without recursion and cuts its text at block boundaries.

    A page's every element passes through `read`: what most of them need is tested there, and only the rest is called.
    """

    def __init__(self, leave_out: frozenset[Element]) -> None:
        self.blocks: list[Block] = []
        self._leave_out = leave_out
        self._homes: list[_Home] = []
        self._pieces: list[str] = []
        """Texts of the block that is being read; it begins with one that is no white space."""
        self._linked = 0
        self._href = ""
        self._after_image = False
        self._links: list[str] = []
        self._image = False
        self._room = MOST_TEXT

    def read(self, top: Element) -> None:
        """Append the blocks of `top`."""
        self._homes = [_Home(top, None, False)]
        walk = etree.iterwalk(top, events=("start", "end"))
        unread: Element | None = None
        for event, node in walk:
            tag = node.tag
            if event == "start":
                if tag in _UNREAD or node in self._leave_out or ((tag == "footer" or node.keys()) and _is_hidden(node, tag)):
                    unread = node
                    walk.skip_subtree()
                    continue
                if tag in BLOCKS:
                    if self._pieces:
                        self._close()
                    if tag != "br":
                        self._enter(node, tag)
                elif tag == "a":
                    self._links.append(node.get("href", ""))
                elif tag == "img":
                    self._image = True
                text = node.text
            else:
                if node is unread:
                    unread = None
                elif tag in BLOCKS:
                    if self._pieces:
                        self._close()
                    if tag != "br":
                        self._homes.pop()
                elif tag == "a" and self._links:
                    self._links.pop()
                if node is top or len(self.blocks) >= MOST_BLOCKS or not self._room:
                    break
                text = node.tail
            if text and (self._pieces or not text.isspace()):
                self._take(text)
        if self._pieces:
            self._close()

    def _enter(self, node: Element, tag: str) -> None:
        home = self._homes[-1]
        around, caption = _kind(tag, f"{node.get('class', '')} {node.get('id', '')}")
        if tag == "header":  # a site's header is a frame, an article's holds the headline
            around = node.find(".//h1") is None
        self._homes.append(_Home(node, node if around else home.around, caption or home.caption))

    def _take(self, text: str) -> None:
        if not self._pieces:
            self._after_image, self._image = self._image, False
        self._pieces.append(text)
        if self._links:
            self._linked += len(squeeze(text))
            self._href = self._href or self._links[-1]

    def _close(self) -> None:
        if text := squeeze("".join(self._pieces)[: self._room]):
            element, around, caption = self._homes[-1]
            self.blocks.append(Block(element, around, caption, text, self._linked, self._href, self._after_image))
            self._room -= len(text)
        self._pieces, self._linked, self._href = [], 0, ""


def _is_hidden(node: Element, tag: str) -> bool:
    """By its attributes; or the site's own footer, in which no article stands."""
    names = node.keys()
    if "hidden" in names:
        return True
    if "class" in names and tag in ("blockquote", "div") and _EMBED_CLASS.search(node.get("class", "")):
        return True
    if "style" in names and _INVISIBLE.search(node.get("style", "")):
        return True
    return tag == "footer" and (parent := node.getparent()) is not None and parent.tag == "body"


@lru_cache(maxsize=4096)
def _kind(tag: str, names: str) -> tuple[bool, bool]:
    """(around, caption) by an element's tag, class and id; the page's own frame is never around, whatever a theme calls it."""
    around = tag in _AROUND or (tag not in _FRAME and bool(_AROUND_CLASS.search(names)))
    return around, tag == "figcaption" or bool(_CAPTION_CLASS.search(names))
