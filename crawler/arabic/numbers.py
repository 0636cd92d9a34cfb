"""A word or number in a text in, whether it is only a part of a longer number out: «المادة الخامسة عشرة» is not article 5."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.arabic.words import JOINED, Token

_ORDINALS = ("حادي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع")
_CARDINALS = ("واحد", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثماني", "تسع")
_CLITICS = "وفبكل"
_UNITS = frozenset(
    f"{article}{stem}{ending}".lstrip(_CLITICS)
    for article in ("", "ال")
    for stem in (*_ORDINALS, *_CARDINALS)
    for ending in ("", "ه")
)
"""Without the letters that could be clitics before them, which are dropped from the words of a text too."""
_TEENS = frozenset({"عشر", "عشره"})
_TENS = re.compile("و(?:ال)?(?:عشر|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)")
_SEPARATORS = ".,٫٬"


def is_cut_from_number(text: str, found: Sequence[Token], first: int, last: int) -> bool:
    """Whether the number that the words found[first:last + 1] start or end with goes on outside them.

    Of the words in front only digits are looked at: 5 in 2.5, 000 in 5,000.
    """
    start, end = found[first], found[last]
    if start.folded.isdigit() and start.start > 1 and text[start.start - 1] in _SEPARATORS and text[start.start - 2].isdigit():
        return True
    if end.folded.isdigit():
        return text[end.end : end.end + 1] in tuple(_SEPARATORS) and text[end.end + 1 : end.end + 2].isdigit()
    if last + 1 == len(found) or found[last + 1].gap != JOINED or end.folded.lstrip(_CLITICS) not in _UNITS:
        return False
    return found[last + 1].folded in _TEENS or bool(_TENS.fullmatch(found[last + 1].folded))
