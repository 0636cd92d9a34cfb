"""Addresses: what is dropped, what must stay, what counts as the same article."""

import json
import random
import time
from pathlib import Path

import pytest

from crawler.urls import clean_url, host, url_key

SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "url-canonical"

CLEANED = [
    ("https://misbah.example/n/1?utm_source=rss&id=7&fbclid=x", "https://misbah.example/n/1?id=7"),
    ("https://misbah.example/n/1?UTM_Medium=a&gclid=1&at_medium=RSS&mtm_campaign=b", "https://misbah.example/n/1"),
    ("https://misbah.example/?p=123", "https://misbah.example/?p=123"),
    ("https://misbah.example/?feed=rss2", "https://misbah.example/?feed=rss2"),
    ("https://misbah.example/n?ref=homepage", "https://misbah.example/n"),
    ("https://misbah.example/n?ref=48211", "https://misbah.example/n?ref=48211"),
    ("https://misbah.example/n#comments", "https://misbah.example/n"),
    ("  https://misbah.example/n\u200f\n", "https://misbah.example/n"),
    ("HTTP://WWW.Misbah.Example:80/N", "http://www.misbah.example/N"),
    ("https://misbah.example:8443/n", "https://misbah.example:8443/n"),
    ("https://misbah.example", "https://misbah.example/"),
    ("https://misbah.example/خبر عاجل", "https://misbah.example/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84"),
    ("https://misbah.example/%d8%ae", "https://misbah.example/%d8%ae"),
    ("https://المصباح.example/", "https://xn--mgbacv1b3fh.example/"),
    ("https://user:secret@misbah.example/n", "https://misbah.example/n"),
    ("https://evil.example\\@good.example/", "https://evil.example/@good.example/"),
    ("http://[::1]:8080/n", "http://[::1]:8080/n"),
    ("https://misbah.example/a/../b/./c", "https://misbah.example/b/c"),
]
NO_ADDRESS = [
    "", " ", "خبر", "/n/1", "//misbah.example/n", "mailto:desk@misbah.example", "javascript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "ftp://misbah.example/", "http://", "http:///n", "http://[::1", "http://misbah.example:port/", "http://misbah.example:99999/",
    "http://a b/", "tag:misbah.example,2026:1", "http://-/", "http://" + "a" * 300, "https://misbah.example/" + "ف" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), CLEANED)
def test_clean_url(url, expected):
    assert clean_url(url) == expected


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_web_address_is_empty(url):
    assert (clean_url(url), url_key(url), host(url)) == ("", "", "")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/n/1", "https://misbah.example/n/1"),
        ("2", "https://misbah.example/rss/2"),
        ("../n?x=1#f", "https://misbah.example/n?x=1"),
        ("//cdn.example/i.jpg", "https://cdn.example/i.jpg"),
        ("?p=5", "https://misbah.example/rss/feed.xml?p=5"),
        ("http://other.example/n", "http://other.example/n"),
        ("mailto:desk@misbah.example", ""),
    ],
)
def test_relative_addresses(url, expected):
    assert clean_url(url, "https://misbah.example/rss/feed.xml") == expected


SAME = [
    "https://misbah.example/خبر/أمن",
    "http://misbah.example/خبر/أمن/",
    "https://www.misbah.example/خبر/أمن",
    "https://m.misbah.example/خبر/أمن",
    "https://amp.misbah.example/خبر/أمن",
    "https://misbah.example:443/خبر/أمن",
    "https://misbah.example/خبر/\u0627\u0654من",  # decomposed hamza
    "https://misbah.example/%d8%ae%d8%a8%d8%b1/%d8%a3%d9%85%d9%86",
    "https://misbah.example/%D8%AE%D8%A8%D8%B1/%D8%A3%D9%85%D9%86",
    "https://misbah.example/%25d8%25ae%25d8%25a8%25d8%25b1/%25d8%25a3%25d9%2585%25d9%2586",
    "https://misbah.example/amp/خبر/أمن",
    "https://misbah.example/خبر/أمن/amp/",
    "https://misbah.example/خبر/أمن?amp=1",
    "https://misbah.example/خبر/أمن?amp",
    "https://misbah.example/خبر/أمن?noamp=mobile",
    "https://misbah.example/خبر/أمن?random-post=1&utm_source=rss-misbah",
    "https://misbah.example/خبر/أمن?rss=1",
    "https://misbah.example/خبر//أمن/index.html",
    "https://misbah.example/خبر/أمن;jsessionid=0A1B?outputType=amp",
    "https://misbah.example/خبر/أمن#المزيد",
]


@pytest.mark.parametrize("url", SAME)
def test_one_article_has_one_key(url):
    assert url_key(url) == url_key(SAME[0]) == "https://misbah.example/%D8%AE%D8%A8%D8%B1/%D8%A3%D9%85%D9%86"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://misbah.example/?p=123", "https://misbah.example/?p=124"),
        ("https://misbah.example/n/1", "https://misbah.example/n/2"),
        ("https://misbah.example/N", "https://misbah.example/n"),
        ("https://misbah.example/n/champ", "https://misbah.example/n"),
        ("https://misbah.example/n?ref=48211", "https://misbah.example/n?ref=48212"),
        ("https://misbah.example/", "https://sport.misbah.example/"),
        ("https://misbah.example/", "https://misbah.example:8080/"),
        ("https://misbah.example/%C7%E1", "https://misbah.example/%C7%E3"),  # windows-1256
        ("https://m.example/n", "https://n.example/n"),
    ],
)
def test_two_articles_have_two_keys(one, other):
    assert url_key(one) != url_key(other)


def test_parameters_in_any_order():
    assert url_key("https://misbah.example/n?b=2&a=1+0") == url_key("https://misbah.example/n?a=1%200&b=2")


def test_host():
    assert host("https://WWW.Misbah.example:8080/n") == "misbah.example"
    assert host("https://عمان.example/") == "xn--mgb9awbf.example"


PIECES = [
    "http://", "https://", "misbah.example", "www.", "m.", ":80", ":443", "/", "//", "..", "%2e", ".amp", "amp", "index.html", "?", "&",
    "=", "#", "%", "25", "2", "5", "d9", "%D9", "%81", "ا",
    "\u0627\u0654", "\ud800", "\x00", "\u200f", " ", "+", "\\", "@", ":", "[", "]", ";jsessionid=1",
    "utm_x", "ref=", "é", "İ", "ß", "xn--", "。",
]  # fmt: skip


def test_both_forms_are_stable_for_any_string():
    pick = random.Random(26)
    for start in ("", "http://misbah.example/"):
        for _ in range(4000):
            url = start + "".join(pick.choices(PIECES, k=pick.randint(1, 14)))
            assert clean_url(clean_url(url)) == clean_url(url), url
            assert url_key(url_key(url)) == url_key(url) == url_key(clean_url(url)), url


@pytest.mark.parametrize(
    "path",
    [
        *("%" * 4000, "%25" * 1300 + "41", "%2" + "%3" * 1900 + "5", "/.." * 1300),
        *(";jsessionid=" * 300, "?" + "&" * 4000, "\u0654" * 600, "x" * 10**7),
    ],
)
def test_hostile_addresses_take_no_time(path):
    started = time.process_time()
    url_key("http://misbah.example/" + path)
    assert time.process_time() - started < 1


def test_public_cases():
    if not SUITE.is_dir():
        pytest.skip("the public suites are not on this machine")
    for case in json.loads((SUITE / "miniflux_tracking_params.json").read_text()):
        if case["input"].startswith("http"):
            assert clean_url(case["input"]) == case["expected"].partition("#")[0].replace("+", "%20")
    tuples = json.loads((SUITE / "w3lib_string_tuples.json").read_text())
    for text in {text for row in tuples for text in row} | set(json.loads((SUITE / "w3lib_inputs.json").read_text())):
        assert url_key(url_key(text)) == url_key(text)
