"""A visit comes in, a page of a home-made publishing system goes out: no date, captions in the text, perhaps a second story below it."""

from __future__ import annotations

from html import escape

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, paragraphs

SECOND_STORY = "أخبار أخرى.."


def alufuq(visit: Visit) -> str:
    """Iraq: «نشر» with nothing behind it, its own name where a writer would stand."""
    article, second = visit.article, visit.second
    below = ""
    if second:
        lines = [f"<p><strong>{SECOND_STORY}</strong></p>", f"<h2>{escape(second.title)}</h2>", *paragraphs(second.paragraphs, "h3")]
        below = "\n".join(lines)
    body = f"""<div class="masthead"><p>رئيس مجلس الإدارة</p><p>د. سلام العبيدي</p><p>رئيس التحرير</p><p>هناء الراوي</p></div>
<div class="menu"><a href="/">الرئيسية</a><a href="/c/1">سياسة</a><a href="/c/2">عربي ودولي</a></div>
<div class="news"><h1>{escape(article.title)}</h1>
<div class="line"><span>نشر</span> <span></span> <b>الأفق</b></div>
<div class="news-text">
{_with_captions(visit)}
{below}
</div></div>
<div class="foot">الأفق الإخباري {visit.now.year}</div>"""
    return document(article.title, body, '<meta name="author" content="الأفق">')


def _with_captions(visit: Visit) -> str:
    """The paragraphs, a photo with its caption after the first, the third and so on."""
    lines = paragraphs(visit.article.paragraphs, "h3")
    for place, caption in reversed(list(enumerate(visit.article.captions))):
        picture = f'<div class="photo"><img src="/i/{visit.article.number}-{place}.jpg" alt=""><span>{escape(caption)}</span></div>'
        lines.insert(min(1 + 2 * place, len(lines)), picture)
    return "\n".join(lines)
