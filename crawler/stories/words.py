"""Text as the comparison sees it: its words folded, each as a number that is the same in every process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

from crawler.arabic import fold
from crawler.arabic.folding import BREAKERS, CONTROLS, MARKS, TATWEEL

_WORD = re.compile(rf"[\w{MARKS}{TATWEEL}{CONTROLS}{BREAKERS}]+")
_NAME, _BETWEEN = rf"[^\W\d_{MARKS}][^\W\d_]*(?:[{MARKS}{TATWEEL}]+[^\W\d_]*)*", r"[\s«»\"“”()\[\]،,/.]"
_DATELINE = re.compile(rf"(?:{_BETWEEN}*{_NAME}(?:{_BETWEEN}+{_NAME}){{0,3}}{_BETWEEN}*[-–—]+\s+){{1,2}}")
"""«موسكو - وكالات – »: at most twice four words that end in a dash. A dash inside a word is none: white space must follow."""
_DATELINE_END = 120
"""Characters; what is longer is a sentence."""

_CLITIC = re.compile(r"^[وف]?(?:[بكل]?ال|لل|[بكل])?(?=.{3})")
_WEAK = str.maketrans("", "", "اويءه")


class Word(NamedTuple):
    """A word of a text."""

    folded: str
    number: int
    """Of the folded word, signed 64 bits."""
    gist: int
    """Of the word without clitics and weak letters, 32 bits: أميركي and وأمريكي, ترمب and لترامب are one."""


def words(text: str) -> list[Word]:
    """The words of a text, letters folded as everywhere (crawler.arabic.fold)."""
    return list(filter(_is_said, map(_KNOWN.__getitem__, _WORD.findall(text.replace("_", " ")))))


def body_words(body: str) -> list[Word]:
    """The words of a body, without the dateline that an outlet sets before its first sentence."""
    dateline = _DATELINE.match(body, 0, _DATELINE_END)
    return words(body[dateline.end() :] if dateline else body)


def number(text: str) -> int:
    """A folded text as a signed 64-bit number, the same on every machine (BLAKE2b, RFC 7693)."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


class _Words(dict[str, Word]):
    """Each word as written, read once; emptied when it is full, which costs less than to know the oldest."""

    def __missing__(self, raw: str) -> Word:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        folded = fold(raw)
        stem = _CLITIC.sub("", folded)
        word = Word(folded, number(folded), crc32((stem.translate(_WEAK) or stem).encode("utf-8", "surrogatepass")))
        self[raw] = word
        return word


_KNOWN = _Words()
_MOST_KNOWN = 1 << 16
_is_said = itemgetter(0)
"""Marks alone fold to nothing."""


def pair(first: Word, second: Word, kind: int) -> int:
    """Two words as one signed 64-bit number, another one for each kind (hashed as in `shingles`)."""
    return hash((first.number, second.number, kind))


def shingles(sequence: Sequence[Word]) -> set[int]:
    """Each three neighbouring words as one signed 64-bit number; a shorter text is one shingle, an empty one none.

    Python salts the hashes of texts only: of integers in a tuple it is the same in every process, and six times faster
    than arithmetic.
    """
    numbers = [word.number for word in sequence]
    if len(numbers) < 3:
        return {hash((numbers[0], numbers[-1]))} if numbers else set()
    return set(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False)))
