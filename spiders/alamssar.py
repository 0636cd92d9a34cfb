"""الأمصار — Iraq, edited perhaps in Cairo (zone unverified). No feed is known; four pages were seen in 2025.

Undated pages: editors' masthead, headline, «نشر» with nothing behind it, text with captions, then perhaps
«أخبار أخرى..» and a whole second story.
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AlamssarPage(ArticlePage):
    second = ("أخبار أخرى",)
    timezone = "Asia/Baghdad"
    site_names = ("الأمصار", "موقع الأمصار", "Alamssar")


class AlamssarSpider(OutletSpider):
    name = "alamssar"
    title = "الأمصار"
    aliases = ("موقع الأمصار", "صحيفة الأمصار")
    country = "iq"
    domains = ("alamssar.com",)
    sections = ("https://www.alamssar.com/",)
    section_css = "a[href]"
    skip = (r"^https?://[^/]+/(?!\d+$)",)  # articles are bare numbers: /274454
    page = AlamssarPage
    known = "unverified"
