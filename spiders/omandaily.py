"""جريدة عُمان — Oman. Listing pages and title suffix reported by a scraper of 2026; no working feed is known.

A missing article answers 200 with the site's name for a title. Its certificate was not accepted by that scraper.
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class OmandailyPage(ArticlePage):
    timezone = "Asia/Muscat"
    site_names = ("الموقع الرسمي لجريدة عمان", "الموقع الرسمي لجريدة عُمان", "جريدة عمان", "عمان")


class OmandailySpider(OutletSpider):
    name = "omandaily"
    title = "جريدة عُمان"
    aliases = ("جريدة عمان", "صحيفة عمان", "عمان اليوم")
    country = "om"
    domains = ("omandaily.om",)
    sections = (
        "https://www.omandaily.om/morearticles/عمان-اليوم",
        "https://www.omandaily.om/morearticles/الاقتصادية",
    )
    section_css = 'a[href*="/na/"]'
    page = OmandailyPage
    known = "reported"
    min_per_day = 15
