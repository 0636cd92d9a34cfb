"""The lines behind a page's own article in; the other complete articles that the page carries out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from crawler.arabic import fold
from crawler.pages import noise
from crawler.pages.blocks import Block
from crawler.pages.bylines import find_credit, is_agency, is_newspaper
from crawler.pages.tree import squeeze

_WHOLE = 200
"""Characters of text that make a card a complete article rather than a teaser."""
_UNIT = (
    r"(?:ثوان[يٍ]?|ثاني(?:[ةه]|تين)|دقائق|دقيق(?:[ةه]|تين)|ساع(?:[ةه]|تين|ات)|يوم(?:ًا|اً|ا|ين)?|[أا]يام|[أا]سبوع(?:ًا|اً|ا|ين)?|[أا]سابيع"
    r"|شهر(?:ًا|اً|ا|ين)?|[أا]شهر|شهور|سن(?:[ةه]|تين|وات)|عام(?:ًا|اً|ا|ين)?|[أا]عوام|قليل|لحظات)"
)
_AGE = re.compile(
    rf"(?P<source>.{{0,60}}?)[\s\-–—|•·،,]*(?P<ago>(?:منذ|قبل)\s+(?:(?:\d+|بضع|عدة|أقل من)\s+)?{_UNIT}(?:\s+(?:واحدة|واحد|تقريبًا|تقريبا"
    rf"|مضت))?)"
    r"\s*(?:[-–—|•·]\s*(?P<edition>\S.{0,40}))?\W*"
)
"""Outlet and age on one line, with a space between them or without."""
_EDITION = re.compile(r"^\s*[-–—|•·]\s*(\S.{0,40})$")


@dataclass(slots=True)
class Carried:
    """A guest story as it is printed."""

    title: str
    source: str = ""
    """The outlet as printed; empty when none is."""
    ago: str = ""
    """Its age as printed («منذ 30 دقائق»)."""
    lines: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    dates: list[Block] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a story's source and age stand («المغرب اليوممنذ 2 أيام»), and what they say."""

    first: int
    last: int
    source: str
    ago: str


def find_headers(blocks: Sequence[Block]) -> list[Header]:
    """Every place where an outlet's name stands with a relative time: on one line, glued, or on two lines."""
    found: list[Header] = []
    for index, block in enumerate(blocks):
        age = _AGE.fullmatch(block.text) if len(block.text) <= 120 else None
        if age is None:
            continue
        source, edition = squeeze(age["source"]), age["edition"] or ""
        first, last = index, index
        if not source and index and len(blocks[index - 1].text) <= 60 and (not found or found[-1].last < index - 1):
            first, source = index - 1, blocks[index - 1].text
        if not edition and index + 1 < len(blocks) and (mark := _EDITION.match(blocks[index + 1].text)):
            last, edition = index + 1, mark[1]
        found.append(Header(first, last, source or edition, age["ago"]))
    return found


def split_cards(blocks: Sequence[Block]) -> list[Carried]:
    """The complete articles among these cards: outlet, age, headline, text. Teasers without text are none."""
    headers = find_headers(blocks)
    cards: list[Carried] = []
    for header, following in zip_longest(headers, headers[1:]):
        inside = blocks[header.last + 1 : following.first if following else len(blocks)]
        card = _read_story(inside, source=header.source, ago=header.ago)
        if card and sum(map(len, card.lines)) >= _WHOLE:
            card.hrefs = [block.href for block in blocks[header.first : header.last + 1] if block.href] + card.hrefs
            cards.append(card)
    return cards


def read_second(blocks: Sequence[Block]) -> Carried | None:
    """The one article that these blocks hold: headline first, text to the next list of headlines; None when there is no text."""
    story = _read_story(blocks)
    return story if story and story.lines else None


def _read_story(blocks: Sequence[Block], source: str = "", ago: str = "") -> Carried | None:
    end = _find_end(blocks)
    own = [block for block in blocks[:end] if not block.caption]
    title_at = next((index for index, block in enumerate(own) if not noise.is_noise(block.text) and not _is_date(block.text)), None)
    if title_at is None:
        return None
    title = own[title_at].text
    story = Carried(title=title, source=source, ago=ago)
    rest = [block for block in own[title_at + 1 :] if not _is_link(block)]
    texts = [block.text for block in rest]
    story.credit = find_credit(texts)
    story.tags = [tag for text in (*texts, *(block.text for block in blocks[end : end + 1])) for tag in noise.find_tags(text)]
    story.dates = [block for block in own if _is_date(block.text)]
    story.hrefs = [block.href for block in own[: title_at + 2] if block.href]
    repeated = fold(title)
    told = (text for text in texts if not (_is_date(text) or is_agency(text)))
    story.lines = [line for line in noise.keep_article(told) if fold(line) != repeated]
    if not story.source:
        story.source = story.credit or _named_source(rest)
    return story


def _named_source(blocks: Sequence[Block]) -> str:
    """A newspaper's name alone on one of the lines under the headline."""
    return next((block.text for block in blocks[:3] if len(block.text) <= 40 and is_newspaper(block.text)), "")


def _find_end(blocks: Sequence[Block]) -> int:
    """Index of the first heading over a list of headlines, once there was text; frames of the page end a story too."""
    written = 0
    for index, block in enumerate(blocks):
        if written >= _WHOLE and (block.element.tag == "footer" or noise.ends_story(block.text)):
            return index
        written += len(block.text) if noise.is_prose(block.text) else 0
    return len(blocks)


def _is_link(block: Block) -> bool:
    """Another story's headline: a line that is a link, and no text in one."""
    return block.all_linked and not noise.is_prose(block.text)


def _is_date(text: str) -> bool:
    """A line that is a date: digits, a month or a clock, and hardly anything else."""
    return len(text) <= 60 and bool(re.search(r"\d{4}|GMT|\d{1,2}:\d{2}", text)) and len(text.split()) <= 8
