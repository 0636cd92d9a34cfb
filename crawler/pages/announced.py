"""An announcement in, the article that it alone can give out: for feeds that carry whole texts and pages that are not read."""

from __future__ import annotations

from crawler.arabic import fold
from crawler.items import Article, Entry
from crawler.pages import bylines, noise
from crawler.pages.blocks import read_blocks
from crawler.pages.page import text_key
from crawler.pages.refusals import NotAnArticle
from crawler.pages.titles import clean_title
from crawler.pages.tree import parse_html, squeeze


def article_from_entry(entry: Entry, *, outlet: str = "", language: str = "ar", site_names: tuple[str, ...] = ()) -> Article:
    """What a feed alone gives; the body is its content, else its summary, and may be empty."""
    lines = _lines(entry.content_html) or noise.keep_article(filter(None, [squeeze(entry.summary)]))
    title = clean_title(entry.title, site_names)
    body = "\n\n".join(line for line in lines if fold(line) != fold(title))
    return Article(
        outlet=outlet or entry.outlet,
        url=entry.url,
        key=entry.key or text_key(title, body),
        title=title,
        body=body,
        summary=squeeze(entry.summary),
        authors=bylines.people(entry.authors, site_names),
        agencies=bylines.find_agencies(lines, entry.authors),
        section=entry.section,
        tags=entry.tags,
        language=entry.language or language,
        image_url=entry.image_url,
        published_at=entry.published_at,
        published_from="entry" if entry.published_at else "none",
        published_sure=entry.published_at is not None,
        updated_at=entry.updated_at,
        entry_id=entry.id,
    )


def _lines(content_html: str) -> list[str]:
    try:
        return noise.keep_article(block.text for block in read_blocks([parse_html(content_html)]) if not block.caption)
    except NotAnArticle:
        return []
