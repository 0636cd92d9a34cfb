"""The text of an answer → which document it is, freed of what could harm its reader."""

from __future__ import annotations

import re
from collections.abc import Container

from crawler.feeds.feed import NotAFeed

_MOST_ATTRIBUTES = 2_000
"""On one tag, or ten times the effort that these are. feedparser takes minutes over 100,000."""
_USUAL_ATTRIBUTES = 50
_MOST_TAGS = 800_000
"""Outside CDATA: 50,000 entries of 16 tags. feedparser takes about ten seconds over them."""
_MOST_NAMESPACES = 10_000
"""In one document; feeds that declare theirs on every entry are common."""
_JUNK = 20_000
"""Code points in which the document must begin: PHP prints its warnings before it."""
_NAME = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")
_START = re.compile(r"<(?:\?xml\b|rss\b|feed\b|(?:rdf:)?RDF\b|urlset\b|sitemapindex\b)", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_QUOTE_OR_END = re.compile("[\"'>]")
_WEB_PAGE = {"html", "head", "body", "div", "script", "title", "meta", "p"}


def find_root(text: str, known: Container[str]) -> tuple[str, str]:
    """The name of the root element, one of `known`, and the document from there on: no declaration, no DOCTYPE, no junk.

    The DOCTYPE goes because all it can hold for us is entities that expand or that name files (XXE, billion laughs).
    Raises NotAFeed when the document is another one.
    """
    root, at = _find_first(text)
    if root in known:
        return root, text[at:]
    if root == "html":
        raise NotAFeed("the answer is a web page (HTML), not a feed")
    if start := _START.search(text, 0, _JUNK):
        later_root, later = _find_first(text[start.start() :])
        if later_root in known:
            return later_root, text[start.start() + later :]
    if root in _WEB_PAGE:
        raise NotAFeed("the answer is a web page (HTML), not a feed")
    if root:
        raise NotAFeed(f"the answer is XML, but neither feed nor sitemap: it begins with <{root}>")
    raise NotAFeed("the answer is neither XML nor JSON")


def defuse(text: str) -> str:
    """The document, cut where it holds more tags than any feed does; what stands before the cut can be read.

    Raises NotAFeed for what would take the parser minutes. Linear.
    """
    if text.count("xmlns") > _MOST_NAMESPACES:
        raise NotAFeed(f"the feed declares more than {_MOST_NAMESPACES:,} namespaces")
    at, tags, effort = text.find("<"), 0, 0
    while at >= 0:
        end = _end_of_text(text, at)
        following = text.find("<", end or at + 1) if end != -1 else -1
        if end is None:
            tags += 1
            effort += _effort(text, at + 1, len(text) if following < 0 else following)
        if tags > _MOST_TAGS:
            return text[:at]
        if effort > _MOST_ATTRIBUTES**2 * 10:
            raise NotAFeed("the feed has too many attributes")
        at = following
    return text


def _end_of_text(text: str, at: int) -> int | None:
    """Where the CDATA section or comment that begins here ends, -1 when it does not; None when a tag begins here."""
    if text.startswith("<![CDATA[", at):
        return text.find("]]>", at)
    return text.find("-->", at) if text.startswith("<!--", at) else None


def _effort(text: str, start: int, end: int) -> int:
    """What the attributes of a tag cost feedparser, which grows with their square; nothing for a usual few."""
    if text.count("=", start, end) <= _USUAL_ATTRIBUTES:
        return 0
    attributes = _count_attributes(text[start:end])
    if attributes > _MOST_ATTRIBUTES:
        raise NotAFeed(f"the feed has a tag with more than {_MOST_ATTRIBUTES:,} attributes")
    return attributes**2


def _find_first(text: str) -> tuple[str, int]:
    """Local name of the first element, in lower case, and where it stands; `html` for an HTML DOCTYPE, empty when there is none."""
    at = text.find("<", 0, 1) if text.startswith("<") else -1
    while at >= 0:
        if text.startswith("<?", at):
            end = text.find("?>", at) + 2
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 3
        elif text.startswith("<!", at):
            if re.match(r"<!doctype\s+html\b", text[at : at + 40], re.IGNORECASE):
                return "html", at
            end = _declaration_end(text, at)
        else:
            name = _NAME.match(text, at)
            return (name[1].lower() if name else ""), at
        at = text.find("<", end) if end > at else -1
    return "", len(text)


def _declaration_end(text: str, at: int) -> int:
    """Where a `<!…>` ends, its internal subset included; -1 when it does not."""
    end, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < end:
        closing = _SUBSET_END.search(text, subset)
        return closing.end() if closing else -1
    return end + 1 if end >= 0 else -1


def _count_attributes(tag: str) -> int:
    """The equals signs of a tag outside its quoted values; `tag` begins behind the `<`."""
    count, at = 0, 0
    while match := _QUOTE_OR_END.search(tag, at):
        count += tag.count("=", at, match.start())
        if match[0] == ">":
            return count
        closing = tag.find(match[0], match.end())
        if closing < 0:
            break
        at = closing + 1
    return count
