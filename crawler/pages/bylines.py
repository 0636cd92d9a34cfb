"""Bylines, datelines and text in; people, wire services and the credited outlet out, each apart from the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from crawler.arabic import fold
from crawler.pages.titles import site_key
from crawler.pages.tree import squeeze

AGENCIES: dict[str, tuple[str, ...]] = {
    "رويترز": ("رويترز", "reuters"),
    "أ ف ب": ("أ ف ب", "ا.ف.ب", "أ.ف.ب.", "أف ب", "فرانس برس", "وكالة الصحافة الفرنسية", "afp"),
    "أ ب": ("أ ب", "أ.ب", "أسوشيتد برس", "أسوشييتد برس", "اسوشيتدبرس", "associated press"),
    "د ب أ": ("د ب أ", "د.ب.أ", "دب أ", "وكالة الأنباء الألمانية", "dpa"),
    "أ ش أ": ("أ ش أ", "أ.ش.أ", "وكالة أنباء الشرق الأوسط"),
    "الأناضول": ("الأناضول",),
    "كونا": ("كونا", "وكالة الأنباء الكويتية"),
    "واس": ("واس", "وكالة الأنباء السعودية"),
    "وام": ("وام", "وكالة أنباء الإمارات"),
    "قنا": ("قنا", "وكالة الأنباء القطرية"),
    "بنا": ("بنا", "وكالة أنباء البحرين"),
    "العمانية": ("العمانية", "وكالة الأنباء العمانية"),
    "بترا": ("بترا", "وكالة الأنباء الأردنية"),
    "سانا": ("سانا", "وكالة الأنباء السورية"),
    "واع": ("واع", "وكالة الأنباء العراقية"),
    "وفا": ("وفا", "وكالة الأنباء الفلسطينية"),
    "سبأ": ("سبأ", "وكالة الأنباء اليمنية"),
    "وال": ("وال", "وكالة الأنباء الليبية"),
    "واج": ("واج", "وكالة الأنباء الجزائرية"),
    "وات": ("وات", "وكالة تونس أفريقيا للأنباء"),
    "شينخوا": ("شينخوا",),
    "تاس": ("تاس",),
    "نوفوستي": ("نوفوستي", "ريا نوفوستي"),
    "سبوتنيك": ("سبوتنيك",),
    "إنترفاكس": ("إنترفاكس", "انترفاكس"),
    "بلومبرغ": ("بلومبرغ", "بلومبرج"),
    "يونهاب": ("يونهاب",),
    "كيودو": ("كيودو",),
    "إرنا": ("إرنا",),
    "تسنيم": ("تسنيم",),
    "يو بي آي": ("يو بي آي", "يو بي أي"),
    "وكالات": ("وكالات", "الوكالات"),
}
"""Usual Arabic name of each wire service, and how it is written."""

_BARE = (
    *("رويترز", "reuters", "فرانس برس", "وكالة الصحافة الفرنسية", "أسوشيتد برس", "أسوشييتد برس"),
    *("شينخوا", "نوفوستي", "إنترفاكس", "بلومبرغ"),
)
"""Names that are nothing but a wire service, so that «لرويترز» and «وفق رويترز» need no «وكالة»."""
_SAID = (
    r"(?:وفقا|وفق|بحسب|حسب|حسبما|نقلت|نقلا عن|نقل عن|ذكرت|افادت|قالت|اوردت|اكدت|نشرت|بثت|ابلغ|اخبر|صرح|تصريحات|ترجمه|المصدر|عن|لدي|مع"
    r"|الي|من)"
)


def _pattern(name: str) -> str:
    words = re.sub(r"[.\s]+", " ", fold(name).lower()).strip().split(" ")
    return (r"[.\s]{0,2}" if len(words[0]) == 1 else r"\s+").join(map(re.escape, words)) + (r"\.?" if len(words[-1]) == 1 else "")


_NAMES = [(re.compile(_pattern(name)), usual) for usual, names in AGENCIES.items() for name in names]
_ANY = "|".join(sorted((_pattern(name) for names in AGENCIES.values() for name in names), key=len, reverse=True))
_BARE_ANY = "|".join(_pattern(name) for name in _BARE)
_INITIALS = "|".join(_pattern(name) for names in AGENCIES.values() for name in names if len(name.split()[0].split(".")[0]) == 1)
_LONG_ANY = "|".join(_pattern(name) for names in AGENCIES.values() for name in names if fold(name).startswith("وكاله "))
_IN_TEXT = re.compile(
    rf"\(\s*(?:{_ANY})\s*\)|/\s*(?:{_ANY})\s*/|[«»\"“”]\s*(?:{_INITIALS}|{_BARE_ANY})\s*[«»\"“”]"
    rf"|\b(?:ل|لل|ب)?وكال(?:ه|تي|ات)\s+(?:ال(?:انباء|صحافه)\s+)?[\"«»“”]?(?:{_ANY})\b"
    rf"|\b{_SAID}\s+(?:ما\s+\w+\s+|عن\s+|ل)?[\"«»“”]?(?:{_BARE_ANY})\b"
    rf"|\bل[ـ\"«»“”]?\s?(?:{_BARE_ANY})\b"
    rf"|\b(?:ل|و|ب)?(?:{_LONG_ANY})\b"
    rf"|^(?:{_ANY})\W*$"
)
_BARE_FOLDED = tuple(fold(name).lower() for name in _BARE)
_BRACKETED, _SLASHED = re.compile(rf"\(\s*(?:{_ANY})\s*\)"), re.compile(rf"/\s*(?:{_ANY})\s*/")
_LONE, _QUOTED = re.compile(rf"(?:{_ANY})\W*$"), re.compile(rf"[«»\"“”]\s*(?:{_INITIALS})")
_DATELINE = re.compile(
    rf"^[^\n.:،؛]{{0,60}}?[-–—/،(]\s*((?:{_ANY})(?:\s*[-–—/،و]\s*(?:{_ANY}))*)\s*[)\]]?\s*[-–—:|.)]|^((?:{_ANY}))\s*[-–—:]\s"
)
_NEWSPAPER = re.compile(r"(?:صحيفه|جريده|موقع|قناه|وكاله|مجله|شبكه|بوابه)\s")
_CREDIT = re.compile(r"(?:ال)?مصدر\s*[:：|]\s*(\S.{0,80}?)\s*$")
_BYLINE_WORD = re.compile(
    r"^(?:بقلم|بواسطة|كتب|كتبت|كتبه|إعداد|اعداد|تقرير|حوار|المحرر|الكاتب|الكاتبة|تحرير|by)\s*[:/|–-]?\s+|^(?:بقلم|كتب|كتبت|إعداد|تقرير"
    r"|حوار)\s*[:/|–-]\s*",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"https?:|www\.|[@#/\\<>{}\d_]|\.(?:com|net|org|tv|ae|sa|om|iq|eg)\b"
    r"|^(?:admin|administrator|editor|editors|webmaster|staff|news|root|user|author|unknown|desk|superuser|wordpress|guest)\w*$",
    re.IGNORECASE,
)
_NO_PERSON_ARABIC = re.compile(
    r"(?:^|\s)(?:وكال(?:ه|ات)|صحيفه|جريده|موقع|قناه|شبكه|بوابه|مجله|اذاعه|تلفزيون|هيءه|غرفه|مركز|وزاره|فريق|قسم|رصد|متابعات|متابعه|ترجمه"
    r"|تحرير|التحرير|المحرر|محرر|محررو|نيوز|برس"
    r"|مراسل|مراسلون|مراسلنا|مراسلو|المدير|اداره|الاخبار|اخبار|كتب|الموقع|العربيه|خاص|مدير)(?:\s|$)"
)
_AGENCY_WORD = re.compile(r"^(?:وكاله|المصدر\s*[:：])\s*(?:انباء\s+)?")
_CITY = re.compile(r"\s*(?:\(\s*\w+(?: \w+)?\s*\)|[-–—/،]\s*\w+(?: \w+)?)?\s*[-–—:.]?\s*")
_MAILED = re.compile(r"\s+أرسل بريدا.*$")
_PARTS = re.compile(r"\s*[-–—/،,:|()+]\s*|\sو\s?")
_SIDE_BY_SIDE = re.compile(r"\s+[-–—+/|]\s+|\s*[،,+]\s*")
_AND = re.compile(r"\s*(?:[،,;؛|&]|\s-\s|\sو\s|\sand\s|\s/\s)\s*")


def _may_credit(text: str) -> bool:
    """Whether `_IN_TEXT` can find anything here: each of its branches begins with a sign, or holds a name, that few paragraphs have."""
    return (
        "وكال" in text
        or _LONE.match(text) is not None
        or any(name in text for name in _BARE_FOLDED)
        or ("(" in text and _BRACKETED.search(text) is not None)
        or ("/" in text and _SLASHED.search(text) is not None)
        or _QUOTED.search(text) is not None
    )


def find_agencies(paragraphs: Iterable[str], bylines: Iterable[str] = ()) -> tuple[str, ...]:
    """Wire services that the text or its bylines credit («وفق رويترز», «لرويترز», «موسكو- وكالات –», «(أ ف ب)»)."""
    found: dict[str, None] = {}
    for line in bylines:
        found.update(dict.fromkeys(_named(_compare(line)) if len(line) < 80 else ()))
    for paragraph in paragraphs:
        text = _compare(paragraph)
        if dateline := _DATELINE.match(text[:160]):
            found.update(dict.fromkeys(_inside(dateline[1] or dateline[2])))
        if _may_credit(text):
            for hit in _IN_TEXT.finditer(text):
                found.update(dict.fromkeys(_inside(hit[0])))
    return tuple(found)


def _compare(line: str) -> str:
    return " ".join(fold(line).lower().split())


@lru_cache(maxsize=1024)
def _named(text: str) -> tuple[str, ...]:
    """Services whose name is a whole part of this byline («رويترز», «واشنطن - الأناضول»). Remembered: writers come again."""
    parts = [_AGENCY_WORD.sub("", part.strip(" ()[].-–")) for part in _PARTS.split(text)]
    return tuple(usual for part in parts for pattern, usual in _NAMES if pattern.fullmatch(part))


def _inside(text: str) -> list[str]:
    """Services named in a phrase known to be a credit; the longest name at a place wins."""
    taken: dict[str, tuple[int, int]] = {}
    for pattern, usual in _NAMES:
        for hit in re.finditer(rf"(?<!\w)(?:[لوب]ـ?)?({pattern.pattern})(?!\w)", text):
            if not any(start <= hit.start(1) and hit.end(1) <= end for start, end in taken.values()):
                taken = {name: span for name, span in taken.items() if not (hit.start(1) <= span[0] and span[1] <= hit.end(1))}
                taken[usual] = hit.span(1)
    return sorted(taken, key=lambda name: taken[name])


def find_credit(lines: Iterable[str]) -> str:
    """The name behind «المصدر:» as printed («صحيفة الاتحاد»); empty when there is none or it is a wire service."""
    for line in lines:
        hit = _CREDIT.match(fold(line).lower().lstrip(" -–—*•|")) if "مصدر" in line else None
        if hit:
            printed = re.split(r"[:：|]", line, maxsplit=1)[1]
            names = (_MAILED.sub("", squeeze(name)).strip(" .-–|") for name in _SIDE_BY_SIDE.split(printed))
            if credit := next((name for name in names if name and not is_agency(name)), ""):
                return credit
    return ""


def is_agency(line: str) -> bool:
    """The line is one or several wire services' names and nothing else («وكالات», «AFP»)."""
    if len(line) >= 80:
        return False
    text = _compare(line)
    parts = [part for part in _PARTS.split(text) if part.strip(" ()[].-–")]
    return bool(parts) and len(_named(text)) >= len(parts)


def is_byline(line: str) -> bool:
    """The line says who wrote («كتبت: …», «بقلم …»)."""
    return len(line) < 80 and bool(_BYLINE_WORD.match(line))


def is_signature(line: str, writers: Iterable[str]) -> bool:
    """The line is a writer's name, perhaps with a city («خالد المرزوقي (أبوظبي)»)."""
    return any(line.startswith(name) and _CITY.fullmatch(line[len(name) : len(name) + 40]) for name in writers if name)


def is_newspaper(name: str) -> bool:
    """The name says itself that it is an outlet («جريدة عمان»)."""
    return bool(_NEWSPAPER.match(fold(name)))


def people(bylines: Iterable[str], site_names: Collection[str] = ()) -> tuple[str, ...]:
    """The persons among these bylines, in order; a site, an agency, an account name or an address is none."""
    sites = {site_key(name) for name in site_names}
    found: dict[str, None] = {}
    for line in bylines:
        for part in _AND.split(_BYLINE_WORD.sub("", squeeze(line))):
            name = part.strip(" .:-–—|()[]*")
            if _is_person(name, sites):
                found[name] = None
    return tuple(found)


def _is_person(name: str, sites: Collection[str]) -> bool:
    if not 4 <= len(name) <= 60 or not 1 < len(name.split()) <= 7:
        return False
    folded = fold(name).lower()
    if _NO_PERSON.search(name) or _NO_PERSON_ARABIC.search(folded):
        return False
    return site_key(name) not in sites and not _named(folded)
