"""العربية — Saudi Arabia. Reported in public lists up to 2026; data centres were answered 403 in March and September 2026.

Selectors: scrapers of 2025 (`headingInfo_title`, `body-1 paragraph`) and of 2019 (`article-hdr`, `body-text`).
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AlarabiyaPage(ArticlePage):
    title_css = "h1.headingInfo_title, div.article-hdr h1"
    body_css = "p.body-1.paragraph, div#body-text p"
    timezone = "Asia/Riyadh"
    site_names = ("العربية", "العربية نت", "العربية.نت", "Al Arabiya", "قناة العربية")


class AlarabiyaSpider(OutletSpider):
    name = "alarabiya"
    title = "العربية"
    aliases = ("العربية نت", "العربية.نت", "قناة العربية", "موقع العربية")
    country = "sa"
    domains = ("alarabiya.net",)
    feeds = (
        "https://www.alarabiya.net/feed/rss2/ar.xml",
        "https://www.alarabiya.net/feed/rss2/ar/arab-and-world.xml",
        "https://www.alarabiya.net/feed/rss2/ar/saudi-today.xml",
        "https://www.alarabiya.net/feed/rss2/ar/aswaq.xml",
        "https://www.alarabiya.net/feed/rss2/ar/iran.xml",
        "https://www.alarabiya.net/tools/mrss/?cat=main",
    )
    sitemaps = ("https://www.alarabiya.net/sitemap.xml",)
    skip = (r"/(?:videos?|galleries|gallery|programs?)/",)
    page = AlarabiyaPage
    known = "reported"
    min_per_day = 50
