"""A word in, the words made from it by regular endings out: dual, sound plurals, feminine, nisba (Ryding, ch. 7, 10, 11)."""

from __future__ import annotations

from crawler.arabic.forms import Word, word

_ENDINGS = ("ان", "ين", "ون", "ات", "ة", "تان", "تين", "ي", "ية", "يون", "يين", "يات")
_FEMININE_ENDINGS = ("تان", "تين", "ات", "ي", "ية", "يون", "يين", "يات")
_ARABIC_LETTERS = range(0x620, 0x6FF)


def related(sought: Word) -> tuple[Word, ...]:
    """Other words that ~ finds too; none for another script. Broken plurals are words of their own."""
    stem = sought.stem
    if sought.any_ending or not stem or ord(stem[0]) not in _ARABIC_LETTERS:
        return ()
    root = stem.removesuffix("ة")
    endings = _FEMININE_ENDINGS if root != stem else _ENDINGS
    article = "ال" if sought.has_article else ""
    made = [root + ending for ending in endings]
    return tuple(word(article + form, is_name=False, keeps_article=sought.keeps_article) for form in dict.fromkeys(made) if form != stem)
