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


_PRONOUN_ENDS = frozenset(pronoun[-1] for pronoun in PRONOUNS)
_SHORTEST_INFLECTED = 3


class _Anything:
    """Has everything in it."""

    def __contains__(self, key: object) -> bool:
        return True


_ANY = _Anything()


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
    wanted = _ANY if bases is None else bases
    if not token.is_arabic:
        if token.folded in wanted:
            yield _foreign(token)
        return
    folded, spelled = token.apart + token.folded, token.apart + token.spelled
    if len(folded) != len(spelled):  # a letter that folds to several: none of ours
        return
    tanwin_written = "\u064b" in token.text
    for head in _heads(folded, spelled):
        if head.start >= len(token.apart):
            yield from _tails(head, folded, spelled, wanted, tanwin_written)


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

    if not folded:  # a mark alone, presented as a letter (U+FCF2)
        return
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


def _tails(head: _Head, folded: str, spelled: str, wanted: Container[str], tanwin_written: bool) -> Iterator[Reading]:
    """The stem with what can follow it."""
    base = folded[head.start :]

    def reading(key: str, cut: int = 0, pronoun: str = "", junction: Junction = "") -> Reading:
        end = len(folded) - cut
        return Reading(key, spelled[head.start : end], *head[:3], pronoun, junction, attested=_attested(head, folded, end))

    for key in {base, base_of(base)}:
        if key in wanted:
            yield reading(key)
    if head.article or len(base) < _SHORTEST_INFLECTED:
        return
    if base[-1] in _PRONOUN_ENDS:
        for pronoun in PRONOUNS:
            cut = len(pronoun)
            if len(base) - cut >= 2 and base.endswith(pronoun) and spelled.endswith(pronoun):
                for key, junction in _before_pronoun(base[:-cut]):
                    if key in wanted:
                        yield reading(key, cut, pronoun, junction)
    if base[-1] == "ا" and base[:-1] in wanted and not head.preposition and spelled[-1] == "ا":
        yield reading(base[:-1], 1)._replace(tanwin=True, tanwin_written=tanwin_written)


def _before_pronoun(base: str) -> Iterator[tuple[str, Junction]]:
    """What the stem can be without the pronoun."""
    yield base, ""
    if base[-1] == "ت":
        yield base[:-1] + "ه", "ة"
    elif base[-1] == "ا":
        yield base[:-1] + "ي", "ى"
    elif base[-1] in "يو" and len(base) >= 4:
        yield base[:-1] + "ين", "ين"


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
