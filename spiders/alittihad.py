"""الاتحاد — United Arab Emirates. Feeds seen in lists under both spellings of its domain; a text selector without a date."""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AlittihadPage(ArticlePage):
    body_css = ".art-text"
    timezone = "Asia/Dubai"
    site_names = ("الاتحاد", "صحيفة الاتحاد", "جريدة الاتحاد", "مركز الاتحاد للأخبار", "Aletihad")


class AlittihadSpider(OutletSpider):
    name = "alittihad"
    title = "الاتحاد"
    aliases = ("صحيفة الاتحاد", "جريدة الاتحاد", "الاتحاد الإماراتية", "مركز الاتحاد للأخبار")
    country = "ae"
    domains = ("alittihad.ae", "aletihad.ae", "manager.alittihad.ae")
    feeds = ("https://www.aletihad.ae/rss", "https://www.alittihad.ae/rss")
    page = AlittihadPage
    known = "reported"
    min_per_day = 20
