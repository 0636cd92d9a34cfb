"""A page's tree, its headline and its outlet's facts in; out comes which blocks are its own article, and which are guests'."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from crawler.arabic import fold
from crawler.pages import body, carried, noise
from crawler.pages.blocks import Block, read_blocks, text_of
from crawler.pages.titles import clean_title
from crawler.pages.tree import Element, select, squeeze

_SECOND = ("أخبار أخرى", "اقرأ أيضا")
"""Seen on many sites; a whole article behind them only where an unlinked heading and paragraphs follow."""
_CARDS = ("أخبار ذات صلة",)
_BEGUN = 200
"""Characters of text after which tags and lists end an article; before, they are its page's head."""
_TIMES = 2
"""`<time>` elements that count: publication and change; where the text prints no headline, those nearest to it."""
_MARKERS = 8
"""So many places of one page are tried."""
_TAGS = 30
"""So many tags are read behind their label."""
_HEAD = 15
"""So many blocks between headline and text are looked at for date and byline."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What an outlet says about the text of its pages (see ArticlePage)."""

    body_css: str = ""
    drop_css: str = ""
    stop: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


@dataclass
class PageText:
    """The text of one page."""

    root: Element
    title: str
    facts: TextFacts
    sites: Collection[str] = ()
    _guests_at: dict[int, list[carried.Carried]] = field(init=False, default_factory=dict)

    @cached_property
    def blocks(self) -> list[Block]:
        """All text of the page, in reading order."""
        dropped = frozenset(select(self.root, self.facts.drop_css)) if self.facts.drop_css else frozenset()
        top = self.root.find("body")
        return read_blocks([self.root if top is None else top], leave_out=dropped)

    @cached_property
    def places(self) -> list[Element]:
        """What the outlet's selector finds."""
        return select(self.root, self.facts.body_css) if self.facts.body_css else []

    @cached_property
    def start(self) -> int:
        """Index of the block behind the headline; 0 when the text prints none."""
        if not (wanted := fold(self.title)):
            return 0
        shortest, longest = len(self.title) * 0.7, len(self.title) + 80  # with a label or the site's name, or in another spelling
        fitting = (index for index, block in enumerate(self.blocks) if shortest <= len(block.text) <= longest)
        at = [index for index in fitting if self._is_title(self.blocks[index].text, wanted)]
        return next((index for index in at if self.blocks[index].heading), at[0] if at else -1) + 1

    def _is_title(self, text: str, wanted: str) -> bool:
        """Whether this is the folded headline, perhaps with a label or the site's name, which cleaning cuts off its ends."""
        return wanted in fold(text) and fold(clean_title(text, self.sites)) == wanted

    @cached_property
    def end(self) -> int:
        """Index of the block that ends the page's own article: the first marker behind the headline."""
        written = 0
        for index in range(self.start, len(self.blocks)):
            block = self.blocks[index]
            if noise.is_marker(block.text, self.facts.stop) or self._guests_behind(index):
                return index
            if written > _BEGUN and (noise.ends_story(block.text) or (block.linked and noise.is_tag_label(block.text))):
                return index
            written += len(block.text) if noise.is_prose(block.text) and block.around is None else 0
        return len(self.blocks)

    @cached_property
    def own(self) -> list[Block]:
        """The blocks of the page's own article, noise and all."""
        if inside := body.within(self.blocks[: self.end], self.places):
            return inside
        return body.generic_blocks(self.root, self.blocks[self.start : self.end])

    @cached_property
    def head(self) -> list[Block]:
        """The blocks between the headline and the first paragraph, where a page prints its date and its writer."""
        start = self.start
        if not start and self.own:  # no headline in the text itself: what stands directly before the text
            start = max(0, self.blocks.index(self.own[0]) - 3)
        first = next((index for index in range(start, len(self.blocks)) if noise.is_prose(self.blocks[index].text)), len(self.blocks))
        return self.blocks[start : min(first, start + _HEAD)]

    @cached_property
    def times(self) -> list[str]:
        """`<time datetime>` under the headline: those in lists of other articles stand elsewhere."""
        first = self.own[0].element if self.own else None
        last = self.blocks[self.start - 1].element if self.start else None
        found: list[str] = []
        behind = last is None
        for node in self.root.iter():
            if node is first:
                break
            behind = behind or node is last
            if behind and node.tag == "time" and node.get("datetime"):
                found.append(node.get("datetime"))
        return found[-_TIMES:] if last is None else found[:_TIMES]

    @cached_property
    def below(self) -> list[str]:
        """Short lines between headline and end, and the one that ends it: where sources and tags are named."""
        return [block.text for block in self.blocks[self.start : self.end + 1] if len(block.text) < 400]

    @cached_property
    def source(self) -> carried.Header | None:
        """Outlet and age of the page's own story, as aggregators print them under the headline («العربيةمنذ 2 أيام»)."""
        return next((header for header in carried.find_headers(self.head) if header.source), None)

    @cached_property
    def tags(self) -> list[str]:
        """What stands behind «كلمات دلالية:» below the article, link by link where tags are glued links."""
        for index, block in enumerate(self.blocks[self.start : self.end + 1], self.start):
            if block.linked and noise.is_tag_label(block.text):
                return [squeeze(text_of(link)) for link in block.element.iter("a")]
            if tags := noise.find_tags(block.text) or (noise.is_tag_heading(block.text) and self._linked_behind(index)):
                return tags
        return []

    def _linked_behind(self, index: int) -> list[str]:
        """The short links that follow this block."""
        behind = self.blocks[index + 1 : index + 1 + _TAGS]
        tags = takewhile(lambda block: block.all_linked and len(block.text) <= noise.LONGEST_HEADING, behind)
        links = (block.element.findall(".//a") or [block.element] for block in tags)
        return list(dict.fromkeys(squeeze(text_of(link)) for found in links for link in found))

    def paragraphs(self, leave_out: Sequence[str]) -> list[str]:
        """The article's own lines; `leave_out` are lines that the page says elsewhere too."""
        own = self.own
        header = self.source
        labels = {block.text for block in self.head[header.first : header.last + 1]} if header else set()
        return body.paragraphs(own, title=self.title, leave_out=[*leave_out, *labels])

    @cached_property
    def guests(self) -> list[carried.Carried]:
        """The stories that the page carries beside its own."""
        return next((found for index in range(self.start, len(self.blocks)) if (found := self._guests_behind(index))), [])

    def _guests_behind(self, index: int) -> list[carried.Carried]:
        """Whole articles that follow when this block is a marker; [] otherwise."""
        text = self.blocks[index].text
        if len(text) > noise.LONGEST_HEADING or len(self._guests_at) > _MARKERS or not noise.is_marker(text, self._markers):
            return []
        if index not in self._guests_at:
            self._guests_at[index] = self._find_guests(index, text)
        return self._guests_at[index]

    @cached_property
    def _markers(self) -> tuple[str, ...]:
        return (*self.facts.second, *self.facts.cards, *_SECOND, *_CARDS)

    def _find_guests(self, index: int, text: str) -> list[carried.Carried]:
        behind = self.blocks[index + 1 :]
        if noise.is_marker(text, (*self.facts.cards, *_CARDS)):
            return carried.split_cards(behind)
        told = noise.is_marker(text, self.facts.second)
        if not told and not (noise.is_marker(text, _SECOND) and behind and behind[0].heading and not behind[0].linked):
            return []
        story = carried.read_second(behind)
        return [story] if story else []
