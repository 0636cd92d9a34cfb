"""Lines of a page's text in; out come the lines that are the article's: no promotion, no tags, no session junk.

Patterns are written in folded letters (`arabic.fold`: alef without hamza, ه for ة, ي for ى), so that one spelling finds all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from crawler.arabic import fold
from crawler.pages.tree import squeeze

_READ_ALSO = (
    r"(?:و?قد )?(?:ا?قر[اء]{1,2}|تقر[اء]|طالعي?|شاهدي?|شاهدوا|انظر|تابع|يهمك|تهمك|اطلع) (?:ايضا|كذلك|المزيد)\b"
    r"|(?:اقرا|تابع|شاهد|طالع) ?:"
    r"|(?:و?قد |ربما )(?:يهمك|تهمك|يعجبك|تقرا)\b"
)
_RELATED = (
    r"(?:اخبار|مقالات|موضوعات|مواضيع|قصص|الاخبار|الموضوعات|المقالات|المواضيع) (?:ذات (?:ال)?صله|متعلقه|المتعلقه|مشابهه|المشابهه|مرتبطه"
    r"|قد تهمك|ذات علاقه)\b"
    r"|ذات صله\s*:?\s*$|related (?:news|posts|articles|stories)\b"
)
_LIST_HEAD = (
    r"مقالات مشابهه|اخبار مشابهه|مواضيع مشابهه|(?:ال)?اكثر (?:قراءه|مشاهده)|(?:ال)?تعليقات\b|اترك (?:تعليقا|ردا)|اضف تعليق"
    r"|اخر الاخبار\s*$|احدث الاخبار\s*$"
    r"|المزيد من الاخبار\s*$|اخبار اخري\s*(?:[.:…]+|$)"
)
_TAG_WORDS = (
    r"(?:كلمات (?:دلاليه|مفتاحيه|البحث)|الكلمات (?:الدلاليه|المفتاحيه)|الوسوم|وسوم|العلامات|التاجات|تاجز|هاشتاغ|هاشتاج|tags?|keywords)"
)
_ALONE = (
    r"(?:share|tweet|facebook|twitter|whatsapp|telegram|messenger|pinterest|linkedin|email|print|copy link|viber|threads|x"
    r"|reddit)(?:\s*[\d|/,]*)"
    r"|(?:فيسبوك|تويتر|واتساب|تلغرام|تليجرام|ماسنجر|لينكدان|بريد الكتروني|طباعه|شارك|مشاركه|حفظ|استمع|المشاهدات|مشاهدات)\s*[:\d]*"
    r"|شارك(?:ها|ه|وا)? (?:عبر|علي|هذا|المقال|الخبر|القصه|مع).{0,30}"
    r"|(?:تم )?نسخ الرابط.{0,20}|a[+-]|[+-]?a\b|اعلان(?:ات)?|مساحه اعلانيه|advertisements?|ad|المزيد|نشر|logo|no image|امر الطباعه"
    r"|معجب بهذه.{0,20}|اعجاب.{0,12}|الرءيسيه|حجم الخط.{0,10}|\d+\s*(?:shares?|views?|مشاهده|تعليق|تعليقات|قراءه)|(?:\d+|لا"
    r"|no) (?:تعليقات|comments?)"
    r"|image|صوره|photos?|getty images|رويترز\s*©|0|\W+"
)
_SENTENCES = (
    r"you cannot copy content|جميع الحقوق محفوظه|حقوق (?:النشر|الطبع)|كل الحقوق محفوظه|.{0,40}(?:©|جميع الحقوق محفوظه)|copyright"
    r"|\(c\) ?\d{4}|all rights reserved"
    r"|(?:صدر|مصدر) الصوره|التعليق علي الصوره|photo caption|image (?:source|caption)|تعليق الصوره"
    r"|tcf vendor|welcome your personal data|this site asks for consent|manage your data|confirm our vendors|we use cookies"
    r"|accept all cookies"
    r"|jannah theme license|tweets by |doc-p-|\.[a-z][\w-]*\s*\{.*\}"
    r"|تابعونا|تابعنا علي|تابعوا (?:اخر|جديد|قناه|صفح)|تابع (?:جديد|اخر|قناه|صفح)|للمزيد من الاخبار|(?:ل|لل)مزيد من (?:التفاصيل|الاخبار"
    r"|المعلومات|المقالات)"
    r"|(?:اشترك|انضم|اشتركوا|انضموا) (?:في|الي|الان|معنا)|حمل التطبيق|حملوا تطبيق|يمكنكم متابعه|لمتابعه اخر"
    r"|عزيزي الزائر لقد قرات|نعرض لكم زوارنا|هذا المحتوي مقدم من|موقع كل يوم\s*-|تم التصميم والتطوير بواسطه|this post was originally"
    r"|(?:رءيس (?:مجلس الاداره|التحرير)|المشرف العام)\s*[:/]?\s*.{0,40}$|(?:نشر|تم النشر|تاريخ النشر|نشر في|اخر تحديث"
    r"|تم التحديث)\s*(?:في|بتاريخ)?\s*[:|]?\s*[\d/|:.\s-]*$"
    r"|(?:لا )?(?:يوجد|توجد) (?:اي )?(?:تعليقات|صوره)|كن اول من يعلق|هذا النص من ترجمه الذكاء|ملخص بالذكاء الاصطناعي"
    r"|جرب (?:الان )?(?:ميزه|خاصيه).{0,80}"
)
_DISCLAIMER = re.compile(
    r"(?:ملحوظه|تنويه|ملاحظه|تنبيه)\s*:.{0,60}(?:مضمون|محتوي|هذا الخبر|هذا المقال|الموقع)|(?:ان )?الاراء (?:الوارده|المنشوره"
    r"|المطروحه).{0,60}لا تعبر"
    r"|ترحب (?:شبكه|صحيفه|جريده) .{0,40}بالنقاش|(?:ان )?التعليقات (?:الوارده|المنشوره) لا تعبر|هذا الخبر منقول من|نود الاشاره الي ان هذا"
    r"|هذا المحتوي (?:منقول|نقلا)|مقال الراي .{0,20}لا يعبر|يلتزم موقع.{0,40}بحقوق"
)
"""Paragraphs in which a site speaks of itself; of any length."""
_SHARE_COUNT = re.compile(r"(?:share|tweet|pin|send)\s*\d+\s*(?:share|tweet|pin|send|scan)\s*\d*.*")
_PRINT_SHARE = re.compile(r"طباعه\s*شارك")
_SOURCE = re.compile(r"(?:ال)?مصدر\s*[:：|]\s*\S.{0,80}$")
_MASTHEAD = re.compile(r"(?:رءيس (?:مجلس الاداره|التحرير)|المشرف العام)\s*[:/]?\s*$")
_PERSON_TITLE = re.compile(r"(?:د|ا|ا\.د|أ|م|دكتور|الدكتور|الاستاذ)\s*[./]\s*\S+(?: \S+){0,4}$")

READ_ALSO = re.compile(_READ_ALSO)
RELATED = re.compile(_RELATED)
LIST_HEAD = re.compile(_LIST_HEAD)
TAGS = re.compile(rf"{_TAG_WORDS}\s*(?:[:：]|$)")
TAG_LABEL = re.compile(_TAG_WORDS)
_NOISE = re.compile(f"(?:{_ALONE})\\W*$|(?:{_SENTENCES})")

_SESSION = re.compile(r"\s*\baXA6[A-Za-z0-9+/]{4,}={0,2}\s*(?:جزيرة ام اند امز)?\s*(?:[A-Z]{2}\b)?\s*$")
_SESSION_PLACE = re.compile(r"\s*جزيرة ام اند امز\s*(?:[A-Z]{2})?\s*$")
_COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_HEADING = 60
_OPENING = 80
"""Characters at the beginning of a line in which a label stands."""
_LEAD_IN = re.compile(r"^[\W_]+")
_END = re.compile(r"[.!?؟…»\"”')\]:؛]\s*$")
_MARK = re.compile(r"\s*[:：.…\-–|]*\s*$")


@lru_cache(maxsize=4096)
def folded_line(line: str) -> str:
    """The line to compare with patterns: folded, leading bullets and rules dropped. Remembered: a page's lines are looked at often."""
    return _LEAD_IN.sub("", fold(line).lower())


@lru_cache(maxsize=4096)
def _bare(line: str) -> str:
    return _MARK.sub("", folded_line(line))


def is_marker(line: str, markers: Iterable[str]) -> bool:
    """The line is one of these headings and nothing else but dots and colons («أخبار أخرى..»)."""
    return len(line) <= LONGEST_HEADING and _bare(line) in map(_bare, markers)


def starts_list(line: str) -> bool:
    """A heading over other articles' headlines, alone on its line."""
    folded = folded_line(line)
    head = RELATED.match(folded) or READ_ALSO.match(folded) or LIST_HEAD.match(folded)
    return head is not None and bool(_MARK.fullmatch(folded, head.end()))


def ends_story(line: str) -> bool:
    """Whatever follows this line is no longer the article: tags, comments, lists of other headlines."""
    if len(line) >= 400:
        return False
    folded = folded_line(line[:_OPENING])
    return bool(_PRINT_SHARE.match(folded) or TAGS.match(folded) or LIST_HEAD.match(folded))


def is_tag_label(line: str) -> bool:
    """The line begins with «العلامات», «الوسوم» …: with links behind it they are tags, glued or not."""
    return len(line) < 400 and bool(TAG_LABEL.match(folded_line(line[:_OPENING])))


def is_tag_heading(line: str) -> bool:
    """«العلامات» and the like, alone on the line."""
    return len(line) <= LONGEST_HEADING and bool(TAG_LABEL.fullmatch(_bare(line)))


def find_tags(line: str) -> list[str]:
    """The tags behind «كلمات دلالية:»; [] for any other line."""
    if not (head := TAGS.match(folded_line(line[:_OPENING]))) or not head[0].rstrip().endswith((":", "：")):
        return []
    listed = re.split(r"[:：]", line, maxsplit=1)[1]
    return [tag for part in re.split(r"[،,؛;|#•·]+", listed) if (tag := squeeze(part).strip(" .-"))]


def is_prose(line: str) -> bool:
    """A sentence of an article rather than a headline or a label."""
    return len(line) >= 160 or (len(line) >= 40 and bool(_END.search(line)))


def is_noise(line: str) -> bool:
    """The line belongs to the page, not to the article."""
    folded = folded_line(line)
    if not folded:
        return True
    if _SHARE_COUNT.fullmatch(folded) or _PRINT_SHARE.match(folded) or _SOURCE.match(folded):
        return True
    if TAGS.match(folded) or _DISCLAIMER.match(folded) or (len(folded) < 400 and (READ_ALSO.match(folded) or RELATED.match(folded))):
        return True
    return (len(folded) < 60 and bool(LIST_HEAD.match(folded))) or (len(folded) < 300 and bool(_NOISE.match(folded)))


def drop_session(lines: Iterable[str]) -> list[str]:
    """Without what al-ain.com prints for each visit: base64 of the reader's address (`aXA6…` = "ip:"), a place, a country code.

    Two visits must give the same text, since the text decides what is a copy.
    """
    kept: list[str] = []
    in_junk = False
    for line in lines:
        if in_junk and _COUNTRY.fullmatch(line.strip()):
            continue
        may_hold = "aXA6" in line or "ام اند امز" in line  # the patterns try every space of a line
        clean = _SESSION_PLACE.sub("", _SESSION.sub("", line)) if may_hold else line
        in_junk = clean != line or (in_junk and not clean)
        if clean:
            kept.append(clean.rstrip() if in_junk else clean)
    return kept


def cut_print_share(line: str) -> str:
    """«طباعة شارك» and the tags glued behind it, when they hang on the last sentence."""
    if "طباع" not in line:
        return line
    found = re.search(r"\s*طباع[ةه]\s*شارك", line)
    return line[: found.start()] if found else line


def keep_article(lines: Iterable[str]) -> list[str]:
    """The lines that are the article's, in order; headlines listed under «أخبار ذات صلة» go with their heading."""
    kept: list[str] = []
    in_list = False
    masthead = False
    for line in drop_session(lines):
        text = cut_print_share(line)
        if is_noise(text):
            in_list = starts_list(text)
            masthead = bool(_MASTHEAD.match(folded_line(text)))
            continue
        if (in_list and not is_prose(text)) or (masthead and _PERSON_TITLE.match(folded_line(text))):
            continue
        in_list = masthead = False
        kept.append(text)
    return kept
