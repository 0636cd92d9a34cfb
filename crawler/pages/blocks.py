"""Elements of a page's tree in; their text out as blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from crawler.pages.tree import Element, evaluate, squeeze

MOST_BLOCKS = 20_000
"""A real page has a few hundred, an archive of comments a few thousand."""
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


class _Reader:
    """Walks a tree without recursion and cuts its text at block boundaries."""

    def __init__(self, leave_out: frozenset[Element]) -> None:
        self.blocks: list[Block] = []
        self._leave_out = leave_out
        self._open: Block | None = None
        self._links: list[str] = []
        self._image = False

    def read(self, top: Element) -> None:
        """Append the blocks of `top`."""
        home, caption = [top], [_is_caption(top)]
        around: list[Element | None] = [top if _is_around(top) else None]
        skip: Element | None = None
        for event, node in etree.iterwalk(top, events=("start", "end")):
            if len(self.blocks) >= MOST_BLOCKS:
                return
            if skip is not None:
                if event == "end" and node is skip:
                    skip = None
                    self._take(node.tail if node is not top else None, home[-1], around[-1], caption[-1])
                continue
            if event == "start":
                if self._unread(node):
                    skip = node
                    continue
                if node.tag in BLOCKS:
                    self._close()
                    if node.tag != "br":
                        home.append(node)
                        around.append(node if _is_around(node) else around[-1])
                        caption.append(caption[-1] or _is_caption(node))
                self._enter(node)
                self._take(node.text, home[-1], around[-1], caption[-1])
            else:
                if node.tag in BLOCKS:
                    self._close()
                    if node.tag != "br":
                        home.pop()
                        around.pop()
                        caption.pop()
                elif node.tag == "a" and self._links:
                    self._links.pop()
                if node is not top:
                    self._take(node.tail, home[-1], around[-1], caption[-1])
        self._close()

    def _unread(self, node: Element) -> bool:
        if not isinstance(node.tag, str) or node.tag in _UNREAD or node in self._leave_out or "hidden" in node.attrib:
            return True
        if node.tag in ("blockquote", "div") and _EMBED_CLASS.search(node.get("class") or ""):
            return True
        style = node.get("style")
        return bool(style and _INVISIBLE.search(style))

    def _enter(self, node: Element) -> None:
        if node.tag == "a":
            self._links.append(node.get("href") or "")
        elif node.tag == "img":
            self._image = True

    def _take(self, text: str | None, home: Element, around: Element | None, caption: bool) -> None:
        if not text:
            return
        if self._open is None:
            if not text.strip():
                return
            self._open = Block(home, around, caption)
            self._open.after_image = self._image
            self._image = False
        self._open.pieces.append(text)
        if self._links:
            self._open.linked += len(squeeze(text))
            self._open.href = self._open.href or self._links[-1]

    def _close(self) -> None:
        if self._open is not None:
            self._open.text = squeeze("".join(self._open.pieces))
            if self._open.text:
                self.blocks.append(self._open)
            self._open = None


def _names(node: Element) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}"


def _is_around(node: Element) -> bool:
    """The page's own frame is never "around", whatever classes a theme hangs on it."""
    if node.tag in _AROUND:
        return True
    if node.tag in ("body", "html", "main", "article", "form"):
        return False
    if node.tag == "header" and node.find(".//h1") is None:
        return True
    names = _names(node)
    return bool(len(names) > 1 and _AROUND_CLASS.search(names))


def _is_caption(node: Element) -> bool:
    return node.tag == "figcaption" or bool(_CAPTION_CLASS.search(_names(node)))
