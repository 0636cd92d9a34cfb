"""عرب خبر — a site that copies papers and names them («المصدر: صحيفة …»). No feed is known; pages were seen in 2025.

Under the text: tags, «إقرأ أيضاً:» with a whole older article of its own tags, «مقالات مشابهة» with ten headlines.
Dates are English: «14th, February 2025 GMT».
"""

from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class ArabkhabarPage(ArticlePage):
    second = ("إقرأ أيضاً",)
    stop = ("مقالات مشابهة",)
    site_names = ("عرب خبر", "ArabKhabar", "موقع عرب خبر")


class ArabkhabarSpider(OutletSpider):
    name = "arabkhabar"
    title = "عرب خبر"
    aliases = ("موقع عرب خبر",)
    domains = ("arabkhabar.com",)
    sections = ("https://arabkhabar.com/",)
    page = ArabkhabarPage
    known = "unverified"
