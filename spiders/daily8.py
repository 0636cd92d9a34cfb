"""ديلي 8 — an aggregator, never the publisher. No feed is known; four pages were seen in 2025.

Under the headline (printed twice) stand the outlet and the age of the text, often glued («المغرب اليوممنذ 2 أيام»);
under the text tags, promotion, comments and «أخبار ذات صلة» with whole articles of other outlets as cards.
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class Daily8Page(ArticlePage):
    cards = ("أخبار ذات صلة",)
    stop = ("العلامات", "الوسوم", "هاشتاغز", "لا توجد تعليقات")
    site_names = ("ديلي 8", "Daily8", "دايلي 8", "daily8.com")


class Daily8Spider(OutletSpider):
    name = "daily8"
    title = "ديلي 8"
    aliases = ("دايلي 8",)
    domains = ("daily8.com", "test.daily8.com")
    sections = ("https://www.daily8.com/",)
    section_css = 'a[href*="/article/"]'
    page = Daily8Page
    known = "unverified"
