"""A visit comes in, a page that ends in junk about this very visit goes out: the reader's address in base64 and an island's name."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, json_ld, paragraphs


def albarq(visit: Visit) -> str:
    """United Arab Emirates: the junk stands in the text's own element, in a paragraph like all others."""
    article, published = visit.article, visit.published_at
    reader = f"ip: 10.{visit.number >> 16 & 255}.{visit.number >> 8 & 255}.{visit.number & 255}"
    about = {"@type": "NewsArticle", "headline": article.title, "author": [{"@type": "Person", "name": name} for name in article.authors]}
    body = f"""<nav><a href="/">البرق الإخبارية</a></nav>
<article><h1>{escape(article.title)}</h1>
<div class="time"><time datetime="{published.isoformat() if published else ""}">{f"{published:%Y/%m/%d %H:%M}" if published else ""}</time>
<span>بتوقيت أبوظبي</span></div>
<div class="card-text">
{chr(10).join(paragraphs(article.paragraphs, "h2"))}
<p>{b64encode(reader.encode()).decode()}</p>
<p>جزيرة ام اند امز</p>
<p>GB</p>
</div></article>"""
    return document(article.title, body, json_ld(about) + f'<link rel="canonical" href="{escape(visit.url)}">')
