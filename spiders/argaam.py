"""أرقام — Saudi Arabia, business. Feed seen in one list; titles are known to end in « - أرقام», dates to follow «بتاريخ»."""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class ArgaamPage(ArticlePage):
    timezone = "Asia/Riyadh"
    site_names = ("أرقام", "Argaam", "بوابة أرقام المالية", "أرقام : أخبار ومعلومات سوق الأسهم السعودي - تاسي")


class ArgaamSpider(OutletSpider):
    name = "argaam"
    title = "أرقام"
    aliases = ("بوابة أرقام", "أرقام المالية")
    country = "sa"
    domains = ("argaam.com", "alphabeta.argaam.com")
    feeds = ("https://www.argaam.com/ar/rss/",)
    page = ArgaamPage
    known = "reported"
    min_per_day = 20
