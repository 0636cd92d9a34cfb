"""The practice outlets: key, printed title, country, clock, and where each announces and publishes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOutlet:
    """One made-up outlet; paths are those of its own address."""

    key: str
    title: str
    country: str
    """ISO 3166-1 alpha-2, lower case."""
    timezone: str
    announces: str
    """Path of its feed, sitemap or section page."""
    pages: str
    """Path of an article's page; {number} is the number of its id, {hash} 32 hex digits."""
    charset: str = "utf-8"
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    """What its announcements are answered with; old publishing systems know one of the two."""

    @property
    def zone(self) -> ZoneInfo:
        """Its clock."""
        return ZoneInfo(self.timezone)

    def page_path(self, article_id: str) -> str:
        """Path of the page of one of its articles."""
        hashed = blake2b(article_id.encode(), digest_size=16).hexdigest()
        return self.pages.format(number=article_id.rsplit("-", 1)[-1], hash=hashed)


OUTLETS = {
    outlet.key: outlet
    for outlet in (
        PracticeOutlet(
            key="almisbah",
            title="المصباح",
            country="jo",
            timezone="Asia/Amman",
            announces="/rss.xml",
            pages="/news/{number}",
        ),
        PracticeOutlet(
            key="annida",
            title="النداء",
            country="sa",
            timezone="Asia/Riyadh",
            announces="/atom.xml",
            pages="/article/{number}",
        ),
        PracticeOutlet(
            key="alufuq",
            title="الأفق",
            country="iq",
            timezone="Asia/Baghdad",
            announces="/rss",
            pages="/{number}",
        ),
        PracticeOutlet(
            key="sahifat_albahr",
            title="صحيفة البحر",
            country="om",
            timezone="Asia/Muscat",
            announces="/news-sitemap.xml.gz",
            pages="/archives/{number}",
        ),
        PracticeOutlet(
            key="albarq",
            title="البرق",
            country="ae",
            timezone="Asia/Dubai",
            announces="/feed.rdf",
            pages="/article/{hash}",
        ),
        PracticeOutlet(
            key="naqil",
            title="ناقل",
            country="",
            timezone="Asia/Dubai",
            announces="/politics",
            pages="/story/{number}.html",
        ),
        PracticeOutlet(
            key="majmaa",
            title="مجمع",
            country="",
            timezone="UTC",
            announces="/feed.json",
            pages="/article/{hash}",
        ),
        PracticeOutlet(
            key="assahra",
            title="الصحراء",
            country="dz",
            timezone="Africa/Algiers",
            announces="/backend.rss",
            pages="/article.php?id={number}",
            charset="windows-1256",
            validators=("Last-Modified",),
        ),
        PracticeOutlet(
            key="alwadi",
            title="الوادي",
            country="eg",
            timezone="Africa/Cairo",
            announces="/rss/all",
            pages="/story/{number}",
            validators=("ETag",),
        ),
        PracticeOutlet(
            key="annahda",
            title="النهضة",
            country="lb",
            timezone="Asia/Beirut",
            announces="/rss.xml",
            pages="/app/{number}",
        ),
        PracticeOutlet(
            key="almathal",
            title="المثال",
            country="kw",
            timezone="Asia/Kuwait",
            announces="/rss.xml",
            pages="/n/{number}",
        ),
        PracticeOutlet(
            key="almughlaq",
            title="المغلق",
            country="bh",
            timezone="Asia/Bahrain",
            announces="/rss.xml",
            pages="/n/{number}",
        ),
    )
}
