"""الشرق للأخبار — Saudi Arabia. Feeds reported in public lists; nothing is known of the page's layout."""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AsharqNewsPage(ArticlePage):
    timezone = "Asia/Riyadh"
    site_names = ("الشرق للأخبار", "الشرق", "Asharq News", "الشرق NOW", "اقتصاد الشرق")


class AsharqNewsSpider(OutletSpider):
    name = "asharq_news"
    title = "الشرق للأخبار"
    aliases = ("الشرق", "اقتصاد الشرق", "الشرق بلومبرغ", "اقتصاد الشرق مع بلومبرغ")
    country = "sa"
    domains = ("asharq.com", "now.asharq.com", "asharqbusiness.com")
    feeds = (
        "https://asharq.com/rss.xml",
        "https://asharq.com/snapchat/rss.xml",
        "https://asharqbusiness.com/rss.xml",
    )
    skip = (r"://now\.asharq\.com/(?:videos|clips)/",)
    page = AsharqNewsPage
    known = "reported"
    min_per_day = 30
