"""An edition comes in, what an outlet announces in it goes out as bytes: feeds of every kind, a sitemap, a section page.

The same edition gives the same bytes: no dates of the moment, no session.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from email.utils import format_datetime
from html import escape
from typing import Any

from crawler.newsroom.articles import PracticeArticle
from crawler.newsroom.site.directory import PracticeOutlet
from crawler.newsroom.site.edition import Edition
from crawler.newsroom.site.markup import document

Announcement = tuple[bytes, str]
"""Body and Content-Type."""


def announce(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """What stands at the outlet's `announces`."""
    return _WRITERS[outlet.key](outlet, edition)


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else ""


def _rss_item(article: PracticeArticle, edition: Edition) -> str:
    published = edition.published_at(article)
    url = edition.url(article)
    return "".join(
        (
            "<item>",
            _tag("title", article.title),
            _tag("link", url),
            _tag("guid", url),
            _tag("description", article.summary),
            _tag("category", article.section),
            _tag("pubDate", format_datetime(published) if published else ""),
            "</item>\n",
        )
    )


def _rss_text(outlet: PracticeOutlet, edition: Edition) -> str:
    items = "".join(_rss_item(article, edition) for article in edition.out(outlet))
    channel = _tag("title", outlet.title) + _tag("link", edition.addresses[outlet.key]) + _tag("language", "ar")
    return f'<rss version="2.0"><channel>{channel}\n{items}</channel></rss>\n'


def _rss(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """RSS 2.0 with summaries; undated articles have no pubDate."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_rss_text(outlet, edition)}'.encode(), "application/rss+xml; charset=utf-8"


def _rss_utf16(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """RSS 2.0 in UTF-16 with a byte order mark, and not a word about it in the header or the declaration."""
    return f'<?xml version="1.0"?>\n{_rss_text(outlet, edition)}'.encode("utf-16"), "application/rss+xml"


def _rss_091(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """RSS 0.91 in windows-1256: title and link only, no dates (the dialect has none for items)."""
    items = "".join(
        f"<item>{_tag('title', article.title)}{_tag('link', edition.url(article))}</item>\n" for article in edition.out(outlet)
    )
    channel = _tag("title", outlet.title) + _tag("link", edition.addresses[outlet.key]) + _tag("language", "ar")
    text = f'<?xml version="1.0" encoding="windows-1256"?>\n<rss version="0.91"><channel>{channel}\n{items}</channel></rss>\n'
    return text.encode("windows-1256", "xmlcharrefreplace"), "text/xml"


def _rdf(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """RSS 1.0: the items stand beside the channel, dated by Dublin Core."""
    items, listed = [], []
    for article in edition.out(outlet):
        published, url = edition.published_at(article), escape(edition.url(article))
        listed.append(f'<rdf:li rdf:resource="{url}"/>')
        items.append(
            f'<item rdf:about="{url}">{_tag("title", article.title)}<link>{url}</link>{_tag("description", article.summary)}'
            f"{_tag('dc:date', published.isoformat() if published else '')}{_tag('dc:subject', article.section)}</item>"
        )
    home = edition.addresses[outlet.key]
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{home}">{_tag("title", outlet.title)}<link>{home}</link>{_tag("description", outlet.title)}'
        f"<items><rdf:Seq>{''.join(listed)}</rdf:Seq></items></channel>\n{chr(10).join(items)}\n</rdf:RDF>\n"
    )
    return text.encode(), "application/rdf+xml; charset=utf-8"


def _atom(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """Atom (RFC 4287) with published, updated and the authors."""
    entries = []
    for article in edition.out(outlet):
        published = edition.published_at(article)
        date = published.isoformat() if published else ""
        entries.append(
            f'<entry>{_tag("id", edition.url(article))}<link rel="alternate" href="{escape(edition.url(article))}"/>'
            f"{_tag('title', article.title)}{_tag('summary', article.summary)}{_tag('published', date)}{_tag('updated', date)}"
            + "".join(f"<author>{_tag('name', name)}</author>" for name in article.authors)
            + (f'<category term="{escape(article.section)}"/>' if article.section else "")
            + "</entry>\n"
        )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">'
        f"{_tag('id', edition.addresses[outlet.key])}{_tag('title', outlet.title)}{_tag('updated', edition.now.isoformat())}\n"
        f"{''.join(entries)}</feed>\n"
    )
    return text.encode(), "application/atom+xml; charset=utf-8"


def _json_feed(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """JSON Feed 1.1 (jsonfeed.org)."""
    items: list[dict[str, Any]] = []
    for article in edition.out(outlet):
        url, published = edition.url(article), edition.published_at(article)
        item = {"id": url, "url": url, "title": article.title, "content_text": article.summary or article.paragraphs[0]}
        items.append({**item, "date_published": published.isoformat()} if published else item)
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.title, "home_page_url": edition.addresses[outlet.key]}
    return json.dumps({**feed, "language": "ar", "items": items}, ensure_ascii=False).encode(), "application/feed+json"


def _sitemap(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """A news sitemap, gzip, its addresses in CDATA as WordPress plug-ins write them.

    It gives the hour at which a text surfaced: an old article that was touched again looks new here, only its page knows better.
    """
    rows = []
    for article in edition.out(outlet):
        listed = article.out_at(edition.anchor).astimezone(outlet.zone)
        rows.append(
            f"<url><loc><![CDATA[{edition.url(article)}]]></loc><news:news><news:publication>{_tag('news:name', outlet.title)}"
            "<news:language>ar</news:language></news:publication>"
            f"{_tag('news:publication_date', listed.isoformat())}{_tag('news:title', article.title)}"
            "</news:news></url>\n"
        )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{"".join(rows)}</urlset>\n'
    )
    return gzip.compress(text.encode(), mtime=0), "application/gzip"


def _section(outlet: PracticeOutlet, edition: Edition) -> Announcement:
    """A listing page: no dates, relative links, a menu and a most-read list that name no article."""
    rows = "\n".join(
        f'<li class="list-item"><h3><a href="{escape(outlet.page_path(article.id))}">{escape(article.title)}</a></h3></li>'
        for article in edition.out(outlet)
    )
    body = (
        '<nav><a href="/politics">سياسة</a><a href="/sport">رياضة</a><a href="/about">من نحن</a></nav>\n'
        f'<main><h1>سياسة</h1><ul class="listing">\n{rows}\n</ul><a class="next" href="/politics?page=2">المزيد</a></main>\n'
        '<aside><h4>الأكثر قراءة</h4><a href="/about">سياسة الخصوصية</a></aside>'
    )
    return document(f"سياسة - {outlet.title}", body).encode(), "text/html; charset=utf-8"


_WRITERS: dict[str, Callable[[PracticeOutlet, Edition], Announcement]] = {
    "almisbah": _rss,
    "annida": _atom,
    "alufuq": _rss,
    "sahifat_albahr": _sitemap,
    "albarq": _rdf,
    "naqil": _section,
    "majmaa": _json_feed,
    "assahra": _rss_091,
    "alwadi": _rss_utf16,
    "annahda": _rss,
    "almathal": _section,
    "almughlaq": _rss,
}
