"""A visit comes in, a page of a copy site goes out: another paper's text with glued headlines in it, a second article and a list below."""

from __future__ import annotations

from html import escape

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, glued, meta, paragraphs
from crawler.newsroom.site.printed import gulf_date

SOURCE, KEYWORDS, READ_ALSO, SIMILAR = "المصدر:", "كلمات دلالية:", "إقرأ أيضاً:", "مقالات مشابهة"
_INLINE = 3
"""So many headlines stand glued in mid-text too; all stand in the list at the end."""


def naqil(visit: Visit) -> str:
    """No headline in the text itself; everything from source to list stands in one element, without classes to tell it apart."""
    article, published = visit.article, visit.published_at
    lines = paragraphs(article.paragraphs)
    if inline := article.headlines[:_INLINE]:
        lines.insert(min(2, len(lines)), f"<p>أخبار ذات صلة{glued(inline)}</p>")
    body = f"""<div class="top"><a href="/">ناقل</a> - كل الأخبار في مكان واحد</div>
<div class="post"><div class="when">{gulf_date(published) if published else ""}</div>
<div class="post-text">
{chr(10).join(lines)}
<p>{SOURCE} {escape(article.credit)}</p>
<p>{KEYWORDS} {glued(article.tags)}</p>
<p>طباعة شارك{"".join(map(escape, article.tags))}</p>
{_second(visit)}
<h4>{SIMILAR}</h4>
<ul>{"".join(f'<li><a href="#">{escape(headline)}</a></li>' for headline in article.headlines)}</ul>
</div></div>"""
    return document(f"{article.title} - ناقل", body, meta(og_title=article.title, og_site_name="ناقل"))


def _second(visit: Visit) -> str:
    second = visit.second
    if second is None:
        return ""
    return f"""<p>{READ_ALSO}</p>
<h3>{escape(second.title)}</h3>
{chr(10).join(paragraphs(second.paragraphs))}
<p>{KEYWORDS} {glued(second.tags)}</p>"""
