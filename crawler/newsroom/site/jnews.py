"""A visit comes in, a page of the JNews theme for WordPress goes out: today's date in the masthead, share counts, a login form."""

from __future__ import annotations

from html import escape

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document, glued, meta, paragraphs
from crawler.newsroom.site.printed import jnews_date, masthead_date

_MENU = '<ul class="jeg_menu"><li><a href="/">الرئيسية</a></li><li><a href="/oman">عُمان</a></li><li><a href="/world">العالم</a></li></ul>'
_LOGIN = """<div class="jeg_popup"><form><h3>Welcome Back!</h3><p>Login to your account below</p>
<input name="log"><input name="pwd" type="password"><a href="#">Forgotten Password?</a></form>
<h3>Retrieve your password</h3><p>Please enter your username or email address to reset your password.</p></div>"""


def sahifat_albahr(visit: Visit) -> str:
    """Oman: the category is the paper that the text was copied from; the date under the headline is the article's."""
    article, published = visit.article, visit.published_at
    title, shares = escape(article.title), 100 + int(article.number) % 97
    head = meta(
        og_title=f"{article.title} - صحيفة البحر",
        og_site_name="صحيفة البحر",
        article_published_time=published.isoformat() if published else "",
        article_section=article.credit or article.section,
    )
    body = f"""<div class="jeg_top_bar"><div class="jeg_top_date">{masthead_date(visit.now)}</div>
{_MENU}<a class="jeg_login">تسجيل الدخول</a></div>
<div class="jeg_mobile">{_MENU}<a class="jeg_login">تسجيل الدخول</a></div>
<div class="jeg_inner_content"><div class="entry-header"><h1 class="jeg_post_title">{title}</h1>
<h2 class="jeg_post_subtitle">{escape(article.subtitle)}</h2>
<div class="jeg_post_meta"><div class="jeg_meta_date"><a href="#">{jnews_date(published) if published else ""}</a></div>
<div class="jeg_meta_category">في <a href="#" rel="category tag">{escape(article.credit or article.section)}</a></div></div></div>
<div class="jeg_featured"><img src="/wp-content/uploads/{article.number}.jpg" alt="{title}"><p class="wp-caption-text">{title}</p></div>
<div class="jeg_share_top"><span class="counts">{shares}</span><span class="sharetext">SHARES</span></div>
<div class="entry-content"><div class="content-inner">
{chr(10).join(paragraphs(article.paragraphs))}
<div class="jeg_share_bottom_container"><div class="jeg_sharelist"><a>Share{shares}</a><a>Tweet{shares * 5 // 8}</a></div></div>
</div></div>
<div class="jeg_post_tags">{glued(article.tags)}</div>
<div class="jnews_related_post_container"><h3>أخبار ذات صلة</h3>{glued(article.headlines)}</div></div>
{_LOGIN}
<div id="msg">You cannot copy content of this page</div>
<footer class="jeg_footer">© {visit.now.year} صحيفة البحر - جميع الحقوق محفوظة</footer>"""
    return document(f"{article.title} - صحيفة البحر", body, head)
