"""A text in, its words out: each with the offsets of its letters in the text as given.

Words are runs of Arabic letters with their marks, of digits, or of letters of any other script; all else separates,
a left-over HTML entity as the character it stands for. A clitic that stands apart («لـ"حزب الله"», «الـ75») is no word of
its own: it is kept with the word that it belongs to, outside that word's offsets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, overload

from crawler.arabic.folding import BREAKERS, CONTROLS, MARKS, TATWEEL, fold, is_plain, spell

JOINED, SENTENCE, PARAGRAPH = 0, 1, 2
"""What stands between a word and the one before: nothing that ends a phrase, the end of a sentence or clause, of a paragraph."""

_ARABIC = (
    "\u0620-\u063a\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08c7"
    "\ufb50-\ufbb1\ufbd3-\ufc5d\ufc64-\ufd3d\ufd50-\ufdf9\ufe80-\ufefc"
)
"""Letters in all their code points, for a character class; \ufdfa and \ufdfb are blessings, not words."""
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19"
_ENTITY = r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});|\bquot;"
_NO_OTHER = rf"\W\d_{_ARABIC}{MARKS}{TATWEEL}\ufdfa\ufdfb"
_OTHER = rf"[^{_NO_OTHER}](?:[^{_NO_OTHER}]|[\u0300-\u036f{CONTROLS}])*"
_APART = re.compile(rf"[{_ARABIC}][{_ARABIC}{MARKS}{TATWEEL}{CONTROLS}]*|[{_DIGITS}][{_DIGITS}{CONTROLS}]*|{_OTHER}")
_WHOLE = re.compile(rf"[{_ARABIC}][{_ARABIC}{MARKS}{TATWEEL}{CONTROLS}{BREAKERS}]*|[{_DIGITS}][{_DIGITS}{CONTROLS}]*|{_OTHER}")
_APART_ENTITIES = re.compile(f"(?P<entity>{_ENTITY})|{_APART.pattern}")
_WHOLE_ENTITIES = re.compile(f"(?P<entity>{_ENTITY})|{_WHOLE.pattern}")
_EDGES = "".join(letter for letter in map(chr, range(0x10000)) if re.match(f"[{CONTROLS}{BREAKERS}]", letter))
_BREAKER = re.compile(f"[{BREAKERS}]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\u2029")
_STOP = re.compile("[!?؟،,;؛:…•|●▪■◆·۔‖。]")
_OPENING = "\"'«»“”„‟‘’‹›([{<"
_TIE = re.compile(f"[{re.escape(_OPENING)}]*")
_TATWEEL_TIE = re.compile(f" ?[{re.escape(_OPENING)}]*")
_STARTS_ARABIC = re.compile(f"[{_ARABIC}]")

CLITICS = frozenset(
    conjunction + rest
    for conjunction in ("", "و", "ف")
    for rest in ("", "ب", "ك", "ل", "ال", "بال", "كال", "لل", "لال")
    if conjunction + rest
)
"""What can stand before a word, folded, all of it one of (و|ف)?(ب|ك|ل)?(ال)?."""


class Token(NamedTuple):
    """One word of a text."""

    text: str
    """The slice of the text from start to end."""
    spelled: str
    """`folding.spell` of it."""
    folded: str
    """`folding.fold` of it."""
    start: int
    """Code points of the text as given."""
    end: int
    gap: int
    """JOINED, SENTENCE or PARAGRAPH: what stands before it; PARAGRAPH for the first word."""
    apart: str
    """The clitics that stand apart before it, folded («الـ» in «الـ"ناتو"»); empty for nearly all words."""
    is_arabic: bool


def raw_words(text: str) -> list[str]:
    """The words as they stand in the text, fast and without offsets; entities give words too many, never too few."""
    found: list[str] = _APART.findall(text)
    if _BREAKER.search(text):
        found += _WHOLE.findall(text)
    return found


def tokens(text: str, start: int = 0, end: int | None = None, *, whole: bool = False) -> list[Token]:
    """The words of text[start:end]. A zero-width non-joiner or space separates words, unless `whole`: then it is part of one."""
    found: list[Token] = []
    last, detached = start, False
    for place in _pattern(text, whole).finditer(text, start, len(text) if end is None else end):
        if place.lastgroup:
            continue
        found.append(_token(place, text[last : place.start()] if found else None))
        detached = detached or found[-1].folded in CLITICS
        last = place.end()
    return _attach(text, found) if detached else found


class LazyTokens(Sequence[Token]):
    """What `tokens` gives for a part of a text, each made when it is asked for; for parts without entities and clitics apart."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start = text, start
        self._places = list(_APART.finditer(text, start, end))
        self._made: dict[int, Token] = {}

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> list[Token]: ...
    def __getitem__(self, at: int | slice) -> Token | list[Token]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        token = self._made.get(at)
        if token is None:
            place = self._places[at]
            between = self._text[self._places[at - 1].end() : place.start()] if at else None
            token = self._made[at] = _token(place, between)
        return token


def word_token(text: str) -> Token:
    """A single word as a token of its own text, without controls at its end."""
    text = text.rstrip(_EDGES)
    return Token(text, *_forms(text)[:2], 0, len(text), PARAGRAPH, "", _forms(text)[2])


def _token(place: re.Match[str], between: str | None) -> Token:
    """One word; `between` is what stands before it, None for the first."""
    word = place[0].rstrip(_EDGES)
    spelled, folded, is_arabic = _forms(word)
    gap = PARAGRAPH if between is None else JOINED if between == " " else _find_gap(between)
    return Token(word, spelled, folded, place.start(), place.start() + len(word), gap, "", is_arabic)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Where each paragraph starts and ends: blank lines stand between them."""
    bounds, start = [], 0
    for blank in _BLANK_LINE.finditer(text):
        bounds.append((start, blank.start()))
        start = blank.end()
    return [*bounds, (start, len(text))]


def fold_text(text: str) -> str:
    """The folded words joined by one space, clitics that stand apart among them: what the full-text index holds."""
    if has_entities(text):
        found = [part for token in tokens(text) for part in (token.apart, token.folded) if part]
    elif is_plain(text):  # folding changes single letters only, so all words can be folded at once
        return " ".join(_APART.findall(fold(text)))
    else:
        found = [folded for word in _APART.findall(text) if (folded := _forms(word.rstrip(_EDGES))[1])]
    if _BREAKER.search(text):  # both readings, as in the watches
        found += [token.folded for token in tokens(text, whole=True) if _BREAKER.search(token.text)]
    return " ".join(found)


def has_entities(text: str) -> bool:
    """Whether there may be left-over HTML entities in it."""
    return "&" in text or "quot;" in text


def _pattern(text: str, whole: bool) -> re.Pattern[str]:
    if has_entities(text):
        return _WHOLE_ENTITIES if whole else _APART_ENTITIES
    return _WHOLE if whole else _APART


@lru_cache(maxsize=1 << 17)
def _forms(word: str) -> tuple[str, str, bool]:
    return spell(word), fold(word), bool(_STARTS_ARABIC.match(word))


def _find_gap(between: str) -> int:
    """A lone dot between letters is no end: «جيه.دي فانس»."""
    if _BLANK_LINE.search(between):
        return PARAGRAPH
    between = _unescape(between)
    return SENTENCE if _STOP.search(between) or ("." in between and between != ".") else JOINED


def _unescape(between: str) -> str:
    return html.unescape(between.replace("quot;", "&quot;").replace("&&", "&")) if ";" in between else between


def _attach(text: str, found: list[Token]) -> list[Token]:
    """Move clitics that stand apart to the words that they belong to."""
    kept: list[Token] = []
    clitic: Token | None = None
    for token, follower in pairwise([*found, None]):
        assert token is not None  # only the last follower is
        if clitic:
            token = token._replace(apart=clitic.folded, gap=clitic.gap)
            clitic = None
        elif follower and token.folded in CLITICS and _stands_apart(text, token, follower):
            clitic = token
            continue
        kept.append(token)
    return kept


def _stands_apart(text: str, token: Token, follower: Token) -> bool:
    """A quote, a bracket or a tatweel ties it to the next word, or nothing at all («لNATO»)."""
    tie = _TATWEEL_TIE if token.text[-1] == TATWEEL else _TIE
    return token.is_arabic and bool(tie.fullmatch(_unescape(text[token.end : follower.start]).strip(_EDGES)))
