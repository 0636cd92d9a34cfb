"""Blocks of a page in; out come the paragraphs of its article, by the outlet's selector or by where the prose stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from logging import CRITICAL, getLogger

from crawler.arabic import fold
from crawler.pages import noise
from crawler.pages.blocks import Block
from crawler.pages.tree import Element, ancestors, squeeze

_PROSE = 60
"""Characters from which an unlinked block counts as text of an article when a place is chosen."""
_LINKED = 0.5
"""A block with a larger share of its text in links is a list of other pages."""


_MOST_ELEMENTS = 12_000
_MOST_CHARACTERS = 500_000
"""On larger pages trafilatura, whose effort grows with their square, takes minutes; the largest front pages of newspapers have less."""
_CAPTION = 250
"""Characters up to which a line beside an image can be its caption."""


def find_place(blocks: Iterable[Block], weigh: Callable[[Block], int]) -> Element | None:
    """The element that holds most of the text: each paragraph speaks for its parent and, half as loud, for its grandparent.

    The rule is Arc90's readability; one element with `<br>` speaks for itself.
    """
    votes: dict[Element, float] = {}
    for block in blocks:
        if weight := weigh(block):
            home = block.element
            chain = list(ancestors(home))[(1 if home.tag in ("p", "li", "blockquote", "pre", "h2", "h3", "h4") else 0) :][:3]
            for element, share in zip(chain, (1.0, 0.5, 0.25), strict=False):
                if element.tag != "html":
                    votes[element] = votes.get(element, 0.0) + weight * share
    return max(votes, key=lambda element: votes[element]) if votes else None


def prose_weight(block: Block) -> int:
    """How much a block speaks for its place when nothing else is known."""
    if block.around is not None or block.caption or block.link_share > _LINKED or len(block.text) < _PROSE or noise.is_noise(block.text):
        return 0
    return len(block.text)


def generic_blocks(root: Element, blocks: Sequence[Block]) -> list[Block]:
    """The article of a page that nobody has described: where trafilatura sees its text, cut out by our own blocks."""
    small = sum(len(block.text) for block in blocks) <= _MOST_CHARACTERS and sum(1 for _ in root.iter()) <= _MOST_ELEMENTS
    seen = _trafilatura_lines(root) if small else set()
    place = find_place(blocks, lambda block: len(block.text) if fold(block.text) in seen else 0)
    if place is None:
        return main_blocks(blocks)
    inside = within(blocks, [place])
    told = [index for index, block in enumerate(inside) if fold(block.text) in seen]
    return inside[told[0] : told[-1] + 1] if told else inside


def main_blocks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks in the one place that holds most of the prose."""
    place = find_place(blocks, prose_weight)
    if place is None:  # a theme that names the text's own element like a frame ("post-meta")
        place = find_place(blocks, lambda block: len(block.text) if block.link_share <= _LINKED and noise.is_prose(block.text) else 0)
    return within(blocks, [place]) if place is not None else []


def _trafilatura_lines(root: Element) -> set[str]:
    from trafilatura import extract  # it takes half a second to import, and outlets with a selector never need it

    getLogger("trafilatura").setLevel(CRITICAL)  # it warns of every page without text; we say so ourselves, with the address
    text = extract(root, favor_precision=True, include_comments=False, include_tables=True)
    return {fold(squeeze(line).lstrip("- ")) for line in (text or "").splitlines() if line.strip()}


def within(blocks: Iterable[Block], places: Sequence[Element]) -> list[Block]:
    """The blocks that stand inside one of these elements."""
    allowed = {element for place in places for element in place.iter()}
    return [block for block in blocks if block.element in allowed]


def paragraphs(blocks: Sequence[Block], *, title: str, leave_out: Iterable[str] = ()) -> list[str]:
    """The article's own lines among these blocks.

    Left out: captions, lists of links, boxes inside the text, a repeated headline, the given lines, noise.
    """
    not_again = {fold(line) for line in (title, *leave_out) if line}
    shared = _shared_frames(blocks)
    own = [
        block
        for block, following in zip(blocks, [*blocks[1:], None], strict=False)
        if not _is_foreign(block, shared) and not _is_photo_line(block, following) and fold(block.text) not in not_again
    ]
    return noise.keep_article(block.text for block in own)


def _shared_frames(blocks: Sequence[Block]) -> set[Element]:
    """Frames that hold most of this text: a theme's odd name for the text itself, not a box in it."""
    sizes: dict[Element, int] = {}
    for block in blocks:
        if block.around is not None:
            sizes[block.around] = sizes.get(block.around, 0) + len(block.text)
    return {frame for frame, size in sizes.items() if size * 2 > sum(len(block.text) for block in blocks)}


def _is_foreign(block: Block, shared: set[Element]) -> bool:
    if block.caption or (block.around is not None and block.around not in shared):
        return True
    return block.link_share > _LINKED and (not noise.is_prose(block.text) or block.all_linked)


def _is_photo_line(block: Block, following: Block | None) -> bool:
    """A caption without a class to tell it: a short line under an image, and no cross-head.

    It is all that a small element around the image says; or it is no sentence, not in bold, and not what the next paragraph retells.
    """
    if not block.after_image or block.heading or len(block.text) > _CAPTION:
        return False
    if block.element.tag == "p" and block.element.find(".//img") is not None and noise.is_prose(block.text):
        return False  # the first paragraph, with the photo at its beginning
    around_photo = next((node for node in list(ancestors(block.element))[:2] if node.find(".//img") is not None), None)
    if around_photo is not None and _says_only(around_photo, block.text):
        return True
    bold = block.element.find(".//strong") is not None or block.element.find(".//b") is not None
    return not (bold or noise.is_prose(block.text) or block.text.endswith((":", ".", "؟", "!")) or _retells(following, block.text))


def _retells(block: Block | None, line: str) -> bool:
    """Half of the line's words come again in the paragraph behind it: the line is its cross-head."""
    words = {word for word in fold(line).split() if len(word) > 2}
    return block is not None and len(words & set(fold(block.text).split())) * 2 >= len(words)


def _says_only(node: Element, text: str) -> bool:
    """The element's whole text is this line; looks no further than it must."""
    said = ""
    for piece in node.itertext():
        said += piece
        if len(squeeze(said)) > len(text):
            return False
    return squeeze(said) == text


def is_whole(text: str) -> bool:
    """A JSON-LD articleBody that was neither cut nor flattened: paragraphs, and a last sentence that ends."""
    return sum(bool(line.strip()) for line in text.splitlines()) > 1 and ends_whole(text)


def ends_whole(text: str) -> bool:
    """A text long enough for an article whose last sentence ends: it was not cut."""
    text = text.rstrip()
    return len(text) >= 300 and text[-1] in ".!؟»\"”)" and not text.endswith("...")
