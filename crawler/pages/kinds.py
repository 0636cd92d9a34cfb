"""A page and what was read of it in; out comes why it is no article, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from crawler.arabic import fold
from crawler.pages.blocks import MOST_TEXT, Block, text_of
from crawler.pages.noise import is_prose
from crawler.pages.structured import ARTICLE_TYPES, LIST_TYPES, VIDEO_TYPES, Structured
from crawler.pages.tree import Element

_SHORT = 600
"""Characters of text under which a page is believed that says it is something else; a short article is, when it says so itself."""
_LONGEST = MOST_TEXT // 2
ENOUGH = 150
"""Characters of text under which a page without other signs of an article is none."""
SENTENCE = 40
"""Characters under which even a page that calls itself an article has no text: a stub."""
_TEASERS = 4
"""So many linked headlines, each with its paragraph, are a list; fewer may be a box in a text."""
_BLOCKED = re.compile(
    r"just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|verify(?:ing)? you are human|captcha"
    r"|request unsuccessful|ddos protection|sucuri website firewall|\bforbidden\b|service unavailable|bad gateway"
    r"|تحقق من انك لست|لست روبوت|تم حظر (?:الوصول|عنوان|ال?اي بي|طلبك|زيارتك)|الوصول مرفوض"
)
_MISSING = re.compile(
    r"^\W*404\b(?! [ء-ي])|\b404\W*$|error 404|not found|الصفحه (?:غير موجوده|المطلوبه غير|التي تبحث|لم)"
    r"|لم يتم العثور علي|عذرا.{0,20}(?:غير موجود|الصفحه)|غير موجوده?$|خطا 404|المقال غير موجود"
    r"|حدث خطا (?:ما|اثناء|غير متوقع|في (?:الخادم|النظام|الموقع))|^حدث خطا\W*$"
)
_LOGIN = re.compile(r"^(?:تسجيل (?:الدخول|دخول)|دخول الاعضاء|log ?in|sign ?in|انشاء حساب)\b|^الدخول(?: الي (?:حساب|الموقع).*)?\W*$")
_CONSENT = re.compile(
    r"before you continue|قبل ان تتابع|your personal data|tcf vendor|consent to use your data|نحن نستخدم ملفات تعريف الارتباط"
)
_SEARCH = re.compile(r"(?:نتاءج|نتيجه) البحث(?: عن)?(?! ال?علمي)|search results|^(?:صفحه )?(?:ال)?بحث(?: عن)?\s*(?:[:\"«|–-]|$)")
_LIST_PATH = re.compile(
    r"^/(?:\w\w/)?(?:tags?|topics?|category|categories|search|author|authors|archives?/page|rss|feed|section|sections|وسم|كاتب"
    r"|مولف)(?:/|$)|/page/\d+/?$"
)
_LIST_CLASS = re.compile(
    r"(?:^|\s)(?:archive|category|tag|author|search|search-results|home|blog|error404|page-template-\S*home\S*)(?:\s|$)"
)
_SINGLE_CLASS = re.compile(r"(?:^|\s)(?:single|single-post|postid-\d+|node-type-\S+|article-page|post-template-default)(?:\s|$)")


def find_reason(
    root: Element, structured: Structured, url: str, title: str, lines: Sequence[str], own: Sequence[Block] = ()
) -> str | None:
    """Why this page is no article, one sentence; None when it is one.

    A page says so by its title, its address, its types or its body class; short of that, by holding no text. `own` are
    the blocks that `lines` were taken from.
    """
    text = sum(map(len, lines))
    if text < (ENOUGH if _says_article(structured) else _SHORT):
        headings = [fold(text).lower() for text in (title, *(text_of(node) for node in root.xpath("//title | //h1")[:3]))]
        for pattern, reason in (
            (_BLOCKED, "the site shows a block or captcha page instead of an article"),
            (_MISSING, "the page says that it was not found"),
            (_SEARCH, "the page lists search results"),
        ):
            if any(map(pattern.search, headings)):
                return reason
        locked = text < ENOUGH and root.xpath("//input[@type='password']") and not _says_article(structured)
        if locked or _LOGIN.search(fold(title).lower()):
            return "the page asks to log in"
        if any(map(_CONSENT.search, headings)) or (text < ENOUGH and _CONSENT.search(fold(text_of(root)[:3000]).lower())):
            return "the page asks for consent instead of showing an article"
    if not title and not structured.articles and text < 3 * ENOUGH:
        return "the page has no title but the site's name: a missing article, or the front page"
    if listed := _list_reason(root, structured, url, lines) or (None if _says_article(structured) else _teasers_only(own)):
        return listed
    if text > _LONGEST:
        return "the text is longer than any article"
    if not lines:
        return "the page is a video without text" if _is_video(structured) else "no article text was found on the page"
    if text < (SENTENCE if _says_article(structured) else ENOUGH):
        return "the page is a video without text" if _is_video(structured) else "the page has hardly any text"
    return None


def _says_article(structured: Structured) -> bool:
    kinds = [text.lower() for _, text in structured.meta_texts("og:type")]
    dated = structured.meta_texts("article:published_time")
    return bool(structured.types & ARTICLE_TYPES) or "article" in kinds or bool(dated)


def _is_video(structured: Structured) -> bool:
    return bool(structured.types & VIDEO_TYPES) or any(text.lower().startswith("video") for _, text in structured.meta_texts("og:type"))


def _list_reason(root: Element, structured: Structured, url: str, lines: Sequence[str]) -> str | None:
    """A list of articles: its own words for it, or headlines where an article has paragraphs."""
    says_article = _says_article(structured)
    body = root.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if _LIST_CLASS.search(classes) and not _SINGLE_CLASS.search(classes) and not says_article:
        return "the page is a list of articles"
    if structured.types & LIST_TYPES and not structured.types & ARTICLE_TYPES:
        return "the page is a list of articles"
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    front = path.rstrip("/") in ("", "/ar", "/arabic", "/index.html", "/index.php") and not parts.query and bool(parts.netloc)
    if not structured.types & ARTICLE_TYPES and not structured.meta_texts("article:published_time"):
        if _LIST_PATH.search(path) or re.search(r"(?:^|&)(?:s|q|search|query)=", parts.query):
            return "the address is that of a list or a search"
        if front and sum(len(line) for line in lines if len(line) > 100) < 600:
            return "the address is that of the front page"
    return _headlines_only(lines) if not says_article else None


def _teasers_only(own: Sequence[Block]) -> str | None:
    """Linked headlines with a paragraph under each, and no text that is longer."""
    at = [index for index, block in enumerate(own) if block.heading and block.all_linked]
    under = [sum(is_prose(block.text) for block in own[start + 1 : end]) for start, end in zip(at, [*at[1:], len(own)], strict=False)]
    if len(at) >= _TEASERS and all(0 < told <= 2 for told in under):
        return "the page is a list of articles"
    return None


def _headlines_only(lines: Sequence[str]) -> str | None:
    """Many short lines without an end, hardly a sentence: headlines."""
    ended = sum(len(line) for line in lines if len(line) >= 100 or (len(line) > 60 and line.rstrip()[-1:] in ".!؟»\"”"))
    if len(lines) >= 5 and ended * 2 < sum(map(len, lines)):
        return "the page is a list of headlines"
    return None
