"""Feeds: every format, every wrong label, and what is refused with a reason."""

import gzip
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.feeds import Feed, NotAFeed, find_feeds, parse_feed
from crawler.items import Entry

SAMPLES = Path(__file__).parent / "feeds"
AMMAN = ZoneInfo("Asia/Amman")
URL = "https://misbah.example/rss.xml"
SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "xml-attacks"


def utc(day, hour=0, minute=0, month=3, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def sample(name):
    return parse_feed((SAMPLES / name).read_bytes(), URL, AMMAN)


def rss(items, declaration='<?xml version="1.0"?>', attributes=""):
    return f'{declaration}<rss version="2.0" {attributes}><channel><title>المصباح</title>{items}</channel></rss>'


ITEM = (
    "<item><title>الناتو يبحث الضمانات الأمنية في بروكسل</title><link>https://misbah.example/n/1?a=1&amp;b=2</link>"
    "<pubDate>Tue, 10 Mar 2026 10:00:00 +0300</pubDate></item>"
)
ENTRY = Entry(
    url="https://misbah.example/n/1?a=1&b=2",
    key="https://misbah.example/n/1?a=1&b=2",
    feed_url=URL,
    title="الناتو يبحث الضمانات الأمنية في بروكسل",
    published_at=utc(10, 7),
)
ONE = Feed("rss", "المصباح", (ENTRY,))


# --- formats ---------------------------------------------------------------------------------------------------------


def test_rss20():
    feed = sample("rss20.xml")
    assert (feed.kind, feed.title, len(feed.entries)) == ("rss", "المصباح | أخبار الأردن والعالم", 4)
    full, permalink, relative, unlinked = feed.entries
    assert full == Entry(
        url="https://www.misbah.example/news/101?id=7",
        key="https://misbah.example/news/101?id=7",
        feed_url=URL,
        guid="misbah-101",
        title="كييف تطلب «ضمانات أمنية» مكتوبة قبل قمة جنيف",
        summary="قال مفاوض أوكراني إن بلاده تريد نصًا ملزمًا.",
        content_html="<p>قال مفاوض أوكراني إن بلاده تريد نصًا ملزمًا لا وعودًا عامة.</p><p>وتستضيف جنيف الجولة المقبلة.</p>",
        authors=("ليان الخطيب",),
        tags=("دولي", "أوكرانيا"),
        language="ar",
        image_url="https://misbah.example/images/101.jpg",
        published_at=utc(10, 7, 15),
    )
    assert (permalink.url, permalink.published_at) == ("https://misbah.example/news/102", utc(10, 6, 5))
    assert permalink.title == 'الحكومة تقر موازنة "التعافي" & البرلمان يناقشها غدًا'
    assert (relative.url, relative.published_at) == ("https://misbah.example/news/103", None)
    assert relative.image_url == "https://cdn.misbah.example/103.png"
    assert (unlinked.url, unlinked.key, unlinked.published_at) == ("", f"{URL}#104", utc(10, 5))


def test_rss091():
    feed = sample("rss091.xml")
    assert (feed.kind, feed.title) == ("rss", "الصحراء")
    (entry,) = feed.entries
    assert (entry.url, entry.published_at, entry.language) == ("https://assahra.example/article.php?id=31", None, "ar")
    assert entry.summary == "دعا وزير الخارجية دول الجوار إلى اجتماع في نونبر المقبل."


def test_rdf():
    feed = sample("rdf.xml")
    (entry,) = feed.entries
    assert (feed.kind, feed.title, entry.url) == ("rdf", "البرق", "https://albarq.example/n/9")
    assert (entry.published_at, entry.updated_at) == (utc(10, 8, 30), None)
    assert (entry.authors, entry.tags, entry.language) == (("سيف الكعبي",), ("اقتصاد",), "ar")


def test_atom():
    feed = sample("atom.xml")
    both, updated_only = feed.entries
    assert (feed.kind, feed.title) == ("atom", "النداء")
    assert (both.title, both.guid) == ("الرياض: مشاورات حول هدنة بحرية", "tag:annida.example,2026:501")
    assert both.url == "https://annida.example/a/501"
    assert (both.published_at, both.updated_at) == (utc(10, 5), utc(10, 8, 40))
    assert (both.authors, both.tags) == (("نورة العتيبي", "وكالات"), ("سياسة",))
    assert both.image_url == "https://annida.example/i/501.webp"
    assert "<p>مشاورات تجري بعيدًا عن الأضواء منذ أسبوع.</p>" in both.content_html
    assert (updated_only.url, updated_only.published_at) == ("https://annida.example/a/502", utc(10, 7))
    assert updated_only.content_html == "سطر فيه &lt; و &amp; فقط"


def test_json_feed():
    feed = sample("jsonfeed.json")
    story, untitled = feed.entries
    assert (feed.kind, feed.title) == ("json", "مجمع")
    assert (story.url, story.guid, story.tags) == ("https://majmaa.example/story/9001", "9001", ("الناتو", "أوروبا"))
    assert story.content_html == "<p>قال الأمين العام إن الحلف متماسك.</p><p>وأضاف أن النقاش &lt;مستمر&gt;.</p>"
    assert (story.published_at, story.updated_at, story.authors) == (utc(10, 8), utc(10, 8, 30), ("هدى سالم",))
    assert (untitled.url, untitled.title, untitled.authors) == ("https://majmaa.example/story/9002", "", ("مجمع",))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_news_sitemap(pack):
    feed = parse_feed(pack((SAMPLES / "news-sitemap.xml").read_bytes()), URL, AMMAN)
    news, other = feed.entries
    assert feed.kind == "sitemap"
    assert (news.url, news.title) == ("https://albahr.example/?p=77&lang=ar", "مسقط ترحب بجولة جنيف & تدعو إلى التهدئة")
    assert (news.published_at, news.updated_at, news.language) == (utc(10, 7, 20), utc(10, 9), "ar")
    assert (news.tags, news.image_url) == (("جنيف", "سلطنة عمان", "هدنة"), "https://albahr.example/i/77.jpg")
    assert (other.url, other.published_at) == ("https://albahr.example/fish?cat=2&page=1", None)
    assert other.updated_at == utc(22, 10, month=12, year=2021)  # noon of winter time, which Jordan had then


def test_sitemap_index():
    feed = sample("sitemap-index.xml")
    assert feed == Feed("index", sitemaps=("https://albahr.example/news-1.xml.gz", "https://misbah.example/news-2.xml"))


def test_a_broken_sitemap_gives_the_rows_before_the_break():
    text = (SAMPLES / "news-sitemap.xml").read_text(encoding="utf-8")
    assert len(parse_feed(text[: text.index("<lastmod>2021")].encode(), URL, AMMAN).entries) == 2


def test_a_feed_may_be_empty():
    assert parse_feed(rss("").encode(), URL, AMMAN) == Feed("rss", "المصباح")
    assert parse_feed(b"<urlset/>", URL, AMMAN) == Feed("sitemap")


# --- charsets and debris ---------------------------------------------------------------------------------------------

LABELLED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss(ITEM).encode(), ""),
        (rss(ITEM).encode("utf-8-sig"), "text/html"),
        (rss(ITEM).encode("utf-16"), ""),
        (rss(ITEM).encode("utf-16-le"), "application/xml; charset=utf-8"),
        (rss(ITEM).encode("utf-16-be"), ""),
        (rss(ITEM, declaration="\n").encode("utf-16-le"), ""),
        (rss(ITEM).encode("windows-1256"), ""),
        (rss(ITEM, LABELLED.format("utf-8")).encode("windows-1256"), "text/xml; charset=utf-8"),
        (rss(ITEM, LABELLED.format("iso-8859-1")).encode("windows-1256"), ""),
        (rss(ITEM, LABELLED.format("windows-1256")).encode("windows-1256"), ""),
        (rss(ITEM, LABELLED.format("windows-1256")).encode(), "text/xml; charset=windows-1256"),
        (rss(ITEM, LABELLED.format("iso-8859-6")).encode("iso-8859-6"), ""),
        (rss(ITEM, LABELLED.format("utf-16")).encode(), ""),
        (rss(ITEM, LABELLED.format("klingon")).encode(), "application/xml; charset=hex"),
        (gzip.compress(rss(ITEM).encode()), ""),
        (gzip.compress(gzip.compress(rss(ITEM).encode())), ""),
        (b"\n\n \xef\xbb\xbf" + rss(ITEM).encode(), ""),
        (b"<br />\n<b>Warning</b>: mysql_connect() in /srv/rss.php on line 3<br />\n" + rss(ITEM).encode(), ""),
        (rss(ITEM.replace("الناتو", "الن\x00\x0bاتو")).encode(), ""),
        (rss(ITEM.replace("الناتو", "&#xD800;الناتو&#0; &#99999999999999999999;")).encode(), ""),
        (rss(ITEM, '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"> <!ENTITY y "]">]>').encode(), ""),
        (rss(ITEM, "<!-- نسخة --><?xml-stylesheet href='x.xsl'?>").encode(), ""),
        (rss(ITEM).replace("</channel></rss>", "").encode(), ""),
        (rss(ITEM.replace("&amp;", "&")).encode(), ""),
    ],
)
def test_one_feed_in_any_dress(body, content_type):
    assert parse_feed(body, URL, AMMAN, content_type) == ONE


def test_one_stray_item_does_not_turn_the_others():
    stray = rss("%").replace("المصباح", "").encode("windows-1256").split(b"%")
    stray_item = "<item><title>خبر دخيل من نظام قديم</title><link>https://misbah.example/n/2</link></item>".encode("windows-1256")
    entries = parse_feed(stray[0] + ITEM.encode() + stray_item + stray[1], URL, AMMAN, "text/xml; charset=utf-8").entries
    assert [entry.title for entry in entries] == [ENTRY.title, "خبر دخيل من نظام قديم"]


def test_a_text_cut_inside_a_letter_keeps_the_rest():
    head, _, tail = rss("<item><title>الضمانات الأمنيّة%</title><guid>1</guid></item>").encode().partition(b"%")
    assert parse_feed(head[:-1] + tail, URL, AMMAN).entries[0].title == "الضمانات الأمنيّ"


def test_french_in_its_own_charset():
    body = rss("<item><title>L'été à Genève: la sécurité</title><guid>1</guid></item>").replace("المصباح", "Sahra").encode("latin-1")
    assert parse_feed(body, URL, AMMAN).entries[0].title == "L'été à Genève: la sécurité"


# --- entries ---------------------------------------------------------------------------------------------------------


def entries(items):
    return parse_feed(rss(items).encode(), URL, AMMAN).entries


def item(title, link="", guid=""):
    return f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid></item>"


def test_entries_that_share_an_address_or_guid_are_all_kept():
    front_page = "".join(item(f"خبر {n}", "https://misbah.example/", f"g{n}") for n in range(3))
    assert [entry.key for entry in entries(front_page)] == [f"{URL}#g{n}" for n in range(3)]
    one_guid = "".join(item(f"خبر {n}", guid="g") for n in range(3))
    one_page = "".join(item(f"خبر {n}", "https://misbah.example/live", f"g{n}") for n in range(3))
    assert len({entry.key for entry in entries(one_guid)}) == len({entry.key for entry in entries(one_page)}) == 3


def test_one_article_announced_twice_is_one_entry():
    again = item(ENTRY.title, "http://m.misbah.example/n/1/?b=2&amp;a=1&amp;utm_medium=rss")
    assert entries(ITEM + again) == (ENTRY,)
    edited = item("الناتو", "https://misbah.example/n/2", "g2") + item("الناتو يبحث", "https://misbah.example/n/2", "g2")
    assert [entry.title for entry in entries(edited)] == ["الناتو"]


def test_dates_are_read_at_a_given_time():
    ahead, ago = item("أ", guid="1").replace("</item>", "<pubDate>1 نيسان 2027</pubDate></item>"), "<pubDate>منذ ساعتين</pubDate>"
    body = rss(ahead + ITEM.replace("<pubDate>Tue, 10 Mar 2026 10:00:00 +0300</pubDate>", ago)).encode()
    assert [entry.published_at for entry in parse_feed(body, URL, AMMAN).entries] == [utc(1, 9, month=4, year=2027), None]
    assert [entry.published_at for entry in parse_feed(body, URL, AMMAN, now=utc(10, 9)).entries] == [None, utc(10, 7)]


def test_nothing_to_know_it_by_is_no_entry():
    assert entries("<item/><item><pubDate>Tue, 10 Mar 2026 10:00:00 +0300</pubDate></item><item><title> </title></item>") == ()


def test_content_alone_is_an_entry_with_a_stable_key():
    first, second = entries("<item><description>نص قصير</description></item>"), entries("<item><description>نص قصير</description></item>")
    assert first == second
    assert first[0].key.startswith(f"{URL}#")


def test_fields_are_bounded_and_clean():
    (entry,) = entries(
        f"<item><title>{'ضمان ' * 3000}</title><guid>{'g' * 5000}</guid><description>{'نص ' * 9000}</description>"
        f"<link>https://misbah.example/{'x' * 9000}</link><author>{'اسم' * 900}</author></item>"
    )
    assert (len(entry.title), len(entry.summary), len(entry.guid), entry.url) == (499, 10_000, 32, "")
    assert len(entry.authors[0]) == 200


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&lt;b&gt;عاجل&lt;/b&gt; خبر", "عاجل خبر"),
        ("<![CDATA[<p>أ</p><style>p{color:red}</style><p>ب</p>]]>", "أ ب"),
        ("&lt;!-- سر --&gt;خبر", "خبر"),
        ("&lt;script&gt;alert(1)", ""),
        ("5 &lt; 6 و 7 &gt; 3", "5 < 6 و 7 > 3"),
        ("خبر\u200f\u2028سطر\tثان", "خبر\u200f سطر ثان"),
        ("AT&amp;amp;T", "AT&T"),
    ],
)
def test_summaries_are_plain_text(markup, text):
    (entry,) = entries(f"<item><description>{markup}</description><guid>1</guid></item>")
    assert entry.summary == text


# --- refused ---------------------------------------------------------------------------------------------------------

XHTML = b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n\t", "the answer is empty"),
        (gzip.compress(b""), "the answer is empty"),
        (b"<!doctype html><title>x</title>", "the answer is a web page (HTML), not a feed"),
        (b"<html><head></head></html>", "the answer is a web page (HTML), not a feed"),
        (XHTML, "the answer is a web page (HTML), not a feed"),
        (b"<p>login<p>", "the answer is a web page (HTML), not a feed"),
        ("الموقع قيد الصيانة".encode(), "the answer is neither XML nor JSON"),
        (b"/etc/passwd", "the answer is neither XML nor JSON"),
        (b"http://127.0.0.1/feed.xml", "the answer is neither XML nor JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "the answer is neither XML nor JSON"),
        (b"<opml version='2.0'/>", "the answer is XML, but neither feed nor sitemap: it begins with <opml>"),
        (b"<urlset><url", "the sitemap is broken XML"),
        (b'{"items": []}', "the answer is JSON, but not a JSON Feed"),
        (b"[1]", "the answer is JSON, but not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "the answer is broken JSON"),
        (b"[" * 100_000, "the answer is broken JSON"),
        (b"\x1f\x8b\x08 broken", "the answer is a broken gzip file"),
        (gzip.compress(bytes(17 * 2**20)), "the answer is larger than 16 MiB"),
        (b"x" * (16 * 2**20 + 1), "the answer is larger than 16 MiB"),
        (rss("", attributes=" ".join(f'a{n}="1"' for n in range(100_000))).encode(), "the feed has a tag with more than 2,000 attributes"),
        (rss("", attributes=" ".join(f"a{n}='>'" for n in range(2001))).encode(), "the feed has a tag with more than 2,000 attributes"),
        (rss(("<item " + "a='' " * 1900 + "/>") * 20).encode(), "the feed has too many attributes"),
        (rss("<a xmlns:b='c'/>" * 10_001).encode(), "the feed declares more than 10,000 namespaces"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body, reason):
    started = time.process_time()
    with pytest.raises(NotAFeed) as refusal:
        parse_feed(body, URL, AMMAN)
    assert str(refusal.value) == reason
    assert time.process_time() - started < 2


def test_many_equals_signs_in_a_text_are_no_attributes():
    assert len(entries(f"<item><guid>1</guid><description>{'a=b ' * 5000}</description></item>")) == 1


@pytest.mark.parametrize(
    "items",
    [
        "<a>" * 20_000,
        "<item><title>" + "<a " * 20_000,
        "<item><title>" + "<![CDATA[" * 20_000,
        "<!--" * 50_000,
        "<item><title>" + "&" * 100_000,
        "<item><description>" + "&lt;script " * 50_000,
        "<!DOCTYPE x [" * 20_000,
        "<a " + "\"'" * 100_000,
    ],
)
def test_hostile_markup_ends_soon(items):
    started = time.process_time()
    assert parse_feed(rss(items).encode(), URL, AMMAN).kind == "rss"
    assert time.process_time() - started < 5


def test_entities_do_not_expand():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]>' + rss("<item><title>&l9;</title><guid>1</guid></item>", declaration="")
    assert parse_feed(bomb.encode(), URL, AMMAN).entries[0].title == "&l9;"


def test_public_attacks_are_refused():
    if not SUITE.is_dir():
        pytest.skip("the public suites are not on this machine")
    for path in SUITE.rglob("*.xml"):
        with pytest.raises(NotAFeed):
            parse_feed(path.read_bytes(), URL, AMMAN)


# --- discovery -------------------------------------------------------------------------------------------------------


def test_find_feeds():
    html = """<head><base href="https://misbah.example/ar/">
    <link rel="alternate" type="application/rss+xml" title="الكل" href="/rss.xml">
    <LINK HREF='feed?type=a&amp;n=2' TYPE='application/atom+xml' REL='Alternate home'>
    <link rel=alternate type=application/feed+json href=feed.json />
    <link rel="alternate" type="application/rss+xml" href="https://misbah.example/rss.xml#top">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
    <link rel="alternate" hreflang="en" href="/en/">
    <link rel="stylesheet" type="text/css" href="/s.css">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head>"""
    assert find_feeds(html, "https://misbah.example/") == [
        "https://misbah.example/rss.xml",
        "https://misbah.example/ar/feed?type=a&n=2",
        "https://misbah.example/ar/feed.json",
    ]


@pytest.mark.parametrize("html", ["", "<link " * 100_000, "<link rel=alternate " + "a='" * 100_000, "\ud800<link"])
def test_pages_without_feeds(html):
    assert find_feeds(html, URL) == []
