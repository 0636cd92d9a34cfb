"""A word of a text in, every way to read it as clitics around a stem out: (و|ف)? (ب|ك|ل)? (ال)? STEM (SUFFIX)?

Which reading counts is for `forms` to decide. The grammar is that of written Modern Standard Arabic (Ryding,
A Reference Grammar of Modern Standard Arabic, ch. 7, 12, 16), narrowed by what was measured on news.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Literal, NamedTuple

from crawler.arabic.lexicon import is_noun, is_sound_plural
from crawler.arabic.words import Token

PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "كم", "كن", "نا", "ه")
"""ي and ك are left out: at the end of a word they are nearly always the nisba or a letter of it."""

Junction = Literal["", "ة", "ى", "ين"]
"""What the stem's end was before the pronoun: ة that became ت, ى that became ا, the plural that lost its ن; empty: unchanged."""


class Reading(NamedTuple):
    """One way to read a word."""

    base: str
    """Folded stem, the key to look it up by; the plural in ون has the base in ين."""
    stem: str
    """The stem as spelled."""
    conjunction: str = ""
    preposition: str = ""
    article: bool = False
    pronoun: str = ""
    junction: Junction = ""
    tanwin: bool = False
    """It ends in the alef of tanwin, which is not part of the stem."""
    tanwin_written: bool = False
    """The sign ً stands there."""
    attested: bool = False
    """What stands before the stem may be its own first letters: the whole is a noun of the list (ورقة)."""


class _Head(NamedTuple):
    conjunction: str
    preposition: str
    article: bool
    start: int


def base_of(folded: str) -> str:
    """The key that all readings of this stem share."""
    return folded[:-2] + "ين" if is_sound_plural(folded) else folded


def readings(token: Token, bases: Container[str] | None = None) -> Iterator[Reading]:
    """Every reading of the word, together with the clitics that stand apart before it; with `bases` only theirs."""
    for reading in _readings(token):
        if bases is None or reading.base in bases:
            yield reading


def _readings(token: Token) -> Iterator[Reading]:
    folded, spelled = token.apart + token.folded, token.apart + token.spelled
    if not token.is_arabic:
        yield _foreign(token)
        return
    if len(folded) != len(spelled):  # one letter that folds to several: none of ours
        yield Reading(folded, spelled)
        return
    tanwin_written = "\u064b" in token.text
    for head in _heads(folded, spelled):
        if head.start >= len(token.apart):
            yield from _tails(head, folded, spelled, tanwin_written)


def stems(token: Token, starts: Container[str], lengths: Container[int]) -> Iterator[Reading]:
    """Readings for words with any ending: the base is the start that was found, followed by *."""
    folded, spelled = token.apart + token.folded, token.apart + token.spelled
    for head in _heads(folded, spelled) if token.is_arabic else (_Head("", "", False, len(token.apart)),):
        rest = folded[head.start :]
        for length in range(1, len(rest) + 1):
            if length in lengths and rest[:length] in starts and head.start >= len(token.apart):
                yield Reading(rest[:length] + "*", spelled[head.start :], *head[:3], attested=_attested(head, folded, len(folded)))


def _heads(folded: str, spelled: str) -> Iterator[_Head]:
    """What can stand before the stem; the article only where its alef is bare: أل and إل belong to the word."""

    def article(at: int) -> bool:
        return spelled[at : at + 1] == "ا" and folded[at + 1 : at + 2] == "ل" and len(folded) > at + 2

    for conjunction in ("", folded[0]) if folded[0] in "وف" else ("",):
        at = len(conjunction)
        yield _Head(conjunction, "", False, at)
        if article(at):
            yield _Head(conjunction, "", True, at + 2)
        letter = folded[at : at + 1]
        if letter in ("ب", "ك", "ل"):
            yield _Head(conjunction, letter, False, at + 1)
            if article(at + 1):
                yield _Head(conjunction, letter, True, at + 3)
            if letter == "ل" and folded[at + 1 : at + 2] == "ل":  # ل+ال is written لل, and before a stem in ل too: للجنة
                yield _Head(conjunction, letter, True, at + 2)
                yield _Head(conjunction, letter, True, at + 1)


def _tails(head: _Head, folded: str, spelled: str, tanwin_written: bool) -> Iterator[Reading]:
    """The stem with what can follow it."""
    stem, base = spelled[head.start :], folded[head.start :]
    if not base:
        return
    attested = _attested(head, folded, len(folded))
    yield Reading(base_of(base), stem, *head[:3], attested=attested)
    if base_of(base) != base:
        yield Reading(base, stem, *head[:3], attested=attested)
    if head.article or len(base) < 3:
        return
    for pronoun in PRONOUNS:
        if base.endswith(pronoun) and stem.endswith(pronoun) and len(base) - len(pronoun) >= 2:
            attested = _attested(head, folded, len(folded) - len(pronoun))
            yield from _before_pronoun(head, stem[: -len(pronoun)], base[: -len(pronoun)], pronoun, attested)
    if not head.preposition and stem[-1] == "ا":
        attested = _attested(head, folded, len(folded) - 1)
        yield Reading(base[:-1], stem[:-1], *head[:3], tanwin=True, tanwin_written=tanwin_written, attested=attested)


def _before_pronoun(head: _Head, stem: str, base: str, pronoun: str, attested: bool) -> Iterator[Reading]:
    def reading(key: str, junction: Junction) -> Reading:
        return Reading(key, stem, *head[:3], pronoun, junction, attested=attested)

    yield reading(base, "")
    if base[-1] == "ت":
        yield reading(base[:-1] + "ه", "ة")
    elif base[-1] == "ا":
        yield reading(base[:-1] + "ي", "ى")
    elif base[-1] in "يو" and len(base) >= 4:
        yield reading(base[:-1] + "ين", "ين")


def _attested(head: _Head, folded: str, end: int) -> bool:
    """Whether clitic and stem together are a noun: from the start of the word, or from after its conjunction."""
    if not (head.conjunction or head.preposition):
        return False
    if head.article and head.preposition == "ل" and is_noun(folded[head.start - 1 : end]):  # للجنة is ل+لجنة, not ل+ال+جنة
        return True
    starts = {0, len(head.conjunction)} if head.preposition else {0}
    return any(is_noun(folded[start:stop]) for start in starts for stop in (end, len(folded)))


def _foreign(token: Token) -> Reading:
    """Digits and other scripts are whole words; only what stands apart before them can be a clitic (الـ75, لNATO)."""
    for head in _heads(token.apart + "؟", token.apart + "؟"):
        if head.start == len(token.apart):
            return Reading(token.folded, token.spelled, *head[:3])
    return Reading(token.folded, token.spelled)
