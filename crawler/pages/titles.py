"""A headline as a page prints it in; the headline alone out: no site name, no «عاجل:», no desk label."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from crawler.arabic import fold
from crawler.pages.tree import squeeze

_SEPARATOR = re.compile(r"\s+[-–—|•»·]+\s*|\s*[|•·]\s*|\s*::\s*")
_LABEL = re.compile(
    r"^\s*[\[(«]?\s*(?:عاجل|بالفيديو|بالصور|فيديو|صور|شاهد بالفيديو|بالصور والفيديو|بالفيديو والصور|بث مباشر"
    r"|خبر عاجل)\s*(?:[\])»]\s*[:|\-–/.…]*|[:|\-–/،]|\.\.+(?<!فيديو\.\.))\s*(?=\S)"
)
"""«بالفيديو..» with dots is a headline's own beginning («بالفيديو.. رئيس القسم: …»); with a colon, bar or bracket it is a label."""
_TAIL_LABEL = re.compile(
    r"\s*(?:[\[(«]\s*(?:بال)?(?:فيديو|صور|الصور|الفيديو|صور وفيديو|فيديو وصور|فيديوهات|تحديث|محدث)\s*[\])»]|[|–-]\s*(?:بال)?(?:فيديو"
    r"|صور))\s*$"
)
_DESK = re.compile(r"^(?:سياسي|اقتصادي|ثقافي|رياضي|اجتماعي|عام|دولي|محلي|ديني|علمي|صحي|تعليمي|عربي|أمني|بيئي|سياحي)\s*/\s*(?=\S)")
_SITE_WORD = re.compile(r"^(?:الموقع الرسمي|موقع|صحيفه|جريده|وكاله|بوابه|قناه|شبكه|مجله)\s+(?:ل?(?:جريده|صحيفه|وكاله|قناه)\s+)?")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


@lru_cache(maxsize=4096)
def site_key(name: str) -> str:
    """A site's name to compare: folded, without «صحيفة», «الموقع الرسمي لجريدة» and the like."""
    return _SITE_WORD.sub("", _EDGE.sub("", fold(squeeze(name)).lower()))


def clean_title(title: str, site_names: Collection[str] = ()) -> str:
    """The headline without site suffixes and prefixes (also doubled), urgency and media labels, desk labels.

    A title that is nothing but the site's name comes out empty.
    """
    return _clean_title(title, tuple(site_names))


@lru_cache(maxsize=64)
def _clean_title(title: str, site_names: tuple[str, ...]) -> str:
    """Remembered: a page prints its headline in five places."""
    sites = {key for key in map(site_key, site_names) if key}
    title = _without_sites(squeeze(title), sites)
    for _ in range(3):
        shorter = _TAIL_LABEL.sub("", _DESK.sub("", _LABEL.sub("", title)))
        if shorter == title or not shorter:
            break
        title = shorter
    return title.strip()


def is_headline_of(headline: str, title: str) -> bool:
    """Whether the title is this headline and, behind a separator, something else: the name of a site that we do not know."""
    cut = _SEPARATOR.match(title, len(headline))
    return cut is not None and len(headline) > 1 and title.startswith(headline)


def _without_sites(title: str, sites: Collection[str]) -> str:
    while title:
        if site_key(title) in sites:
            return ""
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title
        # The site's own name may hold a separator ("LBCI - Lebanon"): every cut from either end is tried.
        tail = next((cut for cut in cuts if site_key(title[cut.end() :]) in sites), None)
        head = next((cut for cut in cuts if site_key(title[: cut.start()]) in sites), None)
        if tail is not None:
            title = title[: tail.start()].rstrip()
        elif head is not None:
            title = title[head.end() :].lstrip()
        else:
            return title
    return title
