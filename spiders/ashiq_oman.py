"""عاشق عُمان — Oman, a WordPress site in the JNews theme that copies Omani papers and names them as categories.

No address of its homepage or feed was found in any source, so it announces nothing here: its pages are read when
another outlet's feed, `scrapy crawl page` or `scrapy extract --outlet ashiq_oman` brings them.
"""

from crawler.families import JNewsPage
from crawler.spider import OutletSpider


class AshiqOmanPage(JNewsPage):
    timezone = "Asia/Muscat"
    site_names = ("عاشق عُمان", "عاشق عمان", "شبكة عاشق عمان")


class AshiqOmanSpider(OutletSpider):
    name = "ashiq_oman"
    title = "عاشق عُمان"
    aliases = ("شبكة عاشق عمان",)
    country = "om"
    page = AshiqOmanPage
    known = "unverified"
