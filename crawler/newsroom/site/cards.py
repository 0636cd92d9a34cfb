"""A visit comes in, a page of an aggregator goes out: one story, tags, promotion, an empty comment box, other whole stories as cards."""

from __future__ import annotations

from html import escape

from crawler.newsroom.articles import PracticeArticle
from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, glued, paragraphs

_AGES = ("منذ 30 دقائق", "منذ ساعة واحدة", "منذ 3 ساعات", "منذ 5 ساعات")
_GLUED_AGES = ("منذ 2 أيام", "منذ ساعتين")


def majmaa(visit: Visit) -> str:
    """Source and age are glued above the main story; every card is its original flattened into one paragraph."""
    article = visit.article
    title, source = escape(article.title), escape(article.credit or "مجمع")
    body = f"""<div class="logo"><img alt="logo" src="/logo.png">logo</div>
<div class="main-story"><h1>{title}</h1><img src="/i/{article.number}.jpg" alt="{title}"><h2 class="again">{title}</h2>
<div class="source"><b>{source}</b><span>{_GLUED_AGES[int(article.number) % len(_GLUED_AGES)]}</span></div>
<div class="main-text">
{chr(10).join(paragraphs(article.paragraphs))}
</div></div>
<div class="labels"><span>العلامات</span>{glued(article.tags, "span")}</div>
<div class="promo">جرّب ميزات الذكاء الاصطناعي: لخّص هذا الخبر في ثوانٍ واسأل مساعدنا عمّا تريد</div>
<div class="comments"><h4>التعليقات</h4><p>لا توجد تعليقات بعد. كن أول من يعلّق</p></div>
<div class="related"><h3>أخبار ذات صلة</h3>
{chr(10).join(_card(visit, card, place) for place, card in enumerate(visit.cards))}
</div>"""
    return document(article.title, body)


def _card(visit: Visit, article: PracticeArticle, place: int) -> str:
    name = escape(visit.edition.title_of(article))
    return f"""<div class="card"><div class="card-source">{name}</div><div class="card-age">{_AGES[place % len(_AGES)]}</div>
<div class="card-again">- {name}</div><h3 class="card-title">{escape(article.title)}</h3>
<p class="card-text">{escape(article.flat_body)}</p></div>"""
