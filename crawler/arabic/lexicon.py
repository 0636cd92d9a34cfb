"""The package's word list in, questions about single words answered: is it a noun, is this ال its own."""

from __future__ import annotations

from importlib.resources import files

from crawler.arabic.folding import fold, spell


def _load() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in files("crawler.arabic").joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            words.extend(line.split())
    return sections


_SECTIONS = _load()
_NOUNS = frozenset(map(fold, _SECTIONS["nouns"]))
_OWN_ARTICLE = frozenset(fold(word) for word in _SECTIONS["article"] if not word.endswith("*"))
_OWN_ARTICLE_STARTS = tuple(fold(word[:-1]) for word in _SECTIONS["article"] if word.endswith("*"))
_NOUNS_IN_IYYA = frozenset(map(fold, _SECTIONS["nouns-iyya"]))
_SINGULARS_IN_UN = frozenset(map(fold, _SECTIONS["singulars-un"]))
_PARTICLES = frozenset(map(spell, _SECTIONS["particles"]))


def is_noun(folded: str) -> bool:
    """Whether the list attests it."""
    return folded in _NOUNS


def owns_article(folded: str) -> bool:
    """Whether the ال that the word starts with is part of it (الله, ألمانيا)."""
    return folded in _OWN_ARTICLE or folded.startswith(_OWN_ARTICLE_STARTS)


def is_adjective(folded: str) -> bool:
    """Whether it ends like a nisba (ي, ية) and is not known as a noun."""
    return len(folded) > 3 and folded.endswith(("ي", "يه")) and folded not in _NOUNS_IN_IYYA


def is_sound_plural(folded: str) -> bool:
    """Whether its ون is the ending of a plural, which becomes ين; short words (سجون, عيون) are broken plurals."""
    return folded.endswith("ون") and len(folded) >= 5 and folded not in _SINGULARS_IN_UN


def is_particle(spelled: str) -> bool:
    """Whether it is a word of grammar in ى."""
    return spelled in _PARTICLES
