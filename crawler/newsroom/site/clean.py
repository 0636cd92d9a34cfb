"""A visit comes in, a clean page goes out: JSON-LD or meta tags, an own element for the text, one honest date.

almisbah (JSON-LD, Levantine months), annida (JSON-LD in @graph, authors as a list), assahra (windows-1256, no structured
data, Algerian or Moroccan months), alwadi (one element with <br>, Egyptian date, «- الوادي» behind the title),
almughlaq (nothing but the text: its robots.txt forbids reading it).
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, glued, json_ld, meta, paragraphs
from crawler.newsroom.site.printed import ALGERIAN, LEVANTINE, MOROCCAN, egyptian_date, long_date, masthead_date


def _news_article(visit: Visit) -> dict[str, Any]:
    """The NewsArticle of schema.org; what the article lacks is left out."""
    article, published = visit.article, visit.published_at
    thing: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "articleSection": article.section,
        "keywords": list(article.tags),
        "datePublished": published.isoformat() if published else "",
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": visit.outlet.title},
        "mainEntityOfPage": visit.url,
    }
    return {key: value for key, value in thing.items() if value}


def _by(label: str, authors: tuple[str, ...]) -> str:
    return label + escape(" و".join(authors)) if authors else ""


def almisbah(visit: Visit) -> str:
    """Jordan: the model pupil."""
    article, published = visit.article, visit.published_at
    body = f"""<header><a href="/">المصباح</a> <span>{masthead_date(visit.now)}</span></header>
<article><h1>{escape(article.title)}</h1>
<p class="subtitle">{escape(article.subtitle)}</p>
<div class="byline">{escape("، ".join(article.authors))} | <time>{long_date(published, LEVANTINE) if published else ""}</time></div>
<div class="story">
{chr(10).join(paragraphs(article.paragraphs, "h2"))}
<div class="related"><h4>اقرأ أيضاً</h4>{glued(article.headlines)}</div>
</div></article>
<footer>جميع الحقوق محفوظة © {visit.now.year} المصباح</footer>"""
    return document(
        article.title, body, json_ld(_news_article(visit)) + meta(og_title=article.title, og_type="article", og_site_name="المصباح")
    )


def annida(visit: Visit) -> str:
    """Saudi Arabia: everything in one @graph, the article not first in it."""
    article = visit.article
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "النداء", "url": "/"},
            {"@type": "BreadcrumbList", "itemListElement": []},
            _news_article(visit),
        ]
    }
    body = f"""<nav><a href="/">الرئيسية</a><a href="/world">العالم</a><a href="/business">اقتصاد</a></nav>
<main><h1 class="headline">{escape(article.title)}</h1>
<ul class="writers">{"".join(f"<li>{escape(name)}</li>" for name in article.authors)}</ul>
<div class="share">شارك<button>نسخ الرابط</button></div>
<section class="article-text">
{chr(10).join(paragraphs(article.paragraphs, "h3"))}
</section></main>
<aside class="most-read"><h4>الأكثر قراءة</h4>{glued(article.headlines)}</aside>"""
    return document(f"{article.title} | النداء", body, json_ld(graph) + meta(og_title=article.title, og_type="article"))


def assahra(visit: Visit) -> str:
    """Algeria: an old publishing system; the bureau in Rabat writes Morocco's months, the one in Algiers its own."""
    article, published = visit.article, visit.published_at
    months = MOROCCAN if int(article.number) % 2 else ALGERIAN
    body = f"""<table class="top"><tr><td><a href="/">الصحراء</a></td><td>{long_date(visit.now, months)[:-8]}</td></tr></table>
<table class="page"><tr><td class="menu"><a href="/">الأولى</a><br><a href="/index.php?rub=2">دولية</a></td>
<td class="main"><h2 class="titre">{escape(article.title)}</h2>
<div class="date">نشر في {long_date(published, months) if published else ""}</div>
<div class="auteur">{_by("بقلم: ", article.authors)}</div>
<div class="texte">
{chr(10).join(paragraphs(article.paragraphs))}
</div>
<div class="outils">أرسل إلى صديق | نسخة للطباعة</div></td></tr></table>"""
    return document(f"الصحراء - {article.title}", body, '<meta http-equiv="content-language" content="ar">')


def alwadi(visit: Visit) -> str:
    """Egypt: lines, not paragraphs, and a masthead with the date of today."""
    article, published = visit.article, visit.published_at
    lines = "<br><br>\n".join(escape(text) for text in article.paragraphs)
    body = f"""<div id="header">{masthead_date(visit.now)} <a href="/">الوادي</a> رئيس التحرير حسام الدقاق</div>
<div id="content"><h1>{escape(article.title)}</h1>
<span class="newsDate">{egyptian_date(published) if published else ""}</span>
<b class="writer">{_by("كتب - ", article.authors)}</b>
<div id="articleBody">{lines}<div class="banner">إعلان</div></div>
<div class="tags">{glued(article.tags)}</div></div>"""
    return document(f"{article.title} - الوادي", body, meta(og_title=f"{article.title} - الوادي", og_site_name="الوادي"))


def almughlaq(visit: Visit) -> str:
    """Bahrain: what only those see who do not ask robots.txt."""
    return document(visit.article.title, "\n".join([f"<h1>{escape(visit.article.title)}</h1>", *paragraphs(visit.article.paragraphs)]))
