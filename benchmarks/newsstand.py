"""Invented pieces in; out comes a folder of pages as news sites have them, each about 60 KB, and the RSS feeds that announce them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import islice, pairwise
from math import ceil
from pathlib import Path

from invented import Piece, Press

PAGE_BYTES = 60_000
FEED_ITEMS = 100
HOURS = 20
"""All pieces came out in so many hours before the crawl."""
MENU, LATEST = 90, 30
"""Links in the menus, and headlines of other articles beside the text."""
BODY_CSS = "div.story p"

_HEAD = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title} | صحيفة {outlet}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="description" content="{summary}">
<meta property="og:title" content="{title}"><meta property="og:type" content="article"><meta property="og:url" content="{url}">
<meta property="og:site_name" content="صحيفة {outlet}"><meta property="article:published_time" content="{at}">
<link rel="canonical" href="{url}"><link rel="stylesheet" href="/css/site.css">
<script type="application/ld+json">{facts}</script>
<script>{before}</script></head>
"""
_BODY = """<body class="single post"><header><div class="logo"><a href="/">صحيفة {outlet}</a></div><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{title}</h1><div class="meta"><span class="author">{author}</span> <time datetime="{at}">{at}</time></div>
<figure><img src="/img/{number}.jpg" alt=""><figcaption>صورة من الأرشيف</figcaption></figure>
<div class="share"><a href="#f">فيسبوك</a> <a href="#x">تويتر</a> <a href="#w">واتساب</a></div>
<div class="story">{text}</div></article>
<aside><h3>آخر الأخبار</h3><ul>{latest}</ul></aside></main>
<footer><ul>{menu}</ul><p>جميع الحقوق محفوظة © صحيفة {outlet}</p></footer>
<script>{after}</script></body></html>
"""
_SCRIPT = "window._q=window._q||[];_q.push(function(d,s,i){var e=d.createElement(s);e.async=1;e.id='w'+i;d.body.appendChild(e)});\n"


@dataclass(frozen=True, slots=True)
class Site:
    """What stands where."""

    pages: tuple[str, ...]
    feeds: tuple[str, ...]
    repeats: int
    """How many of the pages copy or rework another."""


def write_site(folder: Path, press: Press, pages: int, hosts: Sequence[str], now: datetime) -> Site:
    """Write pages and feeds; `hosts` are names with port, and each has as many pages as the others."""
    frames = [_frame(press, place) for place in range(len(hosts))]
    feeds: list[list[str]] = []
    addresses, repeats = [], 0
    (folder / "news").mkdir(parents=True)
    for piece in press.write(pages, len(hosts)):
        place = piece.number % len(hosts)
        at = now - timedelta(hours=HOURS) * (1 - piece.number / pages)
        addresses.append(url := f"http://{hosts[place]}/news/{piece.number}.html")
        (folder / "news" / f"{piece.number}.html").write_text(_page(piece, url, at, frames[place]), encoding="utf-8")
        feed = place + piece.number // len(hosts) // FEED_ITEMS * len(hosts)
        feeds.extend([] for _ in range(feed + 1 - len(feeds)))
        feeds[feed].append(_item(piece, url, at))
        repeats += piece.repeats is not None
    for number, items in enumerate(feeds):
        (folder / f"{number}.xml").write_text(_feed(hosts[number % len(hosts)], items), encoding="utf-8")
    return Site(tuple(addresses), tuple(f"http://{hosts[number % len(hosts)]}/{number}.xml" for number in range(len(feeds))), repeats)


def _frame(press: Press, place: int) -> dict[str, str]:
    """What all pages of an outlet share."""
    headlines = [piece.title for piece in press.write(LATEST, 1)]
    words = [word for headline in headlines for word in headline.split()]
    names = islice(pairwise(words), MENU)
    return {
        "outlet": f"{words[0]} {place}",
        "author": f"{words[1]} {words[2]}",
        "menu": "".join(f'<li class="item"><a href="/section/{at}">{" ".join(name)}</a></li>' for at, name in enumerate(names)),
        "latest": "".join(f'<li><a href="/older/{at}.html"><span>{escape(text)}</span></a></li>' for at, text in enumerate(headlines)),
    }


def _page(piece: Piece, url: str, at: datetime, frame: dict[str, str]) -> str:
    facts = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": f"صحيفة {frame['outlet']}", "url": "/"},
            {
                "@type": "NewsArticle",
                "headline": piece.title,
                "datePublished": at.isoformat(timespec="seconds"),
                "author": {"@type": "Person", "name": frame["author"]},
                "image": [f"/img/{piece.number}.jpg"],
                "inLanguage": "ar",
            },
        ],
    }
    values = {
        **frame,
        "number": str(piece.number),
        "title": escape(piece.title),
        "summary": escape(piece.summary),
        "url": url,
        "at": at.isoformat(timespec="seconds"),
        "facts": json.dumps(facts, ensure_ascii=False),
        "text": "\n".join(f"<p>{escape(text)}</p>" for text in piece.paragraphs),
    }
    bare = (_HEAD + _BODY).format_map({**values, "before": "", "after": ""})
    lines = max(0, ceil((PAGE_BYTES - len(bare.encode())) / len(_SCRIPT)))
    return (_HEAD + _BODY).format_map({**values, "before": _SCRIPT * (lines // 3), "after": _SCRIPT * (lines - lines // 3)})


def _item(piece: Piece, url: str, at: datetime) -> str:
    return (
        f"<item><title>{escape(piece.title)}</title><link>{url}</link><guid>{url}</guid>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(piece.summary)}</description></item>"
    )


def _feed(host: str, items: Sequence[str]) -> str:
    """The newest first, as feeds are."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>صحيفة</title><link>http://{host}/</link>'
        f"<description/>{''.join(reversed(items))}</channel></rss>"
    )
