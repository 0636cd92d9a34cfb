"""Any string in, a form to compare out: `spell` drops what is not spelling, `fold` also what writers vary.

Nothing here is for text that people are shown. Sources: Unicode 16 chapter 9.2 (Arabic) and the table of
spelling variants measured on Arabic news; presentation forms go through NFKC (UAX #15).
"""

from __future__ import annotations

import re
import unicodedata

MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
"""Harakat, tanwin, shadda, sukun, superscript alef, Quranic marks; for a character class."""
TATWEEL = "\u0640"
CONTROLS = "\u200d-\u200f\u061c\u202a-\u202e\u2066-\u2069\u2060\ufeff\u00ad"
"""Joiner, bidi marks and isolates, word joiner, byte order mark, soft hyphen; for a character class."""
BREAKERS = "\u200c\u200b"
"""Zero-width non-joiner and space: writers use them both inside a word and between two."""

# marks that stand alone as presentation forms, and the two blessings that are one code point, say nothing either
_SILENT = re.compile(f"[{CONTROLS}{BREAKERS}{TATWEEL}\ufe70-\ufe7f\ufc5e-\ufc63\ufdfa\ufdfb]")
_MARKED = re.compile(f"[{MARKS}]")
_COMPOSED = re.compile("[\u0653-\u0655]")
_PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_FOREIGN = re.compile("[A-Z\u00a0-\u00aa\u00ac-\u00ba\u00bc-\u05ff\u0870-\u2012\u2015-\u201b\u201e-\U0010ffff]")
"""What normalisation may change; quotation marks and dashes of Arabic text, which it does not, are left out."""


def _table(*rows: tuple[str, str]) -> dict[int, str]:
    return {ord(letter): to for letters, to in rows for letter in letters}


_SPELLED = _table(
    ("ٱ", "ا"),
    ("ٲٵ", "أ"),
    ("ٳ", "إ"),
    ("ٸ", "ئ"),
    ("ٶٷ", "ؤ"),
    ("یېۍےێ", "ي"),
    ("ہەھۀۂ", "ه"),
    ("ۃۿ", "ة"),
    ("کڪګڬڭڮگڰڱڲڳڴ", "ك"),
    ("ڤڥڢڣڡ", "ف"),
    ("ڨڧ", "ق"),
    ("پٻڀ", "ب"),
    ("چڃڄڇ", "ج"),
    ("ژڗڙ", "ز"),
    ("ړڕڒڔږ", "ر"),
    ("ډڊڋڌڍڈ", "د"),
    ("ټٺٹٿٽ", "ت"),
    ("ښڛڜ", "س"),
    ("ڼںڹڻڽ", "ن"),
    ("ڵڶڷڸ", "ل"),
    ("ۆۇۈۉۊۋۏۅ", "و"),
    ("ځڂ", "ح"),
    ("ڝڞ", "ص"),
    ("ڟ", "ط"),
    ("ڠ", "غ"),
    *((chr(zero + digit), str(digit)) for zero in (0x660, 0x6F0, 0xFF10) for digit in range(10)),
)
_FOLDED = _table(("أإآ", "ا"), ("ؤئ", "ء"), ("ى", "ي"), ("ة", "ه"))
_FOLDING = tuple((chr(letter), to) for letter, to in _FOLDED.items())
_ODD = re.compile(
    "|".join([*(odd.pattern for odd in (_SILENT, _MARKED, _COMPOSED, _PRESENTED, _FOREIGN)), f"[{''.join(map(chr, _SPELLED))}]"])
)
"""Anything that `spell` changes: most text has none of it."""


def is_plain(text: str) -> bool:
    """Whether `spell` leaves the text as it is, and `fold` puts one letter for another and nothing else."""
    return not _ODD.search(text)


def spell(text: str) -> str:
    """The letters as written: no harakat, tatweel or controls; one code point and one form for each letter.

    Hamza, ta marbuta and alef maqsura stay, so that `fold(text)` has the same length for Arabic words and
    the two can be read side by side.
    """
    return text if is_plain(text) else _spell_odd(text)


def _spell_odd(text: str) -> str:
    text = _SILENT.sub("", text)
    if _PRESENTED.search(text):
        text = _SILENT.sub("", unicodedata.normalize("NFKC", text))
    elif _COMPOSED.search(text):
        text = unicodedata.normalize("NFC", text)
    text = _MARKED.sub("", text).translate(_SPELLED)
    return unicodedata.normalize("NFKC", text).casefold() if _FOREIGN.search(text) else text


def fold(text: str) -> str:
    """The text to compare: `spell`, and alef, hamza, ya and ta marbuta in one form each, Latin without accents."""
    if not is_plain(text):
        return _fold_odd(text)
    for letter, to in _FOLDING:  # a few searches for a letter cost a tenth of one translation
        text = text.replace(letter, to)
    return text


def _fold_odd(text: str) -> str:
    text = _spell_odd(text).translate(_FOLDED)
    if _FOREIGN.search(text):
        text = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return text


def marked(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each letter with the harakat on it, for words that must be found exactly as written."""
    letters: list[tuple[str, frozenset[str]]] = []
    for part in unicodedata.normalize("NFC", _SILENT.sub("", text)):
        if _MARKED.match(part):
            if letters:
                letters[-1] = (letters[-1][0], letters[-1][1] | {part})
        else:
            letters.extend((letter, frozenset()) for letter in spell(part))
    return tuple(letters)


def has_marks(text: str) -> bool:
    """Whether the writer put harakat."""
    return bool(_MARKED.search(text))

