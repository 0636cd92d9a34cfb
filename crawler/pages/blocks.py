"""Elements of a page's tree in; their text out as blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

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
    "title meta link datalist math bannerinjection"
)
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
    pieces: list[str] = field(default_factory=list)

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


@dataclass(slots=True)
class _Home:
    """A block-level element that is open while its content is read."""

    element: Element
    around: Element | None
    caption: bool


class _Reader:
    """Walks a tree without recursion and cuts its text at block boundaries."""

    def __init__(self, leave_out: frozenset[Element]) -> None:
        self.blocks: list[Block] = []
        self._leave_out = leave_out
        self._homes: list[_Home] = []
        self._open: Block | None = None
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
                if self._is_unread(node, tag):
                    unread = node
                    walk.skip_subtree()
                    continue
                self._enter(node, tag)
                self._take(node.text)
            else:
                if node is unread:
                    unread = None
                else:
                    self._leave(tag)
                if node is top or len(self.blocks) >= MOST_BLOCKS or not self._room:
                    break
                self._take(node.tail)
        self._close()

    def _is_unread(self, node: Element, tag: str) -> bool:
        if tag in _UNREAD or not isinstance(tag, str) or node in self._leave_out or _is_frame(node, tag):
            return True
        if not node.attrib:
            return False
        if "hidden" in node.attrib or (tag in ("blockquote", "div") and _EMBED_CLASS.search(node.get("class", ""))):
            return True
        style = node.get("style")
        return bool(style and _INVISIBLE.search(style))

    def _enter(self, node: Element, tag: str) -> None:
        if tag in BLOCKS:
            self._close()
            if tag != "br":
                home = self._homes[-1]
                around, caption = _kind(tag, f"{node.get('class', '')} {node.get('id', '')}")
                if tag == "header":  # a site's header is a frame, an article's holds the headline
                    around = node.find(".//h1") is None
                self._homes.append(_Home(node, node if around else home.around, caption or home.caption))
        elif tag == "a":
            self._links.append(node.get("href", ""))
        elif tag == "img":
            self._image = True

    def _leave(self, tag: str) -> None:
        if tag in BLOCKS:
            self._close()
            if tag != "br":
                self._homes.pop()
        elif tag == "a" and self._links:
            self._links.pop()

    def _take(self, text: str | None) -> None:
        if not text:
            return
        if self._open is None:
            if text.isspace():
                return
            home = self._homes[-1]
            self._open = Block(home.element, home.around, home.caption, after_image=self._image)
            self._image = False
        self._open.pieces.append(text)
        if self._links:
            self._open.linked += len(squeeze(text))
            self._open.href = self._open.href or self._links[-1]

    def _close(self) -> None:
        if self._open is not None:
            self._open.text = squeeze("".join(self._open.pieces)[: self._room])
            self._room -= len(self._open.text)
            if self._open.text:
                self.blocks.append(self._open)
            self._open = None


def _is_frame(node: Element, tag: str) -> bool:
    """A site's menus and its footer: half of many a page, and no article stands in them."""
    return tag == "nav" or (tag == "footer" and (parent := node.getparent()) is not None and parent.tag == "body")


@lru_cache(maxsize=4096)
def _kind(tag: str, names: str) -> tuple[bool, bool]:
    """(around, caption) by an element's tag, class and id; the page's own frame is never around, whatever a theme calls it."""
    around = tag in _AROUND or (tag not in _FRAME and bool(_AROUND_CLASS.search(names)))
    return around, tag == "figcaption" or bool(_CAPTION_CLASS.search(names))
