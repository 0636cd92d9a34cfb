"""العين الإخبارية — United Arab Emirates. Feeds seen in public lists.

Its pages end in junk about each visit, which is cut off for all outlets.
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AlAinPage(ArticlePage):
    timezone = "Asia/Dubai"
    site_names = ("العين الإخبارية", "العين", "Al-Ain", "بوابة العين الإخبارية")


class AlAinSpider(OutletSpider):
    name = "al_ain"
    title = "العين الإخبارية"
    aliases = ("العين", "بوابة العين", "بوابة العين الإخبارية")
    country = "ae"
    domains = ("al-ain.com", "sport.al-ain.com")
    feeds = ("https://al-ain.com/rss", "https://al-ain.com/rss/economy")
    skip = (r"/(?:video|videos|gallery)/",)
    page = AlAinPage
    known = "reported"
    min_per_day = 30
